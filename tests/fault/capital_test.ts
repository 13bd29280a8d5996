/**
 * The same input, whole, or killed behind each step of a batch and resumed, with different numbers of workers,
 * into each sink that keeps rows: one output.
 */
import { deepEqual, equal, ok } from "assert";
import { join } from "node:path";
import type { BrokerAddress } from "../../lib/broker/broker.ts";
import { openBroker } from "../../lib/broker/open.ts";
import { sampleCalls } from "../support/calls.ts";
import { rowsOfFiles, rowsOfTable, rowsOfTopic, runOrCrash } from "../support/crash.ts";
import type { CrashRun } from "./crash_child.ts";

const CALLS = 1_500;
const BATCH_RECORDS = 300;
const TOPIC = "sf-police-calls";

const CONFIG = `
[query.windows]
sql = SELECT window.start AS start, original_crime_type_name AS type, count(*) AS calls, avg(length(address)) AS mean
  FROM calls GROUP BY window(call_date_time, '30 minutes', '15 minutes'), original_crime_type_name
watermark = call_date_time 60 minutes
[query.changes]
sql = SELECT original_crime_type_name AS type, count(*) AS calls FROM calls GROUP BY original_crime_type_name
output_mode = update
[query.all]
sql = SELECT original_crime_type_name AS type, min(call_date_time) AS first FROM calls GROUP BY original_crime_type_name
output_mode = complete
[query.once]
sql = SELECT crime_id, call_date_time FROM calls WHERE disposition = 'HAN'
deduplicate = crime_id
watermark = call_date_time 60 minutes
[query.rows]
sql = SELECT crime_id, original_crime_type_name, description FROM calls LEFT JOIN radio_code USING (disposition)
`;

const directory = await Deno.makeTempDir({ prefix: "sfcrime-capital-" });
globalThis.addEventListener("unload", () => Deno.removeSync(directory, { recursive: true }));
const address: BrokerAddress = { kind: "embedded", path: join(directory, "broker.db") };

/** Calls in the order of their time, every tenth of them twice, in three partitions. */
async function fill(): Promise<void> {
  const calls = sampleCalls().slice(0, CALLS).toReversed();
  const records = calls.flatMap((call, index) => index % 10 === 0 ? [call, call] : [call]);
  const broker = await openBroker(address);
  const keepForever = true;
  await broker.createTopic(TOPIC, { numPartitions: 3, replicationFactor: 1, keepForever });
  const appender = await broker.openAppender({ codec: "none", acks: "all" });
  const utf8 = new TextEncoder();
  for (const [index, call] of records.entries()) {
    const record = { key: null, value: utf8.encode(JSON.stringify(call)), timestampMs: 0 };
    await appender.append(TOPIC, [{ partition: index % 3, records: [record] }]);
  }
  await appender.close();
  await broker.close();
}

await fill();

type SinkKind = "json" | "sqlite" | "kafka";

/** A place for one run's output, and how to read it. */
async function place(name: string, query: string, kind: SinkKind) {
  const at = join(directory, name);
  const topic = `out-${name}`;
  if (kind === "kafka") {
    const broker = await openBroker(address);
    await broker.createTopic(topic, { numPartitions: 2, replicationFactor: 1, keepForever: true });
    await broker.close();
  }
  const run = (workers: number): CrashRun => ({
    address,
    config: CONFIG,
    query,
    sink: kind === "kafka" ? `kafka:${topic}` : `${kind}:${at}-out`,
    checkpoint: `${at}-checkpoint`,
    workers,
    maxOffsetsPerTrigger: BATCH_RECORDS,
  });
  const rows = () =>
    kind === "json"
      ? rowsOfFiles(`${at}-out`)
      : kind === "sqlite"
      ? rowsOfTable(`${at}-out`, query)
      : rowsOfTopic(address, topic);
  return { run, rows };
}

const CASES: readonly (readonly [string, SinkKind])[] = [
  ["windows", "json"],
  ["changes", "sqlite"],
  ["all", "json"],
  ["once", "kafka"],
  ["rows", "json"],
];

for (const [query, kind] of CASES) {
  Deno.test(`${query} into ${kind}: killed behind any step and resumed, it gives what a whole run gives`, async () => {
    const whole = await place(`${query}-whole`, query, kind);
    equal(await runOrCrash(whole.run(1)), "ended");
    const expected = await whole.rows();
    ok(expected.length > 50, `only ${expected.length} rows`);
    for (const [step, workers] of [[1, 1], [2, 2], [3, 4], [4, 2]] as const) {
      const crashed = await place(`${query}-${step}`, query, kind);
      equal(await runOrCrash({ ...crashed.run(workers), killAt: { batch: 2, step } }), "killed");
      // Killed again at the batch that it repeats or begins next, then left in peace with other workers.
      equal(await runOrCrash({ ...crashed.run(2), killAt: { batch: 3, step: 5 - step } }), "killed");
      equal(await runOrCrash(crashed.run(workers % 4 + 1)), "ended");
      deepEqual(await crashed.rows(), expected, `killed behind step ${step}`);
    }
  });
}
