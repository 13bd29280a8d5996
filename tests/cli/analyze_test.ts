import { deepEqual, equal, match } from "assert";
import { type RunOptions, start } from "../support/program.ts";
import { succeedInProcess } from "../support/program_in_process.ts";
import { tempDir } from "../support/temp_dir.ts";
import { canonical, checkByType, checkWithDisposition, jsonLines, type JsonRow } from "./answers.ts";

async function analysed(args: readonly string[], options: RunOptions): Promise<JsonRow[]> {
  const { stdout } = await succeedInProcess(
    ["analyze", "--trigger", "available-now", "--sink", "ndjson", ...args],
    options,
  );
  return jsonLines(stdout);
}

Deno.test("Both queries give what a count and a look-up by hand give, again and again, with any workers", async () => {
  await using directory = await tempDir();
  const options = { cwd: directory.path };
  await succeedInProcess(["produce", "--partitions", "3"], options);
  const byType = await analysed(["by_type"], options);
  checkByType(byType);
  const joined = await analysed(["with_disposition"], options);
  checkWithDisposition(joined);
  for (const workers of ["1", "2", "4"]) {
    const withWorkers = ["--workers", workers];
    deepEqual(canonical(await analysed(["by_type", ...withWorkers], options)), canonical(byType));
    deepEqual(canonical(await analysed(["with_disposition", ...withWorkers], options)), canonical(joined));
  }
});

Deno.test("Rows of several queries name their query and batch; without, they are the query's columns alone", async () => {
  await using directory = await tempDir();
  const options = { cwd: directory.path };
  await succeedInProcess(["produce"], options);
  const both = await analysed([], options);
  const rowsOf = (name: string) => both.filter(({ query }) => query === name);
  const bare = (rows: readonly JsonRow[]) => rows.map(({ query: _, batchId: __, ...row }) => row);
  equal(rowsOf("by_type").length + rowsOf("with_disposition").length, both.length);
  deepEqual([...new Set(both.map(({ batchId }) => batchId))], [0]);
  checkByType(bare(rowsOf("by_type")));
  checkWithDisposition(bare(rowsOf("with_disposition")));
  const [row] = await analysed(["with_disposition", "--with-batch"], options);
  deepEqual(Object.keys(row!), [
    "call_date_time",
    "original_crime_type_name",
    "description",
    "query",
    "batchId",
  ]);
  const [own] = await analysed(["with_disposition"], options);
  deepEqual(Object.keys(own!), ["call_date_time", "original_crime_type_name", "description"]);
});

Deno.test("Small batches come to the same: rows together are the join, the last batch is the count", async () => {
  await using directory = await tempDir();
  const options = { cwd: directory.path };
  await succeedInProcess(["produce", "--partitions", "2"], options);
  const both = await analysed(["--max-offsets-per-trigger", "2000"], options);
  const bare = (rows: readonly JsonRow[]) => rows.map(({ query: _, batchId: __, ...row }) => row);
  checkWithDisposition(bare(both.filter(({ query }) => query === "with_disposition")));
  const counts = both.filter(({ query }) => query === "by_type");
  const last = Math.max(...counts.map(({ batchId }) => Number(batchId)));
  equal(last, 3);
  checkByType(bare(counts.filter(({ batchId }) => batchId === last)));
});

Deno.test("A query of a file runs over the topic, stream and trigger that the file names", async () => {
  await using directory = await tempDir();
  const options = { cwd: directory.path };
  await directory.write(
    "app.cfg",
    `[kafka]
topic = trips
[stream.trips]
columns = city STRING, km INT
[query.far]
sql = SELECT upper(city) AS city, km FROM trips
    WHERE km > 5
trigger = available-now
sink = ndjson
`,
  );
  await succeedInProcess(["produce", "--input", "-", "--quiet"], {
    ...options,
    stdin: '{"city":"Oakland","km":12}\n{"city":"Daly City","km":3}\n{"city":null,"km":9}\n',
  });
  const { stdout, stderr } = await succeedInProcess(["analyze"], options);
  deepEqual(jsonLines(stdout), [{ city: "OAKLAND", km: 12 }, { city: null, km: 9 }]);
  match(stderr, /^Analysing trips: far$/m);
});

Deno.test("An empty topic gives an empty batch, and the run ends", async () => {
  await using directory = await tempDir();
  const options = { cwd: directory.path };
  await succeedInProcess(["topic", "create", "sf-police-calls"], options);
  deepEqual(await analysed([], options), []);
});

Deno.test("An analysis that waits says so", async () => {
  await using directory = await tempDir();
  await succeedInProcess(["produce", "--limit", "5"], { cwd: directory.path });
  const program = start(["analyze", "--trigger", "0s", "--sink", "none"], { cwd: directory.path });
  await program.until(({ stderr }) =>
    /^by_type, with_disposition: idle for 1\d s, 0 records behind$/m.test(stderr)
  );
  program.kill("SIGINT");
  equal((await program.ended()).code, 0);
});
