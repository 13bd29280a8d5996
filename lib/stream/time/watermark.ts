/**
 * Event times of a batch, and the watermark that follows from them.
 *
 * At the end of a batch the watermark advances to the latest event time minus the delay; it never goes back.
 * A batch has two watermarks: late rows are those behind the previous one, groups are evicted by the current
 * one.
 */
import { type Micros, millisOf } from "../../records/values/micros.ts";

/** A summary of the event times of rows, in milliseconds, as in Spark. */
export interface EventTimeSummary {
  readonly count: number;
  readonly maxMs: number;
  readonly minMs: number;
  readonly sumMs: number;
  /**
   * Rows that were dropped because their event time is too far ahead of the clock; they are not in the other
   * figures.
   */
  readonly rowsAhead: number;
}

/** No rows. */
export const NO_EVENT_TIMES: EventTimeSummary = {
  count: 0,
  maxMs: -Infinity,
  minMs: Infinity,
  sumMs: 0,
  rowsAhead: 0,
};

/** The two watermarks of a batch, in milliseconds; undefined if the query has none. */
export interface BatchWatermarks {
  /** Rows whose group ends at or before this are late. */
  readonly lateMs: number | undefined;
  /** Groups that end at or before this are evicted. */
  readonly evictionMs: number | undefined;
  /** Rows with an event time after this are dropped; absent if none are. */
  readonly eventTimeMaxMs?: number | undefined;
  /** The time of the batch; absent if the query does not ask for it. */
  readonly timeMs?: number | undefined;
}

/** Collects event times. */
export class EventTimeStats {
  #summary = { ...NO_EVENT_TIMES };

  /** Counts a row that is too far ahead. */
  countAhead(): void {
    this.#summary.rowsAhead++;
  }

  add(time: Micros): void {
    const ms = millisOf(time);
    const summary = this.#summary;
    summary.count++;
    summary.sumMs += ms;
    if (ms > summary.maxMs) summary.maxMs = ms;
    if (ms < summary.minMs) summary.minMs = ms;
  }

  /** The summary since the last call. */
  drain(): EventTimeSummary {
    const summary = this.#summary;
    this.#summary = { ...NO_EVENT_TIMES };
    return summary;
  }
}

/** Merges two summaries. */
export function joinEventTimes(left: EventTimeSummary, right: EventTimeSummary): EventTimeSummary {
  return {
    count: left.count + right.count,
    maxMs: Math.max(left.maxMs, right.maxMs),
    minMs: Math.min(left.minMs, right.minMs),
    sumMs: left.sumMs + right.sumMs,
    rowsAhead: left.rowsAhead + right.rowsAhead,
  };
}

/** How the watermarks of several streams are combined. */
export interface WatermarkOptions {
  readonly policy: WatermarkPolicy;
  /** A stream that is silent for this long stops holding back the watermark. */
  readonly idleTimeoutMs: number;
  /** By branch: which stream it reads. Branches of one stream have one watermark; absent where each has its own. */
  readonly streams?: readonly string[];
}

/** Whether the slowest or the fastest of several streams decides the watermark. */
export type WatermarkPolicy = "min" | "max";

/**
 * The watermark of a query that reads one or more streams, each with its own event time and delay. With the
 * policy `min` the slowest stream decides, so that a faster one does not make its rows late; with `max` the
 * fastest one does. Source: Spark's `spark.sql.streaming.multipleWatermarkPolicy`.
 *
 * A restart keeps the watermark, but only the event times of this run can raise it, as in Spark: with `min`, it
 * waits until each stream has had some.
 */
export class WatermarkTracker {
  readonly #delaysMs: readonly (number | undefined)[];
  /** Of those with an event time. */
  readonly #branchesByStream: readonly (readonly number[])[];
  readonly #options: WatermarkOptions;
  /** When each branch last had rows with an event time, by a monotonic clock. */
  readonly #lastSeenMs: number[];
  /** By branch: the latest event time of this run minus the delay. */
  readonly #byBranchMs: number[];
  /** The same over all runs. It decides only when all streams are idle. */
  readonly #everByBranchMs: number[];
  #currentMs = 0;

  /** @param delaysMs By branch; undefined for one without event time. */
  constructor(
    delaysMs: readonly (number | undefined)[],
    options: Partial<WatermarkOptions & { nowMs: number }> = {},
  ) {
    const {
      policy = "min",
      idleTimeoutMs = Infinity,
      streams = delaysMs.map((_delay, branch) => String(branch)),
      nowMs = 0,
    } = options;
    this.#delaysMs = delaysMs;
    this.#options = { policy, idleTimeoutMs };
    const timed = streams.map((stream, branch) => ({ stream, branch })).filter(({ branch }) =>
      delaysMs[branch] !== undefined
    );
    this.#branchesByStream = [...Map.groupBy(timed, ({ stream }) => stream).values()].map((branches) =>
      branches.map(({ branch }) => branch)
    );
    this.#lastSeenMs = delaysMs.map(() => nowMs);
    this.#byBranchMs = delaysMs.map(() => 0);
    this.#everByBranchMs = delaysMs.map(() => 0);
  }

  /** By branch, over all runs, for the checkpoint. */
  get byBranchMs(): readonly number[] {
    return this.#everByBranchMs;
  }

  /** Restores the watermark of an earlier run. */
  restore(currentMs: number, byBranchMs: readonly number[]): void {
    this.#currentMs = currentMs;
    byBranchMs.forEach((ms, branch) => this.#everByBranchMs[branch] = ms);
  }

  /** The watermark in milliseconds since the epoch, or undefined if the query has none. */
  get currentMs(): number | undefined {
    return this.#delaysMs.every((delay) => delay === undefined) ? undefined : this.#currentMs;
  }

  /** Advances the watermark by the event times of a batch, by branch; returns whether it has moved. */
  advance(seen: readonly EventTimeSummary[], nowMs = 0): boolean {
    this.#delaysMs.forEach((delayMs, branch) => {
      const { count, maxMs } = seen[branch] ?? NO_EVENT_TIMES;
      if (delayMs === undefined || count === 0) return;
      for (const byBranchMs of [this.#byBranchMs, this.#everByBranchMs]) {
        byBranchMs[branch] = Math.max(byBranchMs[branch]!, maxMs - delayMs);
      }
      this.#lastSeenMs[branch] = nowMs;
    });
    return this.passTime(nowMs);
  }

  /**
   * Ignores streams that are idle; returns whether the watermark has moved as a result. If all are idle, the
   * most advanced one decides, as there is nothing left to wait for.
   */
  passTime(nowMs: number): boolean {
    const { policy, idleTimeoutMs } = this.#options;
    const latest = (times: readonly number[], branches: readonly number[]) =>
      Math.max(...branches.map((branch) => times[branch]!));
    const streams = this.#branchesByStream;
    if (streams.length === 0) return false;
    const awake = streams.filter((branches) => nowMs - latest(this.#lastSeenMs, branches) < idleTimeoutMs);
    return this.raise(
      awake.length === 0
        ? latest(this.#everByBranchMs, streams.flat())
        : Math[policy](...awake.map((branches) => latest(this.#byBranchMs, branches))),
    );
  }

  /** Advances the watermark to a time; returns whether it has moved. */
  raise(ms: number): boolean {
    const next = Math.max(this.#currentMs, ms);
    const moved = next > this.#currentMs;
    this.#currentMs = next;
    return moved;
  }
}
