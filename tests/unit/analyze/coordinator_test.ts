/** When batches run and what they take, by a clock that the tests move. */
import { deepEqual, equal, match, ok } from "assert";
import { join } from "node:path";
import { analyze } from "../../../lib/analyze/analyze.ts";
import { spawnWorker } from "../../../lib/analyze/workers/worker_thread.ts";
import type { AnalyzeOptions } from "../../../lib/analyze/analyze_options.ts";
import type { IdleQueries } from "../../../lib/monitoring/idleness.ts";
import { type BatchProgress, progressLine } from "../../../lib/monitoring/progress/batch_progress.ts";
import { systemHost } from "../../../lib/base/host.ts";
import type { Broker } from "../../../lib/broker/broker.ts";
import { openEmbeddedBroker } from "../../support/brokers.ts";
import { FakeClock } from "../../support/fake_clock.ts";
import { planFrom } from "../../support/plan_from.ts";
import { tempDir } from "../../support/temp_dir.ts";
import { RecordsBuilder } from "../../../lib/broker/record_batch/encode.ts";

const COUNT = "SELECT count(*) AS n FROM t";
const WINDOWS = "SELECT window(at, '1 minute') AS w, count(*) AS n FROM t GROUP BY 1";

/** What a test runs. */
interface Run {
  readonly sql?: string;
  readonly mode?: string;
  readonly trigger: string;
  /** By the keys of `[analyze]`. */
  readonly limits?: Readonly<Record<string, string>>;
  /** Records that are there when the run begins, by their minute. */
  readonly before: readonly number[];
  /** Is called behind each batch, and may append records, let time pass, or end the run. */
  readonly afterBatch?: (context: BatchContext) => Promise<void> | void;
  readonly options?: Partial<AnalyzeOptions>;
  /** Is called when the analysis looks at its topic. */
  readonly onLook?: () => void;
  /** Is called while there is nothing to read, and may end the run. */
  readonly idle?: (idle: IdleQueries, end: () => void) => void;
}

interface BatchContext {
  readonly batch: BatchProgress;
  readonly clock: FakeClock;
  readonly append: (minutes: readonly number[]) => Promise<void>;
  readonly end: () => void;
}

const [MINUTE_MS, HOUR_MS, DAY_MS] = [60_000, 3_600_000, 86_400_000];

const START_MS = Date.UTC(2026, 0, 1, 12, 0, 0) + 3_400;

async function append(broker: Broker, minutes: readonly number[]): Promise<void> {
  const appender = await broker.openAppender({ codec: "none", acks: "all" });
  const records = minutes.map((minute) => ({
    key: null,
    value: new TextEncoder().encode(
      JSON.stringify({ at: new Date(Date.UTC(2018, 0, 1, 0, minute)).toISOString() }),
    ),
    timestampMs: 0,
  }));
  if (records.length > 0) await appender.append("t", [{ partition: 0, records: RecordsBuilder.of(records) }]);
  await appender.close();
}

/** The batches of a run, each with the second at which it was triggered and the records that it had. */
async function batchesOf(run: Run): Promise<{ second: number; records: number; batch: BatchProgress }[]> {
  await using directory = await tempDir();
  const path = join(directory.path, "broker.db");
  const broker = openEmbeddedBroker(path);
  await broker.createTopic("t", { numPartitions: 1, replicationFactor: 1 });
  await append(broker, run.before);
  const clock = new FakeClock(START_MS);
  const stop = new AbortController();
  const values = {
    "stream.t.topic": "t",
    "stream.t.columns": "at TIMESTAMP",
    "stream.t.watermark": "at 0 seconds",
    "query.q.sql": run.sql ?? COUNT,
    "query.q.output_mode": run.mode ?? "update",
    "analyze.trigger": run.trigger,
    "analyze.workers": "1",
    ...Object.fromEntries(Object.entries(run.limits ?? {}).map(([key, value]) => [`analyze.${key}`, value])),
  };
  const batches: { second: number; records: number; batch: BatchProgress }[] = [];
  // The analysis looks at its topic next, which is when what the test does behind a batch is due.
  let due: Promise<void> | void = undefined;
  const waiting = new Proxy(broker, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name);
      if (typeof value !== "function") return value;
      if (name !== "describeTopic") return value.bind(target);
      return async (...args: unknown[]) => {
        run.onLook?.();
        await due;
        return await (value as (...args: unknown[]) => unknown).apply(target, args);
      };
    },
  });
  try {
    await analyze({
      broker: waiting,
      address: { kind: "embedded", path },
      plan: await planFrom(values, { names: ["q"] }),
      output: { write: () => Promise.resolve() },
      host: clock,
      spawn: spawnWorker,
      signal: stop.signal,
      listener: {
        progress: (batch) => {
          batches.push({
            second: (batch.triggeredAtMs - START_MS + 3_400) / 1_000,
            records: batch.inputRecords,
            batch,
          });
          due = run.afterBatch?.({
            batch,
            clock,
            append: (minutes) => append(broker, minutes),
            end: () => stop.abort(),
          });
        },
        idle: (idle) => run.idle?.(idle, () => stop.abort()),
      },
      ...run.options,
    });
    return batches;
  } finally {
    await due;
    await broker.close();
  }
}

