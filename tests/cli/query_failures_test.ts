/** What a query that fails on its data says: the query, the record or the group, and the expression. */
import { equal, match } from "assert";
import { runInProcess, succeedInProcess } from "../support/program_in_process.ts";
import { tempDir } from "../support/temp_dir.ts";

const RECORDS =
  '{"city":"Oakland","km":12,"n":3}\n{"city":"Daly City","km":3,"n":0}\n{"city":"Napa","km":5,"n":1}\n';

/** The error of a query over three records, of which the second has n = 0; in a file, with a table to join. */
async function failureOf(sql: string, outputMode = "append"): Promise<string> {
  await using directory = await tempDir();
  const options = { cwd: directory.path };
  await directory.write("cities.csv", "city,share\nOakland,2\nDaly City,0\nNapa,1\n");
  await directory.write(
    "app.cfg",
    `[kafka]
topic = trips
[stream.trips]
columns = city STRING, km INT, n INT
[table.cities]
path = cities.csv
format = csv
columns = city STRING, share INT
[query.q]
sql = ${sql}
output_mode = ${outputMode}
trigger = available-now
sink = ndjson
`,
  );
  await succeedInProcess(["produce", "--input", "-", "--quiet"], { ...options, stdin: RECORDS });
  const { code, stderr } = await runInProcess(["analyze", "--workers", "1"], options);
  equal(code, 1, stderr);
  return stderr;
}

Deno.test("A failure on a record says the query, the offset and the smallest expression that fails", async () => {
  const stderr = await failureOf("SELECT city, 1 + km / n AS ratio FROM trips WHERE km > 0");
  match(
    stderr,
    /^sfcrime: Query q failed at offset 1 of trips-0, in \(CAST\(km AS DOUBLE\) \/ CAST\(n AS DOUBLE\)\): /im,
  );
});

Deno.test("A branch of CASE that the row does not take is not blamed", async () => {
  const stderr = await failureOf(
    "SELECT CASE WHEN n <> 0 THEN km / n ELSE element_at(split(city, ' '), 9) END AS x FROM trips",
  );
  match(stderr, /Query q failed at offset 1 of trips-0, in element_at\(split\(city, ' '\), 9\): /);
});

Deno.test("A failure over a joined column names the table's column", async () => {
  const stderr = await failureOf("SELECT km % share AS rest FROM trips JOIN cities USING (city)");
  match(stderr, /Query q failed at offset 1 of trips-0, in \(km % cities\.share\): /);
});

Deno.test("A failure on the values of a group says the group", async () => {
  const stderr = await failureOf("SELECT city, 10 % sum(n) AS x FROM trips GROUP BY city", "complete");
  match(
    stderr,
    /Query q failed on the group city = Daly City, in \(cast\(10 AS BIGINT\) % sum\(cast\(n AS BIGINT\)\)\): /,
  );
});

Deno.test("A text that would be too long ends the query with an error, not the process", async () => {
  for (
    const [expression, length] of [["lpad(city, 500000000, 'ab')", "500,000,000"], [
      "repeat(city, 90000000)",
      "630,000,000",
    ]]
  ) {
    const stderr = await failureOf(`SELECT ${expression} AS x FROM trips`);
    match(
      stderr,
      new RegExp(
        `Query q failed at offset 0 of trips-0, in .*: A string of ${length} characters is too long`,
      ),
    );
  }
});

Deno.test("A sum that does not fit its type says the query", async () => {
  const stderr = await failureOf("SELECT sum(9223372036854775807 - n) AS x FROM trips", "complete");
  match(stderr, /Query q failed.*: Arithmetic overflow: \d+ is out of range for BIGINT\./);
});

Deno.test("What a batch reads for a join counts as state: a batch of too much ends the query, smaller ones do not", async () => {
  await using directory = await tempDir();
  const options = { cwd: directory.path };
  await directory.write(
    "app.cfg",
    `[kafka]
topic = trips
[analyze]
state_memory_mb = 1
[stream.trips]
columns = id INT, at TIMESTAMP
watermark = at 1 minute
[query.q]
sql = SELECT a.id, b.at FROM trips a JOIN trips b ON a.id = b.id AND a.at = b.at
sink = none
`,
  );
  // One a minute, so that nearly nothing has to be kept.
  const records = Array.from(
    { length: 10_000 },
    (_none, id) => `${JSON.stringify({ id, at: new Date(id * 60_000).toISOString() })}\n`,
  );
  const stdin = records.join("");
  await succeedInProcess(["produce", "--input", "-", "--quiet"], { ...options, stdin });
  const analyze = ["analyze", "--trigger", "available-now"];
  const { code, stderr } = await runInProcess(analyze, options);
  equal(code, 1, stderr);
  match(
    stderr,
    /for 0 keys and the rows that the batch has for a join, more than the limit of 1\.0 MiB\.\s+Limit batches with max_/,
  );
  await succeedInProcess([...analyze, "--max-offsets-per-trigger", "1000"], options);
});
