/**
 * The law that holds the whole together: the same input, run whole, or killed after each step of a batch and resumed
 * with other numbers of workers, gives one output, in each sink that keeps rows. Most of it is killed in one process;
 * for each sink, processes are killed, too. Each day has its part of the cases.
 */
import { deepEqual, equal, ok } from "assert";
import { join } from "node:path";
import type { BrokerAddress } from "../../lib/broker/broker.ts";
import { openBroker } from "./brokers.ts";
import { CheckpointView } from "../../lib/checkpoint/checkpoint_view.ts";
import { type SampleCall, sampleCalls } from "./calls.ts";
import { DISPATCH_COLUMNS, dispatchesTo } from "./dispatches.ts";
import { rowsOfFiles, rowsOfTable, rowsOfTopic, runOrCrash } from "./crash.ts";
import type { CrashRun } from "./crash_run.ts";
import { runOrKill } from "./killed_in_process.ts";
import { memoryDirectory } from "./temp_dir.ts";
import { ofToday } from "./today.ts";
import { committedRecords } from "./sink_topic.ts";
import { freshTopic } from "./workplace.ts";
import { RecordsBuilder } from "../../lib/broker/record_batch/encode.ts";

const CALLS = 1_500;
const BATCH_RECORDS = 300;
/** The last batch of a whole run that has records. */
const LAST_DATA_BATCH = 5;

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
[query.sessions]
sql = SELECT session_window.start AS start, session_window.end AS stop, original_crime_type_name AS type,
  count(*) AS calls FROM calls GROUP BY session_window(call_date_time, '5 minutes'), original_crime_type_name
watermark = call_date_time 20 minutes
[query.values]
sql = SELECT original_crime_type_name AS type, approx_count_distinct(crime_id) AS ids, collect_list(state) AS states,
  collect_set(agency_id) AS agencies, max_by(address, crime_id) AS address, count_if(city = 'SF') AS inside,
  CAST(stddev(length(address)) AS DECIMAL(12,4)) AS spread, sum(CAST(length(city) AS DECIMAL(9,2))) AS letters,
  bool_or(common_location IS NULL) AS common, first(crime_id) AS earliest, last(crime_id) AS latest,
  approx_percentile(length(address), 0.5, 20) AS middle, histogram_numeric(length(address), 4) AS lengths,
  md5(CAST(listagg(crime_id, ',') AS BINARY)) AS order_of_all FROM calls GROUP BY original_crime_type_name
output_mode = update
[query.rows]
sql = SELECT crime_id, original_crime_type_name, description FROM calls LEFT JOIN radio_code USING (disposition)
partition_by = description
[query.two_streams]
sql = SELECT window.start AS start, type, count(*) AS calls FROM (SELECT call_date_time,
  original_crime_type_name AS type FROM calls UNION ALL SELECT call_date_time, type FROM silent)
  GROUP BY window(call_date_time, '30 minutes'), type
watermark = call_date_time 60 minutes
[query.joined]
sql = SELECT a.crime_id AS id, b.crime_id AS later, b.original_crime_type_name AS type FROM calls a
  LEFT JOIN calls b ON a.address = b.address AND b.call_date_time > a.call_date_time
    AND b.call_date_time <= a.call_date_time + INTERVAL 2 HOURS
watermark = call_date_time 60 minutes
[query.dispatched]
sql = SELECT c.crime_id AS id, original_crime_type_name AS type, unit, dispatched_at AS at FROM calls c
  LEFT JOIN dispatches d ON c.crime_id = d.crime_id AND dispatched_at >= call_date_time
    AND dispatched_at <= call_date_time + INTERVAL 1 HOUR
[query.units]
sql = SELECT window(call_date_time, '30 minutes').start AS start, unit, count(*) AS calls, min(dispatched_at) AS first
  FROM calls c JOIN dispatches d ON c.crime_id = d.crime_id AND dispatched_at >= call_date_time
    AND dispatched_at <= call_date_time + INTERVAL 1 HOUR GROUP BY window(call_date_time, '30 minutes'), unit
[query.chain]
sql = SELECT window(w, '1 hour').start AS start, type, sum(calls) AS calls, max(calls) AS most FROM
  (SELECT window(call_date_time, '20 minutes', '10 minutes') AS w, original_crime_type_name AS type, count(*) AS calls
    FROM calls GROUP BY 1, 2) GROUP BY window(w, '1 hour'), type
watermark = call_date_time 60 minutes
[query.nested]
sql = SELECT device.pos AS pos, items.tag AS tags, attrs AS attrs, count(*) AS n, max(device.id) AS last,
  sum(aggregate(items, 0L, (total, item) -> total + item.n)) AS total, max(items[0]) AS head
  FROM nested GROUP BY 1, 2, 3
