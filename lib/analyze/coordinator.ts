/**
 * Runs the micro-batches of queries that read the same topics with the same trigger: one read serves them
 * all.
 */
import { LOCAL_OFFSETS_MAX } from "../base/bounds.ts";
import type { Clock } from "../base/clock.ts";
import { SfcrimeError } from "../base/errors.ts";
import { isDelayed, type RateLimits } from "../stream/time/rate_limit.ts";
import type { CoordinatedQuery, CoordinatorOptions } from "./coordinator_options.ts";
import { Idleness } from "../monitoring/idleness.ts";
import { type FiredTrigger, type Moment, nextStep, type RunFacts } from "./next_step.ts";
import { QueryStatuses } from "../monitoring/query_status.ts";
import type { LoggedBatch } from "../checkpoint/checkpoint_file.ts";
import type { TopicOffsets } from "../broker/broker.ts";
import { offsetCount } from "../broker/topics/topic_ranges.ts";
import { namesOf, runBatch, type TriggeredBatch } from "./run_batch.ts";
import { batchLimits, limitsOf } from "./source/limit_topics.ts";
import type { LagProbe } from "./source/lag_probe.ts";
import { type TopicIds, topicOffsets } from "./source/topic_offsets.ts";

/** See the module's description. */
export class Coordinator {
  readonly #options: CoordinatorOptions;
  readonly #limits: RateLimits;
  /** A new query runs a batch even if there is nothing to read. */
  #isNew: boolean;
  #previousTriggerMs: number | undefined;
  /** When the last trigger ended, with or without a batch, by the monotonic clock. */
  #triggerEndMs: number | undefined;
  readonly #idleness: Idleness;
  /** Reports the lag in time, if somebody wants to know it. */
  #lag: LagProbe | undefined;
  /** When a trigger last did not delay its records, by the monotonic clock. */
  #takenMs = -Infinity;
  /** The end offsets and the ids of the topics at the first look. */
  #firstLook: { readonly ends: TopicOffsets; readonly ids: TopicIds } | undefined;
  readonly #statuses: QueryStatuses;
  /** Those that have not been stopped. */
  #queries: readonly CoordinatedQuery[];
  #isInBatch = false;
  /** Resolves when those that were stopped are closed. */
  #dropped = Promise.resolve();

  constructor(options: CoordinatorOptions) {
    this.#options = options;
    this.#limits = limitsOf(options.trigger, options.limits);
    this.#isNew = options.queries.some(({ run }) => run.positions.offsets === undefined);
    this.#queries = options.queries;
    this.#statuses = new QueryStatuses(namesOf(options.queries), options.listener);
    this.#idleness = new Idleness(options.clock.monotonicMs());
  }

