/** What a run tells, in which order, and what its record makes of it. */
import { deepEqual, equal, match, ok, rejects } from "assert";
import { join } from "node:path";
import { analyze } from "../../../lib/analyze/analyze.ts";
import { RECENT_PROGRESS_MAX } from "../../../lib/base/bounds.ts";
import { systemHost } from "../../../lib/base/host.ts";
import { openEmbeddedBroker } from "../../support/brokers.ts";
import { RecordsBuilder } from "../../../lib/broker/record_batch/encode.ts";
import { type BatchProgress, lateRowsOf } from "../../../lib/monitoring/progress/batch_progress.ts";
import type { LateRecords } from "../../../lib/monitoring/late_rows/late_record.ts";
import { type BatchStep, listenerBus, type RunListener } from "../../../lib/monitoring/run_listener.ts";
import { RunRecord } from "../../../lib/monitoring/run_record.ts";
import { planFrom } from "../../support/plan_from.ts";
import { tempDir } from "../../support/temp_dir.ts";
import { spawnWorker } from "../../../lib/analyze/workers/worker_thread.ts";

/** More than the record keeps, one a batch; the last ones are late, and one is not JSON. */
const MINUTES = [...Array(RECENT_PROGRESS_MAX + 5).keys(), 1, 2];
const RECORDS = [...MINUTES.map((minute) => JSON.stringify({ at: minute * 60 })), "{"];

const SETTINGS = {
  "stream.t.topic": "t",
  "stream.t.columns": "at TIMESTAMP",
  "stream.t.watermark": "at 0 seconds",
  "query.windows.sql": "SELECT window(at, '1 minute') AS w, count(*) AS n FROM t GROUP BY 1",
  "query.all.sql": "SELECT at FROM t",
  "query.windows.output_mode": "append",
  "analyze.sink": "none",
  "analyze.trigger": "available-now",
  "analyze.max_offsets_per_trigger": "1",
  "analyze.workers": "1",
};

/** Runs two queries, one batch per record. */
async function run(
  listener: RunListener,
  settings: Readonly<Record<string, string>> = SETTINGS,
): Promise<void> {
  await using directory = await tempDir();
  const path = join(directory.path, "broker.db");
  const broker = openEmbeddedBroker(path);
  try {
    await broker.createTopic("t", { numPartitions: 1, replicationFactor: 1 });
    const appender = await broker.openAppender({ codec: "none", acks: "all" });
    const records = RECORDS.map((text) => ({
      key: null,
      value: new TextEncoder().encode(text),
      timestampMs: 0,
    }));
    await appender.append("t", [{ partition: 0, records: RecordsBuilder.of(records) }]);
    await appender.close();
    await analyze({
      broker,
      address: { kind: "embedded", path },
      plan: await planFrom(settings, { names: ["windows", "all"] }),
      output: { write: () => Promise.resolve() },
      host: systemHost,
      spawn: spawnWorker,
      signal: new AbortController().signal,
      listener,
    });
  } finally {
    await broker.close();
  }
}

/** Notes each event of a query as a word, and may throw at one of them. */
class Notes implements RunListener {
  readonly events: string[] = [];
  readonly #failsAt: string | undefined;

  constructor(failsAt?: string) {
    this.#failsAt = failsAt;
  }

  started(): Promise<void> {
    return this.#note("started");
  }

  step({ query, step }: BatchStep): Promise<void> {
    return this.#note(`${query}:${step}`);
  }

  late({ query }: LateRecords): Promise<void> {
    return this.#note(`${query}:late`);
  }

  progress({ query }: BatchProgress): Promise<void> {
    return this.#note(`${query}:progress`);
  }

  ended(failure?: { readonly error: unknown }): void {
    this.events.push(failure === undefined ? "ended" : `failed ${failure.error}`);
  }

  /** What was told of the run as a whole, and of one of its queries. */
  of(query: string): string {
    const own = this.events.filter((event) => !event.includes(":") || event.startsWith(`${query}:`));
    return own.map((event) => event.replace(`${query}:`, "")).join(" ");
  }

  async #note(event: string): Promise<void> {
    // Whoever does not wait for it is seen in the order.
    await new Promise((resolve) => setTimeout(resolve));
    this.events.push(event);
    if (event === this.#failsAt) throw new Error(event);
  }
}

Deno.test("The events of a run are its start, the steps of each batch, with late records before the second, its progress, and its end", async () => {
  const notes = new Notes();
  const record = new RunRecord();
  const told: BatchProgress[] = [];
  await run(listenerBus([record, notes, { progress: (progress) => void told.push(progress) }]));
  match(notes.of("windows"), /^started( 1( late)? 2 3 4 progress)+ ended$/);
  match(notes.of("all"), /^started( 1 2 3 4 progress)+ ended$/);
  equal(notes.events.filter((event) => event === "windows:late").length, 2);

  for (const [name, { totals, recentProgress, lastProgress, status }] of record.queries) {
    const own = told.filter(({ query }) => query === name);
    const sum = (of: (progress: BatchProgress) => number) =>
      own.reduce((total, batch) => total + of(batch), 0);
    deepEqual(totals, {
      batches: own.length,
      inputRecords: RECORDS.length,
      malformedRecords: 1,
      outputRows: sum(({ outputRows }) => outputRows),
      lateRows: name === "windows" ? 2 : 0,
      rowsAhead: 0,
    });
    equal(totals.lateRows, sum(lateRowsOf));
    ok(own.length > RECENT_PROGRESS_MAX);
    deepEqual(recentProgress, own.slice(-RECENT_PROGRESS_MAX));
    equal(lastProgress, own.at(-1));
    deepEqual(status, { message: "Stopped", isDataAvailable: false, isTriggerActive: false });
  }
  deepEqual([...record.queries.keys()], record.run!.queries.map(({ query }) => query));
});

for (
  const at of ["started", "windows:1", "windows:late", "all:2", "windows:3", "all:4", "windows:progress"]
) {
  Deno.test(`An error of a listener at ${at} ends the run, and is reported once, last`, async () => {
    const notes = new Notes(at);
    const record = new RunRecord();
    await rejects(run(listenerBus([record, notes])), { message: at });
    deepEqual(notes.events.slice(-2), [at, `failed Error: ${at}`]);
    equal(notes.events.filter((event) => event === "ended" || event.startsWith("failed")).length, 1);
    equal(String(record.failure?.error), `Error: ${at}`);
  });
}

Deno.test("A run that is refused tells nothing", async () => {
  const notes = new Notes();
  await rejects(run(notes, { ...SETTINGS, "stream.t.topic": "missing" }), /missing/);
  deepEqual(notes.events, []);
});

Deno.test("An outage counts once until Kafka is back, however often it is reported", () => {
  const record = new RunRecord();
  const silent = { kind: "silent", servers: ["a:9092"], silentMs: 5_000, leftMs: 60_000 } as const;
  record.outage(silent);
  record.outage({ ...silent, silentMs: 35_000 });
  deepEqual(record.outages, { count: 1, current: { ...silent, silentMs: 35_000 } });
  record.outage({ kind: "back", afterMs: 40_000 });
  deepEqual(record.outages, { count: 1, current: undefined });
  record.outage(silent);
  equal(record.outages.count, 2);
});
