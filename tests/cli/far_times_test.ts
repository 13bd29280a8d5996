/** Times beyond the year 2255 from a record to every sink, by way of the workers, a table, the state and a checkpoint. */
import { deepEqual, equal, match } from "assert";
import { runInProcess } from "../support/program_in_process.ts";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { parquetReadObjects } from "hyparquet";
import { lines, Workplace } from "../support/workplace.ts";

const STREAM = `[stream.leases]
columns = id STRING, until TIMESTAMP
watermark = until 10 minutes
`;
const CONFIG = `${STREAM}
[table.names]
path = names.csv
format = csv
columns = until TIMESTAMP, name STRING
[query.named]
sql = SELECT id, name, CAST(until AS STRING) AS until FROM leases JOIN names USING (until)
watermark = none
[query.groups]
sql = SELECT CAST(until AS STRING) AS until, count(*) AS n FROM leases GROUP BY until
output_mode = update
[query.hours]
sql = SELECT window(until, '1 hour') AS hour, max(unix_micros(until)) AS last, count(*) AS n FROM leases
  GROUP BY window(until, '1 hour')
`;
const ROWS = "SELECT id, until, date_trunc('DAY', until) AS day FROM leases";

const [LAST, BEFORE, NEXT] = [
  "9999-12-31T23:59:59.999999Z",
  "9999-12-31T23:59:59.999998Z",
  "+10000-01-01T02:00:00Z",
];

async function leases(place: Workplace, ...untils: readonly string[]): Promise<void> {
  const records = untils.map((until, index) => JSON.stringify({ id: String(index), until }));
  await place.succeedInProcess(["produce", "--input", "-", "--validate", "lenient"], {
    stdin: records.join("\n"),
  });
}

async function workplace(): Promise<Workplace> {
  const place = new Workplace();
  await Deno.writeTextFile(join(place.directory, "app.cfg"), CONFIG);
  await Deno.writeTextFile(
    join(place.directory, "names.csv"),
    `until,name\n${LAST},open\n${BEFORE},nearly\n`,
  );
  return place;
}

async function analyze(place: Workplace, query: string, sink: string): Promise<string> {
  const flags = ["--trigger", "available-now", "--workers", "2", "--sink", sink];
  const checkpoint = ["--checkpoint", join(place.directory, `${query}-${sink.replace(/:.*/, "")}`)];
  return (await place.succeedInProcess(["analyze", query, ...flags, ...checkpoint])).stdout;
}

Deno.test("Times that differ by a microsecond in the year 9999 stay apart in tables, groups and a state that is resumed", async () => {
  await using place = await workplace();
  await leases(place, LAST, BEFORE, LAST);
  deepEqual(lines(await analyze(place, "named", "ndjson")), [
    '{"id":"0","name":"open","until":"9999-12-31 23:59:59.999999"}',
    '{"id":"1","name":"nearly","until":"9999-12-31 23:59:59.999998"}',
    '{"id":"2","name":"open","until":"9999-12-31 23:59:59.999999"}',
  ]);
  deepEqual(lines(await analyze(place, "groups", "ndjson")).toSorted(), [
    '{"until":"9999-12-31 23:59:59.999998","n":1}',
    '{"until":"9999-12-31 23:59:59.999999","n":2}',
  ]);
  equal(await analyze(place, "hours", "ndjson"), "");
  await leases(place, BEFORE, NEXT);
  deepEqual(lines(await analyze(place, "groups", "ndjson")).toSorted(), [
    '{"until":"+10000-01-01 02:00:00","n":1}',
    '{"until":"9999-12-31 23:59:59.999998","n":2}',
  ]);
  deepEqual(lines(await analyze(place, "hours", "ndjson")), [
    '{"hour":{"start":"9999-12-31T23:00:00.000Z","end":"+10000-01-01T00:00:00.000Z"},' +
    '"last":253402300799999999,"n":4}',
  ]);
});

Deno.test("Every sink takes times of the year 9999", async () => {
  await using place = new Workplace();
  const sinks = ["console", "json:j", "csv:c", "parquet:p", "sqlite:s.db", "kafka:out"];
  const queries = sinks.map((sink) =>
    `[query.to_${sink.replace(/:.*/, "")}]\nsql = ${ROWS}\nsink = ${sink}\n`
  );
  await Deno.writeTextFile(join(place.directory, "app.cfg"), STREAM + queries.join(""));
  await leases(place, LAST);
  const { stdout } = await place.succeedInProcess(["analyze", "--trigger", "available-now"]);
  match(stdout, /\|9999-12-31 23:59:\.\.\.\|9999-12-31 00:00:00\|/);
  const json = '{"id":"0","until":"9999-12-31T23:59:59.999Z","day":"9999-12-31T00:00:00.000Z"}';
  const file = (path: string) => Deno.readTextFile(join(place.directory, path));
  equal(await file("j/part-0-0.json"), `${json}\n`);
  equal(
    await file("c/part-0-0.csv"),
    "id,until,day\n0,9999-12-31T23:59:59.999Z,9999-12-31T00:00:00.000Z\n",
  );
  using database = new DatabaseSync(join(place.directory, "s.db"), { readOnly: true });
  deepEqual({ ...database.prepare("SELECT until, day FROM to_sqlite").get() }, {
    until: "9999-12-31T23:59:59.999Z",
    day: "9999-12-31T00:00:00.000Z",
  });
  const consume = ["consume", "--topic", "out", "--from", "beginning", "--exit-at-end", "--format", "value"];
  equal((await runInProcess(consume, { cwd: place.directory })).stdout, `${json}\n`);
  const [part] = [...Deno.readDirSync(join(place.directory, "p"))].filter(({ name }) =>
    name.endsWith(".parquet")
  );
  const buffer = (await Deno.readFile(join(place.directory, "p", part!.name))).buffer;
  const [row] = await parquetReadObjects({
    file: buffer,
    parsers: { timestampFromMicroseconds: (micros: bigint) => micros },
  });
  deepEqual([row!.until, row!.day], [253_402_300_799_999_999n, 253_402_214_400_000_000n]);
});
