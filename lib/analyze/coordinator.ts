/**
 * Runs the micro-batches of queries that read the same topics with the same trigger: one read serves them
 * all.
 */
import { IDLE_WAIT_MS_MAX } from "../base/bounds.ts";
import type { Clock } from "../base/clock.ts";
import { messageOf, SfcrimeError } from "../base/errors.ts";
import type { TriggerSpec } from "../config/values/values.ts";
import { type BatchLimits, NO_LIMITS, type RateLimits } from "../stream/time/rate_limit.ts";
import { triggerWaitMs } from "../stream/time/trigger.ts";
import type { CoordinatedQuery, CoordinatorOptions } from "./coordinator_options.ts";
import { epochsBefore } from "./source/log_epochs.ts";
import { Idleness } from "../monitoring/idleness.ts";
import type { QueryPartial } from "./workers/messages.ts";
import { sourceProgress } from "../monitoring/progress.ts";
import { PuttingOff } from "./putting_off.ts";
import { QueryStatuses } from "../monitoring/query_status.ts";
import type { LoggedBatch } from "../checkpoint/checkpoint_file.ts";
import type { TopicOffsets } from "../broker/broker.ts";
import type { BatchPlan, TopicIds } from "./source/source.ts";
import { checkpointOffsets, topicOffsets } from "./source/topic_offsets.ts";
import type { PoolResult } from "./workers/running_batch.ts";

/** A rate limit is enforced by batches of at least a second. */
const RATE_MS_MIN = 1_000;

/** See the module's description. */
export class Coordinator {
  readonly #options: CoordinatorOptions;
  /** A new query runs a batch even if there is nothing to read. */
  #isFirst: boolean;
  #previousTriggerMs: number | undefined;
  /** When the last trigger ended, with or without a batch, by the monotonic clock. */
  #triggerEndMs: number | undefined;
  readonly #idleness: Idleness;
  readonly #puttingOff = new PuttingOff();
  readonly #statuses: QueryStatuses;

  constructor(options: CoordinatorOptions) {
    this.#options = options;
    this.#isFirst = options.queries.some(({ run }) => run.offsets === undefined);
    this.#statuses = new QueryStatuses(namesOf(options.queries), options.listener);
    this.#idleness = new Idleness(options.clock.monotonicMs());
  }