  /** Repeats a batch that was begun but not committed, when its topics had the given ids. */
  async repeat({ to }: LoggedBatch, ids: TopicIds): Promise<void> {
    const { source, clock } = this.#options;
    const ends = topicOffsets(to);
    await this.#runBatch({
      active: this.#queries,
      plan: source.planRepeated(ends, ids),
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
    for (const { stop } of this.#queries) stop.addEventListener("abort", () => this.#dropStopped());
    if (this.#options.listener.lagged !== undefined) {
      const { LagProbe } = await import("./source/lag_probe.ts");
      this.#lag = new LagProbe(this.#options);
    }
    try {
      this.#dropStopped();
      await this.#runByTrigger();
      await this.#dropped;
      this.#statuses.ended();
    } catch (error) {
      for (const { run } of this.#queries) run.failed(error);
      this.#statuses.ended({ error });
      throw error;
    } finally {
      this.#lag?.close();
    }
  }

  async #runByTrigger(): Promise<void> {
    const { clock, signal } = this.#options;
    let fired: PlannedTrigger | undefined;
    for (;;) {
      await this.#dropped;
      const step = nextStep(this.#facts(fired));
      switch (step.kind) {
        case "trigger":
          fired = await this.#fire();
          break;
        case "run":
        case "run-without-records":
          fired = await this.#run(fired!);
          break;
        case "skip":
          fired = this.#skip(fired!);
          break;
        case "wait":
          await clock.sleep(step.ms, signal);
          fired = { ...fired!, waited: step };
          break;
        case "wait-for-data":
          await this.#waitForData(fired!.batch.latest, step.msMax);
          fired = { ...fired!, waited: step };
          break;
        case "end":
          return step.flushes ? await this.#flush() : undefined;
      }
    }
  }

  #facts(fired: FiredTrigger | undefined): RunFacts {
    const { trigger, clock, signal } = this.#options;
    const { maxRatePerPartition, minOffsetsPerTrigger, maxTriggerDelayMs } = this.#limits;
    const delayMsMax = minOffsetsPerTrigger === undefined ? Infinity : maxTriggerDelayMs;
    return {
      ...momentOf(clock),
      trigger,
      isRateLimited: maxRatePerPartition !== undefined,
      isStopped: signal.aborted,
      fired,
      delayLeftMs: this.#takenMs + delayMsMax - clock.monotonicMs(),
    };
  }

  /** Looks at the topics, and plans the batch that is due. */
  async #fire(): Promise<PlannedTrigger> {
    const { source, trigger, clock } = this.#options;
    const queries = this.#queries;
    const triggered = momentOf(clock);
    this.#statuses.triggered(source.description);
    const latest = await this.#latest();
    const latestOffsetMs = Math.round(clock.monotonicMs() - triggered.monotonicMs);
    const takesRecords = this.#takes(source.backlog(latest));
    const plan = takesRecords
      ? source.plan(latest, batchLimits(trigger, this.#limits))
      : source.planNothing();
    const active = takesRecords ? queries : queries.filter(({ run }) => run.needsNoDataBatch);
    return {
      ...triggered,
      takesRecords,
      evicts: !takesRecords && active.length > 0,
      batch: { active, plan, hasData: takesRecords, triggered, latest, latestOffsetMs },
    };
  }

  /**
   * With `available-now`, the end offsets stay those of the first look. Later looks reveal lost data, as long as there
   * is something left to read.
   */
  async #latest(): Promise<TopicOffsets> {
    const { source, trigger } = this.#options;
    if (trigger.kind !== "available-now") return await source.latest();
    const first = this.#firstLook;
    if (first === undefined || !source.reached(source.upTo(first.ends, first.ids))) {
      const ends = await source.latest();
      this.#firstLook ??= { ends, ids: source.topicIds };
    }
    const { ends, ids } = this.#firstLook!;
    return source.upTo(ends, ids);
  }

  /** Whether to read records now that there are this many; the first batch of a query may be empty. */
  #takes(records: number): boolean {
    const nowMs = this.#options.clock.monotonicMs();
    const delayed = isDelayed({ records, waitedMs: nowMs - this.#takenMs }, this.#limits);
    if (!delayed) this.#takenMs = nowMs;
    return this.#isNew || (records > 0 && !delayed);
  }

  async #run(fired: PlannedTrigger): Promise<PlannedTrigger> {
    this.#isNew = false;
    const { hasData, plan } = fired.batch;
    const { source } = this.#options;
    const waits = hasData && this.#isContinuous;
    const isSmall = offsetCount(plan.ranges) <= LOCAL_OFFSETS_MAX;
    if (waits && !isSmall) source.waitAfter(plan);
    await this.#runBatch(fired.batch);
    const hasMore = !source.reached(fired.batch.latest);
    // What came during a small batch is in the one answer then; a wait beside it would end with its first record.
    if (waits && isSmall) source.waitAfter(plan);
    return { ...fired, ran: true, hasMore };
  }

  /** Whether batches follow each other without a pause. */
  get #isContinuous(): boolean {
    const { trigger } = this.#options;
    const { maxRatePerPartition } = this.#limits;
    return trigger.kind === "processing-time" && trigger.intervalMs === 0 &&
      maxRatePerPartition === undefined;
  }

