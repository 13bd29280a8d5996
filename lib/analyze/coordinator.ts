/**
 * Runs the micro-batches of queries that read the same topics at the same times: one read serves them all.
 */
import { IDLE_WAIT_MS_MAX } from "../base/bounds.ts";
import type { Clock } from "../base/clock.ts";
import type { Broker } from "../broker/broker.ts";
import type { TopicSelection } from "../config/topic_selection.ts";
import type { TriggerSpec } from "../config/values.ts";
import { type BatchLimits, isPutOff } from "../stream/rate_limit.ts";
import { nextTriggerMs } from "../stream/trigger.ts";
import type { QueryPartial } from "./messages.ts";
import { type BatchProgress, sourceProgress } from "./progress.ts";
import type { QueryRun } from "./query_run.ts";
import type { LoggedBatch } from "../checkpoint/checkpoint_file.ts";
import type { BatchPlan, Source } from "./source.ts";
import { checkpointOffsets, type TopicOffsets, topicOffsets } from "./topic_offsets.ts";
import type { PoolResult } from "./running_batch.ts";
import type { LateRows } from "./late_rows.ts";
import type { TableReload } from "./table_reload.ts";
import type { WorkerPool } from "./worker_pool.ts";

/** How much a batch may take. */
export interface RateLimits {
  readonly maxOffsetsPerTrigger: number | undefined;
  /** Records a second of each partition. */
  readonly maxRatePerPartition: number | undefined;
  /** Fewer records than these wait for others, at most for the delay. Any are enough where it is absent. */
  readonly minOffsetsPerTrigger?: { readonly offsets: number; readonly delayMs: number };
}

/** No limits. */
const EVERYTHING: RateLimits = { maxOffsetsPerTrigger: undefined, maxRatePerPartition: undefined };

/** Some queries, and everything that they need to run. */
export interface CoordinatorOptions {
  readonly broker: Broker;
  readonly source: Source;
  readonly pool: WorkerPool;
  /** Static tables that may change while the queries run. */
  readonly tables: TableReload;
  readonly queries: readonly CoordinatedQuery[];
  readonly trigger: TriggerSpec;
  readonly limits: RateLimits;
  /** What the state of one query may take in memory. No limit where it is absent. */
  readonly stateBytesMax?: number;
  /** Is of this run alone. */
  readonly runId: string;
  readonly clock: Clock;
  /** Ends the run after the batch that is under way. */
  readonly signal: AbortSignal;
  readonly onProgress: (progress: BatchProgress) => void;
  /** Whether a run that ends by itself gives out the groups that are still open. */
  readonly flushAtEnd?: boolean;
  /** Takes the records that come too late. */
  readonly lateRows?: LateRows;
}

/** A query, its index among the workers' queries, and what each of its streams reads. */
export interface CoordinatedQuery {
  readonly index: number;
  readonly run: QueryRun;
  readonly reads: readonly TopicSelection[];
}

/** A rate is kept by batches of at least a second. */
const RATE_MS_MIN = 1_000;

/** See the module's description. */
export class Coordinator {
  readonly #options: CoordinatorOptions;
  /** A new query runs a batch also when there is nothing to read. */
  #isFirst: boolean;
  #previousTriggerMs: number | undefined;
  /** When a batch was last not put off for want of records. */
  #lastNotPutOffMs = -Infinity;

  constructor(options: CoordinatorOptions) {
    this.#options = options;
    this.#isFirst = options.queries.some(({ run }) => run.offsets === undefined);
  }