  /** Repeats a batch that was begun but not committed, when its topics had the given ids. */
  async repeat({ to }: LoggedBatch, ids: TopicIds): Promise<void> {
    const { source, queries, clock } = this.#options;
    const ends = topicOffsets(to);
    await this.#runQueries(queries, {
      plan: source.planAgain(ends, ids),
      hasData: true,
      triggered: momentOf(clock),
      latest: ends,
      latestOffsetMs: 0,
    });
  }

  /**
   * Runs until the trigger ends or the signal is aborted.
   *
   * @throws {SfcrimeError} If a query fails; then all of them end.
   */
  async run(): Promise<void> {
    try {
      await this.#runByTrigger(this.#options.trigger);
      this.#statuses.ended("Stopped");
    } catch (error) {
      this.#statuses.ended(`Terminated with exception: ${messageOf(error)}`);
      throw error;
    }
  }

  async #runByTrigger(trigger: TriggerSpec): Promise<void> {
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

  /** One batch with all available data, regardless of limits. */
  async #runOnce(): Promise<void> {
    const { clock, signal } = this.#options;
    const triggered = momentOf(clock);
    const latest = await this.#latest();
    if (!signal.aborted) await this.#runBatch(triggered, latest, NO_LIMITS);
  }

  /**
   * All data that is available now, in as many batches as the limits require, and then what the watermark
   * evicts.
   */
  async #runAvailable(): Promise<void> {
    const { source, limits, clock, signal } = this.#options;
    const atMost = { ...limits, minOffsetsPerTrigger: undefined };
    let first: { readonly ends: TopicOffsets; readonly ids: TopicIds } | undefined;
    while (!signal.aborted) {
      const triggered = momentOf(clock);
      // Each batch checks the topics for lost data; the end offsets stay those of the first look.
      const latest = await this.#latest();
      if (signal.aborted) return;
      first ??= { ends: latest, ids: source.topicIds };
      const ends = source.upTo(first.ends, first.ids);
      if (!await this.#runBatch(triggered, ends, atMost)) return;
      if (limits.maxRatePerPartition !== undefined && !source.reached(ends)) {
        await clock.sleep(triggered.monotonicMs + RATE_MS_MIN - clock.monotonicMs(), signal);
      }
    }
  }

  /** Emits the groups that are still open, as if the watermark had passed them. */
  async #flush(): Promise<void> {
    const { source, clock, signal } = this.#options;
    if (signal.aborted) return;
    const queries = this.#options.queries.filter(({ flushAtEnd }) => flushAtEnd);
    for (const { run } of queries) run.closeGroups();
    const active = queries.filter(({ run }) => run.needsNoDataBatch);
    if (active.length === 0) return;
    const plan = source.planNothing();
    await this.#runQueries(active, {
      plan,
      hasData: false,
      triggered: momentOf(clock),
      latest: plan.ends,
      latestOffsetMs: 0,
    });
  }

  async #latest(): Promise<TopicOffsets> {
    const { source } = this.#options;
    this.#statuses.triggered(source.description);
    return await source.latest();
  }

  async #runContinuously(intervalMs: number): Promise<void> {
    const { limits, clock, signal } = this.#options;
    while (!signal.aborted) {
      const triggered = momentOf(clock);
      const latest = await this.#latest();
      if (signal.aborted) return;
      const ran = await this.#runBatch(triggered, latest, limits);
      await this.#waitForTrigger(triggered, intervalMs);
      if (intervalMs === 0 && !ran) await this.#waitForData(latest);
    }
  }

  async #waitForTrigger(triggered: Moment, intervalMs: number): Promise<void> {
    const { limits, clock, signal } = this.#options;
    const elapsedMs = clock.monotonicMs() - triggered.monotonicMs;
    const times = { intervalMs, startMs: triggered.nowMs, elapsedMs, nowMs: clock.nowMs() };
    const rateMs = limits.maxRatePerPartition === undefined ? 0 : RATE_MS_MIN;
    let waitMs = Math.max(triggerWaitMs(times), rateMs - elapsedMs);
    while (waitMs > 0 && !signal.aborted) {
      const dueMs = clock.nowMs() + waitMs;
      await clock.sleep(waitMs, signal);
      // A slewed wall clock may not have reached the tick yet, and a batch before it would be followed by
      // another one at the tick. If the clock was set back by more than the wait, it is not waited for: the
      // next wait starts from the new time.
      const leftMs = dueMs - clock.nowMs();
      if (leftMs >= waitMs) return;
      waitMs = leftMs;
    }
  }

  /** Waits for new data, or until it is time to check for changes that brokers do not report. */
  async #waitForData(seen: TopicOffsets): Promise<void> {
    const { broker, clock, signal } = this.#options;
    const leftMs = this.#puttingOff.leftMs(this.#options.limits, clock.monotonicMs());
    const timeoutMs = Math.min(IDLE_WAIT_MS_MAX, leftMs);
    if (seen.size === 0) return await clock.sleep(timeoutMs, signal);
    try {
      await broker.waitForData(seen, { timeoutMs, signal });
    } catch (error) {
      // The next look decides what it means that a topic is gone.
      if (!(error instanceof SfcrimeError) || error.code !== "TOPIC_MISSING") throw error;
    }
  }

  /**
   * Runs a batch with available data, or one without records if a query needs it; returns whether it ran one.
   */
  async #runBatch(triggered: Moment, latest: TopicOffsets, limits: RateLimits): Promise<boolean> {
    const { source, clock, queries } = this.#options;
    const latestOffsetMs = Math.round(clock.monotonicMs() - triggered.monotonicMs);
    const plan = this.#puttingOff.decide(limits, () => source.backlog(latest), clock.monotonicMs())
      ? source.planNothing()
      : source.plan(latest, this.#batchLimits(limits));
    const hasData = plan.ranges.length > 0 || this.#isFirst;
    // A batch would also check this, but there is none while no data arrives.
    for (const { run } of queries) run.requireCheckpoint();
    const active = hasData ? queries : this.#queriesToEvict();
    if (active.length === 0) {
      this.#statuses.running([], false);
      this.#statuses.waiting();
      this.#tellIdle(triggered, latest);
      this.#triggerEndMs = clock.monotonicMs();
      return false;
    }
    this.#isFirst = false;
    await this.#runQueries(active, { plan, hasData, triggered, latest, latestOffsetMs });
    return true;
  }

  /**
   * The queries that need a batch without records. With `once` there is none, as in Spark, even if the batch of a
   * crashed run was repeated and has moved the watermark.
   */
  #queriesToEvict(): CoordinatedQuery[] {
    const { trigger, queries } = this.#options;
    return trigger.kind === "once" ? [] : queries.filter(({ run }) => run.needsNoDataBatch);
  }

  #tellIdle(triggered: Moment, latest: TopicOffsets): void {
    const { source, queries, listener } = this.#options;
    const idleMs = this.#idleness.look(triggered.monotonicMs);
    if (idleMs === undefined) return;
    listener.idle?.({
      queries: namesOf(queries),
      idleMs: Math.round(idleMs),
      behind: source.backlog(latest),
    });
  }

  #batchLimits({ maxOffsetsPerTrigger, maxRatePerPartition }: RateLimits): BatchLimits {
    const { trigger } = this.#options;
    const intervalMs = trigger.kind === "processing-time" ? trigger.intervalMs : 0;
    const seconds = Math.max(RATE_MS_MIN, intervalMs) / 1_000;
    return {
      maxOffsetsPerTrigger,
      maxOffsetsPerPartition: maxRatePerPartition === undefined
        ? undefined
        : Math.max(1, Math.floor(maxRatePerPartition * seconds)),
    };
  }

  async #runQueries(active: readonly CoordinatedQuery[], batch: TriggeredBatch): Promise<void> {
    const { broker, pool, source, tables, clock, listener, runId } = this.#options;
    const { plan, hasData, triggered, latest, latestOffsetMs } = batch;
    const offsets = { from: checkpointOffsets(plan.starts), to: checkpointOffsets(plan.ends) };
    this.#statuses.logging(namesOf(active));
    const epochs = await epochsBefore(broker, plan.ends);
    for (const { run } of active) await run.begin({ ...offsets, topicIds: source.topicIds, epochs });
    this.#statuses.running(namesOf(active), hasData);
    if (plan.ranges.length > 0) pool.replaceTables(await tables.changed());
    const startMs = performance.now();
    const partials: QueryPartial[] = [];
    const { counts, recordsByTopic }: PoolResult = await pool.run({
      onPartials: (gathered) => {
        for (const partial of gathered) {
          const { run } = active.find((query) => query.index === partial.query)!;
          partials.push(run.gather(partial));
        }
      },
      ranges: plan.ranges,
      queries: active.map(({ index, run }) => ({
        query: index,
        batchId: run.batchId,
        ...(listener.late === undefined || run.lateMs === undefined ? {} : { lateMs: run.lateMs }),
        ...(run.eventTimeMaxMs === undefined ? {} : { eventTimeMaxMs: run.eventTimeMaxMs }),
      })),
      onLate: async (late) => {
        for (const [index, records] of Map.groupBy(late, ({ query }) => query)) {
          const { run } = active.find((query) => query.index === index)!;
          await listener.late?.({ query: run.plan.name, batchId: run.batchId, records });
        }
      },
      onRows: (index, chunk) => active.find((query) => query.index === index)!.run.takeRows(chunk),
    });
    for (const { index, run, reads } of active) {
      const read = {
        ...offsets,
        from: run.offsets === undefined ? null : offsets.from,
        latest: checkpointOffsets(latest),
      };
      const own: readonly QueryPartial[] = partials.filter(({ query }) => query === index);
      const { walCommitMs, commitMs, ...result } = await run.complete(own);
      await listener.progress?.({
        ...result,
        query: run.plan.name,
        queryId: run.queryId,
        runId,
        triggeredAtMs: triggered.nowMs,
        previousTriggerMs: this.#previousTriggerMs,
        durationMs: Math.round(clock.monotonicMs() - triggered.monotonicMs),
        sinceTriggerMs: Math.round(clock.monotonicMs() - (this.#triggerEndMs ?? triggered.monotonicMs)),
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
    this.#previousTriggerMs = triggered.nowMs;
    this.#triggerEndMs = clock.monotonicMs();
    this.#idleness.end(triggered.monotonicMs);
    source.advance(plan);
    this.#statuses.waiting();
  }
}

function namesOf(queries: readonly CoordinatedQuery[]): string[] {
  return queries.map(({ run }) => run.plan.name);
}

/** A moment by both clocks: wall-clock time for users, and monotonic time for durations. */
interface Moment {
  readonly nowMs: number;
  readonly monotonicMs: number;
}

function momentOf(clock: Clock): Moment {
  return { nowMs: clock.nowMs(), monotonicMs: clock.monotonicMs() };
}

/** A triggered batch. */
interface TriggeredBatch {
  readonly plan: BatchPlan;
  /** Always true for the first batch of a query. */
  readonly hasData: boolean;
  readonly triggered: Moment;
  /** The end offsets of the topics, and how long it took to get them. */
  readonly latest: TopicOffsets;
  readonly latestOffsetMs: number;
}
