/** The same queries on a standalone cluster of Spark, by Spark Connect, and on a real Kafka. */
import { deepEqual, ok } from "assert";
import { sharedKafka } from "../support/kafka.ts";
import { CLUSTER_CONF, startSparkCluster } from "../support/spark_cluster.ts";
import { startSparkConnect } from "../support/spark_connect.ts";
import { lines, Workplace } from "../support/workplace.ts";

const [{ servers }, cluster] = await Promise.all([sharedKafka(), startSparkCluster()]);
const server = await startSparkConnect({ master: cluster.master, conf: CLUSTER_CONF });
globalThis.addEventListener("unload", () => void server.kill());

/** A batch of Spark takes seconds, and minutes on a machine that is busy with much else. */
const msMax = 600_000;

Deno.test("The executors of a cluster, one for each worker, give the rows of the local engine", async () => {
  await using place = new Workplace(servers);
  await place.succeedInProcess(["produce", "--partitions", "3"]);
  const args = ["analyze", "by_type", "--trigger", "available-now", "--sink", "ndjson"];
  const local = await place.succeedInProcess(args);
  const onCluster = await place.succeed([...args, "--engine", "spark", "--remote", server.remote], { msMax });
  const rowsOf = ({ stdout }: { readonly stdout: string }) => lines(stdout).toSorted();
  ok(rowsOf(local).length > 100);
  deepEqual(rowsOf(onCluster), rowsOf(local), cluster.logs());
  deepEqual(cluster.workers.map((worker) => worker.executors().length), [1, 1]);
});