  /** Runs again a batch that was begun and not committed. */
  async repeat({ to }: LoggedBatch): Promise<void> {
    const { source, queries, clock } = this.#options;
    const ends = topicOffsets(to);
    await this.#runQueries(queries, {
      plan: source.planAgain(ends),
      triggeredAtMs: clock.nowMs(),
      latest: ends,
      latestOffsetMs: 0,
    });
  }

  /** Runs until the trigger's end or the signal. @throws {SfcrimeError} When a query fails; no query goes on then. */
  async run(): Promise<void> {
    const { trigger } = this.#options;
    switch (trigger.kind) {
      case "once":
        await this.#runOnce();
        return await this.#flush();
      case "available-now":
        await this.#runAvailable();
        return await this.#flush();
      case "processing-time":
        return await this.#runContinuously(trigger.intervalMs);
    }
  }

  /** One batch of everything that is there, whatever the limits. */
  async #runOnce(): Promise<void> {
    const startMs = this.#options.clock.nowMs();
    await this.#runBatch(startMs, await this.#options.source.latest(), EVERYTHING);
  }

  /** What is there now, in as many batches as the limits make of it, and what the watermark then lets go. */
  async #runAvailable(): Promise<void> {
    const { source, limits, clock, signal } = this.#options;
    const { minOffsetsPerTrigger: _all, ...atMost } = limits;
    let ends: TopicOffsets | undefined;
    while (!signal.aborted) {
      const startMs = clock.nowMs();
      // Each batch looks at the topics for what may be gone of them; their ends stay what they were at first.
      const latest = await source.latest();
      ends = ends === undefined ? latest : source.upTo(ends);
      if (!await this.#runBatch(startMs, ends, atMost)) return;
      if (limits.maxRatePerPartition !== undefined && !source.reached(ends)) {
        await clock.sleep(startMs + RATE_MS_MIN - clock.nowMs(), signal);
      }
    }
  }

  /** Gives out what is still open, as if the watermark had passed it. */
  async #flush(): Promise<void> {
    const { flushAtEnd, source, queries, clock, signal } = this.#options;
    if (flushAtEnd !== true || signal.aborted) return;
    for (const { run } of queries) run.closeGroups();
    const active = queries.filter(({ run }) => run.needsNoDataBatch);
    if (active.length === 0) return;
    const plan = source.planNothing();
    await this.#runQueries(active, {
      plan,
      triggeredAtMs: clock.nowMs(),
      latest: plan.ends,
      latestOffsetMs: 0,
    });
  }

  async #runContinuously(intervalMs: number): Promise<void> {
    const { source, limits, clock, signal } = this.#options;
    while (!signal.aborted) {
      const startMs = clock.nowMs();
      const latest = await source.latest();
      const ran = await this.#runBatch(startMs, latest, limits);
      const rateMs = limits.maxRatePerPartition === undefined ? 0 : RATE_MS_MIN;
      const nextMs = Math.max(nextTriggerMs(startMs, intervalMs), startMs + rateMs);
      if (nextMs > clock.nowMs()) await clock.sleep(nextMs - clock.nowMs(), signal);
      if (intervalMs === 0 && !ran) await this.#waitForData(latest);
    }
  }

  /** Waits until there is more than what was seen, or until a look is due for what no broker tells of. */
  async #waitForData(seen: TopicOffsets): Promise<void> {
    const { broker, clock, signal } = this.#options;
    const ended = new AbortController();
    const either = AbortSignal.any([signal, ended.signal]);
    const timeoutMs = Math.min(IDLE_WAIT_MS_MAX, this.#putOffForMs());
    const waits: Promise<unknown>[] = [...seen].map(([topic, ends]) =>
      broker.waitForData(topic, ends, { timeoutMs, signal: either })
    );
    if (waits.length === 0) waits.push(clock.sleep(timeoutMs, either));
    try {
      await Promise.race(waits);
    } finally {
      ended.abort();
      await Promise.allSettled(waits);
    }
  }

  /** Runs a batch of what is there, or one without records where a query needs it; says whether any ran. */
  async #runBatch(triggeredAtMs: number, latest: TopicOffsets, limits: RateLimits): Promise<boolean> {
    const { source, clock, queries } = this.#options;
    const latestOffsetMs = clock.nowMs() - triggeredAtMs;
    const plan = this.#isPutOff(latest, limits)
      ? source.planNothing()
      : source.plan(latest, this.#batchLimits(limits));
    const hasData = plan.ranges.length > 0 || this.#isFirst;
    const active = hasData ? queries : queries.filter(({ run }) => run.needsNoDataBatch);
    if (active.length === 0) return false;
    this.#isFirst = false;
    await this.#runQueries(active, { plan, triggeredAtMs, latest, latestOffsetMs });
    return true;
  }

  #isPutOff(latest: TopicOffsets, { minOffsetsPerTrigger: least }: RateLimits): boolean {
    if (least === undefined) return false;
    const { clock, source } = this.#options;
    const nowMs = clock.nowMs();
    const putOff = isPutOff({
      records: source.backlog(latest),
      minOffsets: least.offsets,
      waitedMs: nowMs - this.#lastNotPutOffMs,
      maxDelayMs: least.delayMs,
    });
    if (!putOff) this.#lastNotPutOffMs = nowMs;
    return putOff;
  }

  /** How long records may still wait for others. */
  #putOffForMs(): number {
    const { clock, limits: { minOffsetsPerTrigger: least } } = this.#options;
    if (least === undefined) return Infinity;
    return Math.max(1, this.#lastNotPutOffMs + least.delayMs - clock.nowMs());
  }

  #batchLimits({ maxOffsetsPerTrigger, maxRatePerPartition }: RateLimits): BatchLimits {
    const { trigger } = this.#options;
    const intervalMs = trigger.kind === "processing-time" ? trigger.intervalMs : 0;
    const seconds = Math.max(RATE_MS_MIN, intervalMs) / 1_000;
    return {
      maxOffsets: maxOffsetsPerTrigger,
      maxOffsetsPerPartition: maxRatePerPartition === undefined
        ? undefined
        : Math.max(1, Math.floor(maxRatePerPartition * seconds)),
    };
  }

  async #runQueries(active: readonly CoordinatedQuery[], batch: TriggeredBatch): Promise<void> {
    const { pool, source, tables, clock, onProgress, runId, lateRows, stateBytesMax = Infinity } =
      this.#options;
    const { plan, triggeredAtMs, latest, latestOffsetMs } = batch;
    const offsets = { from: checkpointOffsets(plan.starts), to: checkpointOffsets(plan.ends) };
    for (const { run } of active) await run.begin({ ...offsets, topicIds: source.topicIds });
    if (plan.ranges.length > 0) pool.replaceTables(await tables.changed());
    const startMs = performance.now();
    const partials: QueryPartial[] = [];
    const { counts, recordsByTopic }: PoolResult = await pool.run({
      onPartials: (gathered) => {
        for (const partial of gathered) {
          const { run } = active.find((query) => query.index === partial.query)!;
          partials.push(run.gather(partial, stateBytesMax));
        }
      },
      ranges: plan.ranges,
      queries: active.map(({ index, run }) => ({
        query: index,
        batchId: run.batchId,
        ...(lateRows === undefined || run.lateMs === undefined ? {} : { lateMs: run.lateMs }),
      })),
      onLate: (late) => {
        for (const [index, records] of Map.groupBy(late, ({ query }) => query)) {
          const { run } = active.find((query) => query.index === index)!;
          lateRows?.add(run.plan.name, run.batchId, records);
        }
      },
      onRows: (index, chunk) => active.find((query) => query.index === index)!.run.takeRows(chunk),
    });
    await lateRows?.written();
    for (const { index, run, reads } of active) {
      const read = {
        ...offsets,
        from: run.offsets === undefined ? null : offsets.from,
        latest: checkpointOffsets(latest),
      };
      const own: readonly QueryPartial[] = partials.filter(({ query }) => query === index);
      const { walCommitMs, commitMs, ...result } = await run.complete(own, stateBytesMax);
      onProgress({
        ...result,
        query: run.plan.name,
        queryId: run.queryId,
        runId,
        triggeredAtMs,
        previousTriggerMs: this.#previousTriggerMs,
        durationMs: clock.nowMs() - triggeredAtMs,
        inputRecords: counts.records,
        malformedRecords: counts.malformed,
        durations: {
          latestOffset: latestOffsetMs,
          walCommit: walCommitMs,
          addBatch: Math.round(performance.now() - startMs) - commitMs,
          commitOffsets: commitMs,
        },
        sources: reads.map((selection) => sourceProgress(selection, read, recordsByTopic)),
        sink: run.sink.description,
      });
    }
    this.#previousTriggerMs = triggeredAtMs;
    source.advance(plan);
  }
}

/** A batch that is due. */
interface TriggeredBatch {
  readonly plan: BatchPlan;
  readonly triggeredAtMs: number;
  /** How far the topics reach, and how long it took to ask. */
  readonly latest: TopicOffsets;
  readonly latestOffsetMs: number;
}