function seconds(batches: readonly { readonly second: number }[]): number[] {
  return batches.map(({ second }) => second);
}

function records(batches: readonly { readonly records: number }[]): number[] {
  return batches.map(({ records }) => records);
}

Deno.test("The first batch runs at once, the others at multiples of the interval since the epoch", async () => {
  const batches = await batchesOf({
    trigger: "10s",
    before: [0],
    afterBatch: async ({ batch, append, end }) => {
      if (batch.batchId === 2) end();
      else await append([0]);
    },
  });
  deepEqual(seconds(batches), [3.4, 10, 20]);
});

Deno.test("A batch that overruns is followed at once, and the next ones are on multiples again", async () => {
  const batches = await batchesOf({
    trigger: "10s",
    before: [0],
    afterBatch: async ({ batch, clock, append, end }) => {
      if (batch.batchId === 1) clock.pass(25_000);
      if (batch.batchId === 3) end();
      else await append([0]);
    },
  });
  deepEqual(seconds(batches), [3.4, 10, 35, 40]);
});

Deno.test("available-now reads up to the ends found at its start, whatever arrives meanwhile", async () => {
  const batches = await batchesOf({
    trigger: "available-now",
    before: [0, 1, 2, 3, 4],
    limits: { max_offsets_per_trigger: "2" },
    mode: "complete",
    afterBatch: ({ append }) => append([5, 6, 7]),
  });
  deepEqual(records(batches), [2, 2, 1]);
});

Deno.test("available-now looks at its topic before each batch of records, and no more once it has read everything", async () => {
  let looks = 0;
  const looksBefore: number[] = [];
  const batches = await batchesOf({
    trigger: "available-now",
    before: [0, 1, 2, 3],
    limits: { max_offsets_per_trigger: "2" },
    mode: "append",
    sql: WINDOWS,
    onLook: () => looks++,
    afterBatch: () => {
      looksBefore.push(looks);
      looks = 0;
    },
  });
  deepEqual(records(batches), [2, 2, 0]);
  deepEqual([...looksBefore, looks].map((count) => count > 0), [true, true, false, false]);
});

Deno.test("available-now ends with an empty batch if the last watermark can evict groups", async () => {
  const run = { trigger: "available-now", before: [0, 1, 2], sql: WINDOWS } as const;
  deepEqual(records(await batchesOf({ ...run, mode: "append" })), [3, 0]);
  deepEqual(records(await batchesOf({ ...run, mode: "update" })), [3, 0]);
  deepEqual(records(await batchesOf({ ...run, mode: "complete" })), [3]);
});

Deno.test("once is one batch of everything, whatever the limits, without an empty batch after it", async () => {
  for (const limits of [{ max_offsets_per_trigger: "2" }, { min_offsets_per_trigger: "100" }]) {
    const batches = await batchesOf({
      trigger: "once",
      before: [0, 1, 2, 3, 4],
      sql: WINDOWS,
      mode: "append",
      limits,
    });
    deepEqual(records(batches), [5]);
  }
});

Deno.test("A batch is delayed until there are enough records or the maximum delay is over", async () => {
  const batches = await batchesOf({
    trigger: "10s",
    before: [0],
    limits: { min_offsets_per_trigger: "3", max_trigger_delay: "60s" },
    mode: "complete",
    afterBatch: async ({ batch, append, end }) => {
      if (batch.batchId === 0) await append([0, 0, 0]);
      if (batch.batchId === 1) await append([0, 0]);
      if (batch.batchId === 2) end();
    },
  });
  deepEqual(records(batches), [1, 3, 2]);
  // The last one waits for a minute from the one before.
  deepEqual(seconds(batches), [3.4, 10, 70]);
});