  #skip(fired: PlannedTrigger): PlannedTrigger {
    const { source, listener, clock } = this.#options;
    const { plan, latest } = fired.batch;
    const queries = namesOf(this.#queries);
    this.#lag?.report({ queries, positions: plan.ends, latest, ids: source.topicIds });
    // A batch would also check this, but there is none while no data arrives.
    for (const { run } of this.#queries) run.requireCheckpoint();
    this.#statuses.running([], false);
    this.#statuses.waiting();
    const idleMs = this.#idleness.look(fired.monotonicMs);
    if (idleMs !== undefined) {
      const behind = source.backlog(latest);
      listener.idle?.({ queries, idleMs: Math.round(idleMs), behind });
    }
    this.#triggerEndMs = clock.monotonicMs();
    return { ...fired, ran: false };
  }

  /**
   * Emits the groups that are still open, as if the watermark had passed them. What an operator emits then may be a
   * group of the next one, which takes another batch.
   */
  async #flush(): Promise<void> {
    const { source, clock } = this.#options;
    let open = this.#queries.filter(({ run }) => run.planned.flushAtEnd);
    while (open.length > 0) {
      for (const { run } of open) run.closeGroups();
      const active = open.filter(({ run }) => run.needsNoDataBatch);
      if (active.length === 0) return;
      const plan = source.planNothing();
      const moment = { triggered: momentOf(clock), latest: plan.ends, latestOffsetMs: 0 };
      await this.#runBatch({ active, plan, hasData: false, ...moment });
      open = active.filter(({ run }) => run.hasOpenGroups);
    }
  }

  /** Waits for records after the given offsets. */
  async #waitForData(seen: TopicOffsets, timeoutMs: number): Promise<void> {
    const { source, clock, signal } = this.#options;
    if (seen.size === 0) return await clock.sleep(timeoutMs, signal);
    try {
      await source.waitForData(seen, timeoutMs);
    } catch (error) {
      // The next look decides what it means that a topic is gone.
      if (!(error instanceof SfcrimeError) || error.code !== "TOPIC_MISSING") throw error;
    }
  }

  /** Closes the queries that were stopped, unless a batch is running: then after it. */
  #dropStopped(): void {
    if (this.#isInBatch) return;
    const { listener, allStopped } = this.#options;
    const stopped = this.#queries.filter(({ stop }) => stop.aborted);
    if (stopped.length === 0) return;
    this.#queries = this.#queries.filter(({ stop }) => !stop.aborted);
    this.#dropped = this.#dropped.then(async () => {
      for (const { run } of stopped) {
        await run.close();
        this.#statuses.stopped(run.plan.name);
        listener.stopped?.({ query: run.plan.name });
      }
    });
    // Whoever awaits it next has the error.
    this.#dropped.catch(() => {});
    if (this.#queries.length === 0) allStopped();
  }

  async #runBatch(triggered: TriggeredBatch): Promise<void> {
    // Some may have been stopped since it was triggered.
    const active = triggered.active.filter((query) => this.#queries.includes(query));
    if (active.length === 0) return;
    this.#isInBatch = true;
    await this.#runActive({ ...triggered, active });
    this.#isInBatch = false;
    this.#dropStopped();
  }

  async #runActive(batch: TriggeredBatch): Promise<void> {
    const { source, clock } = this.#options;
    await runBatch(batch, {
      ...this.#options,
      statuses: this.#statuses,
      lag: this.#lag,
      previousTriggerMs: this.#previousTriggerMs,
      triggerEndMs: this.#triggerEndMs,
    });
    this.#previousTriggerMs = batch.triggered.nowMs;
    this.#triggerEndMs = clock.monotonicMs();
    this.#idleness.end(batch.triggered.monotonicMs);
    source.advance(batch.plan);
    this.#statuses.waiting();
  }
}

function momentOf(clock: Clock): Moment {
  return { nowMs: clock.nowMs(), monotonicMs: clock.monotonicMs() };
}

/** A trigger that has fired, and the batch that is due. */
interface PlannedTrigger extends FiredTrigger {
  readonly batch: TriggeredBatch;
}
