/** The executable speaks to a real Spark Connect server, as the source does in the other tests. */
import { deepEqual, ok } from "assert";
import { join } from "node:path";
import { compileTo } from "../support/compiled.ts";
import { sharedKafka } from "../support/kafka.ts";
import { sharedSparkConnect } from "../support/spark_connect.ts";
import { tempDir } from "../support/temp_dir.ts";
import { lines, Workplace } from "../support/workplace.ts";

const [{ servers }, server] = await Promise.all([sharedKafka(), sharedSparkConnect()]);

/** A batch of Spark takes seconds, and minutes on a machine that is busy with much else. */
const msMax = 600_000;

Deno.test("The executable has the same rows by either engine", async () => {
  await using directory = await tempDir();
  const executable = join(directory.path, "sfcrime");
  await compileTo(executable);
  await using place = new Workplace(servers);
  await place.succeedInProcess(["produce", "--partitions", "3"]);
  const args = ["analyze", "by_type", "with_disposition", "--trigger", "available-now", "--sink", "ndjson"];
  const [local, cluster] = await Promise.all([
    place.succeed(args, { executable, msMax }),
    place.succeed([...args, "--engine", "spark", "--remote", server.remote], { executable, msMax }),
  ]);
  const rowsOf = ({ stdout }: { readonly stdout: string }) => lines(stdout).toSorted();
  ok(rowsOf(local).length > 5_000);
  deepEqual(rowsOf(cluster), rowsOf(local));
});