output_mode = update
[query.first]
sql = SELECT crime_id, original_crime_type_name FROM calls WHERE state = 'CA' LIMIT 700
`;

/** A query of the configuration above, and the sink that it is run into. */
export type CapitalCase = readonly [
  query:
    | "windows"
    | "changes"
    | "all"
    | "once"
    | "sessions"
    | "values"
    | "rows"
    | "joined"
    | "dispatched"
    | "units"
    | "chain"
    | "first"
    | "nested"
    | "two_streams",
  kind: "json" | "csv" | "parquet" | "sqlite" | "kafka",
  /** What raises the watermark of its last batch, which has no records and is the one that is killed. */
  raisedBy?: "flush" | "idle timeout",
];

/** The days in which each case has its turn. */
const DAYS = 2;

/** After which step a run is killed, and by how many workers it was done. */
const KILLS = [[1, 1], [2, 2], [3, 4], [4, 2]] as const;

/** A topic that never gets a record. */
const silentTopic = (topic: string) => `${topic}-silent`;

/** The topic of what was dispatched to the calls. */
const dispatchesTopic = (topic: string) => `${topic}-dispatches`;

/** The topic of the calls as records with structures in them. */
const nestedTopic = (topic: string) => `${topic}-nested`;
const NESTED_COLUMNS = "device STRUCT<id: STRING, pos: STRUCT<city: STRING, at: STRUCT<day: DATE>>>, " +
  "items ARRAY<STRUCT<tag: STRING, n: BIGINT>>, attrs MAP<STRING, STRING>";

function nestedRecord(call: SampleCall, index: number): object {
  return {
    device: { id: call.crime_id, pos: { city: call.city, at: { day: call.call_date } } },
    items: [call.disposition, call.address_type].map((tag, item) => ({ tag, n: index + item, other: [{}] })),
    attrs: index % 7 === 0 ? null : { state: call.state, agency: call.agency_id },
  };
}

/**
 * Calls in the order of their time, every tenth of them twice, the same as structures, and dispatches, each in three
 * partitions.
 */
async function fill(address: BrokerAddress, topic: string): Promise<void> {
  const calls = sampleCalls().slice(0, CALLS).toReversed();
  const sent = calls.flatMap((call, index) => index % 10 === 0 ? [call, call] : [call]);
  const broker = await openBroker(address);
  const options = { numPartitions: 3, replicationFactor: 1, config: { "retention.ms": "-1" } };
  for (const name of [topic, silentTopic(topic), dispatchesTopic(topic), nestedTopic(topic)]) {
    await broker.createTopic(name, options);
  }
  const appender = await broker.openAppender({ codec: "none", acks: "all" });
  const append = (name: string, records: readonly object[]) =>
    appender.append(name, [0, 1, 2].map((partition) => ({ partition, records: partOf(records, partition) })));
  await append(topic, sent);
  await append(nestedTopic(topic), sent.map(nestedRecord));
  await append(dispatchesTopic(topic), dispatchesTo(calls));
  await appender.close();
  await broker.close();
}

/** The records of one of three partitions. */
function partOf(records: readonly object[], partition: number): RecordsBuilder {
  const utf8 = new TextEncoder();
  return RecordsBuilder.of(
    records.filter((_record, index) => index % 3 === partition).map((record) => ({
      key: null,
      value: utf8.encode(JSON.stringify(record)),
      timestampMs: Date.now(),
    })),
  );
}

/** Which cases are run in one process, and which by processes that are killed. */
export interface CapitalCases {
  readonly inProcess: readonly CapitalCase[];
  readonly byProcesses: readonly CapitalCase[];
}

/** Runs the law on a broker, for each of the cases. */
export async function capitalLaw(
  address: BrokerAddress,
  { inProcess, byProcesses }: CapitalCases,
): Promise<void> {
  const directory = await memoryDirectory("sfcrime-capital-");
  globalThis.addEventListener("unload", () => Deno.removeSync(directory, { recursive: true }));
  const topic = freshTopic();
  await fill(address, topic);

  for (const each of ofToday(inProcess, DAYS)) {
    const [query, kind, raisedBy] = each;
    const by = raisedBy === undefined ? "" : `, its last batch raised by ${raisedBy}`;
    Deno.test(`${query} into ${kind}${by}: killed after any step and resumed, it returns what an uninterrupted run returns`, async () => {
      const whole = await runWhole(place("whole", each));
      await Promise.all(KILLS.map(async ([step, workers]) => {
        const crashed = place(`step ${step}`, each);
        const batch = raisedBy === undefined ? 2 : whole.lastBatch;
        equal(await crashed.run({ workers, killAt: { batch, step } }), "killed");
        // Killed again at the batch that it repeats or begins next, then left in peace with other workers.
        const again = raisedBy === undefined
          ? { batch: 3, step: 5 - step }
          : step === 4
          ? undefined
          : { batch, step: 4 - step };
        if (again !== undefined) equal(await crashed.run({ workers: 2, killAt: again }), "killed");
        equal(await crashed.run({ workers: workers % 4 + 1 }), "ended");
        deepEqual(await crashed.left(), whole, `killed after step ${step}`);
      }));
    });
  }

  for (const each of ofToday(byProcesses, DAYS)) {
    const [query, kind] = each;
    Deno.test(`${query} into ${kind}: when its process is killed after each step in turn, it returns what an uninterrupted run returns`, async () => {
      const whole = await runWhole(place("whole beside processes", each));
      const crashed = place("processes", each);
      for (const [step, workers] of KILLS) {
        const killAt = { batch: step, step };
        equal(await runOrCrash(crashed.how({ workers, killAt })), "killed", `after step ${step}`);
      }
      equal(await runOrCrash(crashed.how({ workers: 1 })), "ended");
      deepEqual(await crashed.left(), whole);
    });
  }

  function place(name: string, each: CapitalCase): CapitalPlace {
    return new CapitalPlace(each, { address, topic, name, directory });
  }
}

async function runWhole(place: CapitalPlace): Promise<CapitalOutput> {
  equal(await place.run({ workers: 1 }), "ended");
  const whole = await place.left();
  ok(whole.rows.length > 50, `only ${whole.rows.length} rows`);
  return whole;
}

/** What an analysis has left. */
interface CapitalOutput {
  readonly rows: readonly (string | null)[];
  readonly lastBatch: number;
}

interface PlaceOptions {
  readonly address: BrokerAddress;
  /** What is read. */
  readonly topic: string;
  readonly name: string;
  readonly directory: string;
}

/** Where one analysis runs: its files, the topic of its sink, and what it leaves there. */
class CapitalPlace {
  readonly #case: CapitalCase;
  readonly #address: BrokerAddress;
  readonly #topic: string;
  readonly #outTopic: string;
  readonly #directory: string;

  constructor(each: CapitalCase, { address, topic, name, directory }: PlaceOptions) {
    const id = [...each, name].join("-").replaceAll(" ", "-");
    this.#case = each;
    this.#address = address;
    this.#topic = topic;
    this.#outTopic = `${topic}-${id}`;
    this.#directory = join(directory, id);
    Deno.mkdirSync(this.#directory);
  }

  /** Runs in this process, to the end or the kill. */
  run(run: Pick<CrashRun, "workers" | "killAt">): Promise<"ended" | "killed"> {
    return runOrKill(this.how(run), this.#directory);
  }

  /** How the analysis is run. */
  how(run: Pick<CrashRun, "workers" | "killAt">): CrashRun {
    const [query, kind, raisedBy] = this.#case;
    return {
      ...run,
      address: this.#address,
      config: `[kafka]\ntopic = ${this.#topic}\n[stream.silent]\ntopic = ${silentTopic(this.#topic)}\n` +
        `columns = call_date_time TIMESTAMP, type STRING\n` +
        `[stream.dispatches]\ntopic = ${dispatchesTopic(this.#topic)}\ncolumns = ${DISPATCH_COLUMNS}\n` +
        `watermark = dispatched_at 60 minutes\n` +
        `[stream.nested]\ntopic = ${nestedTopic(this.#topic)}\ncolumns = ${NESTED_COLUMNS}\n` +
        `watermark = none\n${CONFIG}`,
      query,
      sink: kind === "kafka" ? `kafka:${this.#outTopic}` : `${kind}:${this.#out}`,
      checkpoint: join(this.#directory, "checkpoint"),
      maxOffsetsPerTrigger: BATCH_RECORDS,
      ...(raisedBy === "flush" ? { flushAtEnd: true } : {}),
      ...(raisedBy === "idle timeout" ? { idleFromBatch: LAST_DATA_BATCH } : {}),
    };
  }

  /** What there is now. */
  async left(): Promise<CapitalOutput> {
    const [query] = this.#case;
    const view = CheckpointView.open(join(this.#directory, "checkpoint", query));
    const { nextBatchId } = view.standing();
    view.close();
    return { rows: await this.#rows(), lastBatch: nextBatchId - 1 };
  }

  get #out(): string {
    return join(this.#directory, "out");
  }

  async #rows(): Promise<(string | null)[]> {
    const [query, kind] = this.#case;
    if (kind === "sqlite") return rowsOfTable(this.#out, query);
    if (kind !== "kafka") return await rowsOfFiles(this.#out);
    if (this.#address.kind === "embedded") return await rowsOfTopic(this.#address, this.#outTopic);
    const records = await committedRecords(this.#address.servers, this.#outTopic);
    return records.map(({ payload }) => payload).sort();
  }
}
