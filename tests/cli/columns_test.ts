/** What is told of columns that the records do not have, or not as they were declared. */
import { doesNotMatch, equal, match } from "assert";
import { tempDir } from "../support/temp_dir.ts";
import { jsonLines, runWell } from "./answers.ts";

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
  await runWell(["produce", "--input", "-", "--quiet", "--partitions", "2"], { ...options, stdin });
  const { stdout, stderr } = await runWell(["analyze", "--workers", "2", "--quiet"], options);
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
    /^warning: at = 1546300800000 in events is read as seconds: the year 50970\. If these are milliseconds, declare at as BIGINT and use timestamp_millis\(at\)\.$/m,
  );
});