Deno.test("As soon as possible, a batch that is put off waits for more records than those that it knows", async () => {
  let waits = 0;
  const batches = await batchesOf({
    trigger: "0",
    before: [0],
    limits: { min_offsets_per_trigger: "2", max_trigger_delay: "200ms" },
    mode: "complete",
    options: {
      host: { ...systemHost, sleep: () => Promise.resolve(void waits++) },
    },
    afterBatch: async ({ batch, append, end }) => {
      if (batch.batchId === 0) await append([0]);
      else end();
    },
  });
  deepEqual(records(batches), [1, 1]);
  equal(waits, 0, "it waits at the broker");
});

for (
  const [how, byMs] of [["back", -HOUR_MS], ["forward", DAY_MS], ["back to an odd second", -7_123]] as const
) {
  Deno.test(`A wall clock that is set ${how} delays no trigger by more than the interval, and the multiples hold again`, async () => {
    const moments: number[] = [];
    const batches = await batchesOf({
      trigger: "10s",
      before: [0],
      afterBatch: async ({ batch, clock, append, end }) => {
        moments.push(clock.monotonicMs());
        if (batch.batchId === 2) clock.set(byMs);
        if (batch.batchId === 5) end();
        else await append([0]);
      },
    });
    const waits = moments.slice(1).map((moment, index) => moment - moments[index]!);
    ok(waits.every((waitMs) => waitMs <= 10_000), waits.join());
    deepEqual(waits.slice(-2), [10_000, 10_000]);
    for (const { batch } of batches.slice(-2)) equal(batch.triggeredAtMs % 10_000, 0);
  });
}

Deno.test("A batch that is put off waits for its longest delay, wherever the wall clock is set meanwhile", async () => {
  let startMs = 0;
  const batches = await batchesOf({
    trigger: "10s",
    before: [0],
    limits: { min_offsets_per_trigger: "3", max_trigger_delay: "1m" },
    mode: "complete",
    afterBatch: async ({ batch, clock, append, end }) => {
      if (batch.batchId === 0) {
        startMs = clock.monotonicMs();
        clock.set(-HOUR_MS);
        await append([0]);
      } else {
        const waitedMs = clock.monotonicMs() - startMs;
        ok(waitedMs >= MINUTE_MS && waitedMs <= MINUTE_MS + 10_000, String(waitedMs));
        end();
      }
    },
  });
  deepEqual(records(batches), [1, 1]);
});

Deno.test("A batch's duration is the time that it took, also when the wall clock was set meanwhile", async () => {
  const [first] = await batchesOf({
    trigger: "once",
    before: [0],
    options: { host: new Stepping() },
  });
  equal(first!.batch.durationMs, 0);
});

/** A wall clock that is a day further back each time that it is looked at. */
class Stepping extends FakeClock {
  constructor() {
    super(START_MS);
  }

  override nowMs(): number {
    this.set(-DAY_MS);
    return super.nowMs();
  }
}

Deno.test("Waiting is told after ten seconds without a batch and every ten seconds from then on, with the lag", async () => {
  for (const [trigger, minutes, expected] of [["10s", [], 0], ["1s", [0, 0, 0], 3]] as const) {
    const told: IdleQueries[] = [];
    await batchesOf({
      trigger,
      before: [0],
      // Too few to be worth a batch.
      limits: { min_offsets_per_trigger: "4", max_trigger_delay: "1h" },
      afterBatch: ({ append }) => append(minutes),
      idle: (idle, end) => {
        told.push(idle);
        if (told.length === 3) end();
      },
    });
    deepEqual(told.map(({ queries, behind }) => [queries, behind]), Array(3).fill([["q"], expected]));
    // The last batch is that of the tick behind the first one: it has no records, and moves the watermark.
    deepEqual(told.map(({ idleMs }) => idleMs / 1_000), [10, 20, 30]);
  }
});

Deno.test("The rate of a batch is that of the records' coming, not that of working on them", async () => {
  const lines: string[] = [];
  await batchesOf({
    trigger: "10s",
    before: Array(50).fill(0),
    limits: { max_offsets_per_trigger: "1000" },
    afterBatch: async ({ batch, append, end }) => {
      lines.push(progressLine(batch));
      if (batch.batchId === 2) return end();
      await append(Array(batch.batchId === 0 ? 1_000 : 1_200).fill(0));
    },
  });
  match(lines[0]!, /^q batch 0: 50 records \(.*, 0 behind\) in /);
  // Between the end of batch 0 at 3.4 s and the tick at 10 s, then in the ten seconds to the next.
  match(lines[1]!, /^q batch 1: 1,000 records \(152\/s, 0 behind\) in /);
  match(lines[2]!, /^q batch 2: 1,000 records \(100\/s, 200 behind\) in /);
});
