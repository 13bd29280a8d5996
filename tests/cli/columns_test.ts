/** What is told of columns that the records do not have, or not as they were declared. */
import { doesNotMatch, equal, match } from "assert";
import { runInProcess, succeedInProcess } from "../support/program_in_process.ts";
import { tempDir } from "../support/temp_dir.ts";
import { jsonLines } from "./answers.ts";

interface Told {
  readonly rows: readonly unknown[];
  readonly stderr: string;
}

/** What a query over the topic `events` says and prints. */
async function analysed(columns: string, sql: string, records: readonly string[]): Promise<Told> {
  await using directory = await tempDir();
  const options = { cwd: directory.path };
  const config = `[kafka]
topic = events
[stream.events]
columns = ${columns}
[query.q]
sql = ${sql}
trigger = available-now
sink = ndjson
`;
  await directory.write("app.cfg", config);
  const stdin = records.map((record) => `${record}\n`).join("");
  await succeedInProcess(["produce", "--input", "-", "--quiet", "--partitions", "2"], { ...options, stdin });
  const { stdout, stderr } = await succeedInProcess(["analyze", "--workers", "2", "--quiet"], options);
  return { rows: jsonLines(stdout), stderr };
}

const EVENTS = Array.from(
  { length: 3_000 },
  (_none, id) => JSON.stringify({ event: "open", id, "a b": null }),
);

Deno.test("A column that no record has is told once, with the nearest field that they have", async () => {
  const { rows, stderr } = await analysed("evnt STRING, id INT", "SELECT evnt, id FROM events", EVENTS);
  equal(rows.length, 3_000);
  match(
    stderr,
    /^warning: Column evnt is in none of the first [12],000 records of events, so it is NULL\. Did you mean event\? They have: event, id, a b\.$/m,
  );
  equal(stderr.match(/Column/g)!.length, 1);
});

Deno.test("A run that ends after a few records tells of columns that none of them had", async () => {
  const { stderr } = await analysed("evnt STRING", "SELECT evnt FROM events", EVENTS.slice(0, 3));
  match(stderr, /^warning: Column evnt is in none of the first 3 records of events/m);
});

Deno.test("A column that is null, or that one record of many has, is not told", async () => {
  const records = [...EVENTS.slice(0, 500), '{"rare":1}'];
  const { stderr } = await analysed("`a b` STRING AS ab, rare INT", "SELECT ab, rare FROM events", records);
  doesNotMatch(stderr, /Column/);
});

Deno.test("A column that no query reads is not told", async () => {
  const { stderr } = await analysed("evnt STRING, id INT", "SELECT id FROM events", EVENTS);
  doesNotMatch(stderr, /Column/);
});

Deno.test("Milliseconds that are read as seconds are told, with the year and the way out", async () => {
  const { stderr } = await analysed("at TIMESTAMP", "SELECT at FROM events", ['{"at":1546300800000}']);
  match(
    stderr,
    /^warning: at = 1546300800000 in events is read as seconds: the year 50970\. If these are milliseconds, declare at as BIGINT, and add a column at_time TIMESTAMP AS \(timestamp_millis\(at\)\)\.$/m,
  );
});

/** How a query ends that counts the records of each hour, by the time `at`. */
async function hourly(at: string, times: readonly unknown[], query: string) {
  await using directory = await tempDir();
  const options = { cwd: directory.path };
  const sql =
    `SELECT window(${at}, '1 hour').start AS t, count(*) AS n FROM events GROUP BY window(${at}, '1 hour')`;
  const file = `[kafka]\ntopic = events\n[query.q]\nsql = ${sql}\noutput_mode = update\n${query}`;
  await directory.write("app.cfg", file);
  const stdin = times.map((at) => `${JSON.stringify({ at })}\n`).join("");
  await succeedInProcess(["produce", "--input", "-", "--quiet"], { ...options, stdin });
  return await runInProcess(["analyze", "--trigger", "once", "--sink", "ndjson", "--quiet"], options);
}

Deno.test("A watermark on a number is refused with what works instead, and that works", async () => {
  const declared = (type: string) =>
    `watermark = at 0 seconds\n[stream.events]\ntopic = events\ncolumns = at ${type}\n`;
  const refused = await hourly("timestamp_millis(at)", [1546300800000], declared("BIGINT"));
  equal(refused.code, 2);
  match(
    refused.stderr,
    /^sfcrime: The watermark column at of stream events is of type BIGINT; the event time must be a TIMESTAMP\.\n {2}If these are seconds since 1970, declare it as TIMESTAMP in \[stream\.events\] columns\. If they are milliseconds, add a column there: at_time TIMESTAMP AS \(timestamp_millis\(at\)\)\.\n$/,
  );
  const row = '{"t":"2019-01-01T00:00:00.000Z","n":1}\n';
  for (const times of [[1546300800], ["2019-01-01T00:00:00Z"]]) {
    const { stdout, stderr } = await hourly("at", times, declared("TIMESTAMP"));
    equal(stdout, row, stderr);
  }
  const computed = "watermark = at_time 0 seconds\n[stream.events]\ntopic = events\n" +
    "columns = at BIGINT, at_time TIMESTAMP AS (timestamp_millis(at))\n";
  const inMillis = await hourly("at_time", [1546300800000], computed);
  equal(inMillis.stdout, row, inMillis.stderr);
  const withoutWatermark = "[stream.events]\ntopic = events\ncolumns = at BIGINT\n";
  const { stdout, stderr } = await hourly("timestamp_millis(at)", [1546300800000], withoutWatermark);
  equal(stdout, row, stderr);
});
