/** What Kafka keeps of a record besides its value, in queries, on either broker, beside what kcat reads of it. */
import { deepEqual, match } from "assert";
import { join } from "node:path";
import { sharedKafka } from "../support/kafka.ts";
import { jsonLines } from "../cli/answers.ts";
import { Workplace } from "../support/workplace.ts";

const { servers } = await sharedKafka();

const COLUMNS = [
  "record_key STRING METADATA FROM 'key'",
  "topic STRING METADATA",
  "partition INT METADATA",
  "`offset` BIGINT METADATA VIRTUAL",
  "at TIMESTAMP METADATA FROM 'timestamp'",
  "timestampType INT METADATA",
  "raw STRING METADATA FROM 'value'",
  "key STRING",
  "day DATE METADATA FROM 'timestamp'",
  "bytes BINARY METADATA FROM 'key'",
  "headers ARRAY<STRUCT<key: STRING, value: STRING>> METADATA",
  "label STRING AS (concat_ws('/', record_key, key, CAST(`offset` AS STRING)))",
].join(", ");

const declare = async (place: Workplace, queries: string) => {
  const text =
    `[stream.t]\ntopic = ${place.topic}\ncolumns = ${COLUMNS}\nwatermark = at 10 minutes\n${queries}`;
  await Deno.writeTextFile(join(place.directory, "app.cfg"), text);
};
/** kcat prints names and values in turn. */
const pairs = (headers: readonly string[]) =>
  Array.from({ length: headers.length / 2 }, (_none, index) => headers.slice(2 * index, 2 * index + 2));
const RUN = ["--trigger", "available-now", "--sink", "ndjson"];

Deno.test("Each record has the key, partition, offset and time that kcat reads, beside a field that is called key", async () => {
  await using place = new Workplace(servers);
  await place.succeedInProcess(["topic", "create", place.topic, "--partitions", "2"]);
  const values = ['{"key":"of the value"}', "no JSON", '{"key":null}', '{"key":"é"}'];
  const sent = values.map((value, index) => `k${index}\t${value}\n`).join("");
  await place.kcat(["-P", "-K", "\t", "-H", "trace=é1", "-H", "empty=", "-H", "trace=2"], sent);
  // Without a key, and without a value.
  await place.kcat(["-P", "-p", "1"], '{"key":"x"}\n');
  await place.kcat(["-P", "-p", "0", "-K", "\t", "-Z"], "gone\t\n");
  await declare(place, "[query.all]\nsql = SELECT * FROM t\n");
  const { stdout } = await place.succeedInProcess(["analyze", ...RUN]);
  const expected = (await place.kcatRecords()).map(({ key, payload, partition, offset, ts, headers }) => {
    const inValue = payload?.startsWith("{") ? (JSON.parse(payload) as { key: string | null }).key : null;
    return {
      record_key: key,
      topic: place.topic,
      partition,
      offset,
      at: new Date(ts).toISOString(),
      timestampType: 0,
      raw: payload,
      key: inValue,
      day: new Date(ts).toISOString().slice(0, 10),
      bytes: key === null ? null : btoa(key),
      headers: headers === undefined ? null : pairs(headers).map(([key, value]) => ({ key, value })),
      label: [key, inValue, offset].filter((part) => part !== null).join("/"),
    };
  });
  const byPlace = (rows: readonly unknown[]) => rows.map((row) => JSON.stringify(row)).toSorted();
  deepEqual(byPlace(jsonLines(stdout)), byPlace(expected));
});

Deno.test("The time of Kafka is an event time: windows of it close, and a topic whose times the broker sets says so", async () => {
  await using place = new Workplace(servers);
  await place.succeedInProcess([
    ...["topic", "create", place.topic],
    ...["--topic-config", "message.timestamp.type=LogAppendTime"],
  ]);
  await place.kcat(["-P"], '{"key":"a"}\n{"key":"b"}\n');
  await declare(
    place,
    `[query.windows]
sql = SELECT window(at, '1 hour') AS hour, timestampType, count(*) AS records FROM t GROUP BY 1, 2
output_mode = append
[analyze]
flush_at_end = true
`,
  );
  const { stdout } = await place.succeedInProcess(["analyze", ...RUN]);
  const counts = jsonLines(stdout) as { readonly timestampType: number; readonly records: number }[];
  deepEqual(counts.map(({ timestampType, records }) => [timestampType, records]), [[1, 2]]);
});

Deno.test("The embedded broker keeps the same of a record", async () => {
  await using place = new Workplace();
  await declare(
    place,
    "[query.ids]\nsql = SELECT record_key, partition, `offset`, at, timestampType FROM t\n",
  );
  await place.succeedInProcess(["produce", "--limit", "3", "--timestamp", "event"]);
  const { stdout } = await place.succeedInProcess(["analyze", ...RUN]);
  const { stdout: consumed } = await place.succeedInProcess([
    ...["consume", "--from", "beginning", "--exit-at-end", "--format", "ndjson"],
  ]);
  const expected = jsonLines(consumed) as {
    key: string;
    partition: number;
    offset: number;
    timestamp: string;
  }[];
  deepEqual(
    jsonLines(stdout),
    expected.map(({ key, partition, offset, timestamp }) => ({
      record_key: key,
      partition,
      offset,
      at: timestamp,
      timestampType: 0,
    })),
  );
  deepEqual(expected.length, 3);
});

Deno.test("A query goes on from its checkpoint only with the event time as it was computed", async () => {
  await using place = new Workplace();
  await place.succeedInProcess(["produce", "--limit", "20"]);
  const query = (computed: string) =>
    Deno.writeTextFile(
      join(place.directory, "app.cfg"),
      `[stream.t]
topic = ${place.topic}
columns = call_date_time TIMESTAMP, city STRING, at TIMESTAMP AS (${computed})
watermark = at 1 minute
[query.q]
sql = SELECT window(at, '1 hour') AS w, count(*) AS n FROM t GROUP BY 1
output_mode = update
`,
    );
  await query("call_date_time + INTERVAL 1 HOUR");
  await place.succeedInProcess(["analyze", ...RUN, "--checkpoint", "same"]);
  await query("call_date_time + INTERVAL 2 HOURS");
  const changed = await place.runInProcess(["analyze", ...RUN, "--checkpoint", "same"]);
  deepEqual(changed.code, 2, changed.stderr);
  match(
    changed.stderr,
    /event time\n +was: at = plus_micros\(.*, 3600000000\)\n +now: at = plus_micros\(.*, 7200000000\)/,
  );
});
