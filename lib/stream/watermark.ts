/**
 * Event time: what a batch has seen of it, and the watermark that follows from it.
 *
 * The watermark moves at the end of a batch, to the latest event time less the delay, and never back. Two of
 * them act in a batch: rows are late by the one before, groups leave by the present one.
 */
import { MICROS_PER_MILLI } from "../records/timestamp.ts";

/** What the event times of some rows come to; in milliseconds, as Spark counts them. */
export interface EventTimeSummary {
  readonly count: number;
  readonly maxMs: number;
  readonly minMs: number;
  readonly sumMs: number;
  /** Rows that were left out since their event time lies too far ahead of the clock; in none of the above. */
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

/** Takes event times one by one. */
export class EventTimeStats {
  #count = 0;
  #maxMs = -Infinity;
  #minMs = Infinity;
  #sumMs = 0;
  #rowsAhead = 0;

  /** Takes a row that lies too far ahead. */
  leaveOut(): void {
    this.#rowsAhead++;
  }

  add(timestampMicros: number): void {
    const ms = Math.floor(timestampMicros / MICROS_PER_MILLI);
    this.#count++;
    this.#sumMs += ms;
    if (ms > this.#maxMs) this.#maxMs = ms;
    if (ms < this.#minMs) this.#minMs = ms;
  }

  /** What was taken since the last call. */
  take(): EventTimeSummary {
    const summary = {
      count: this.#count,
      maxMs: this.#maxMs,
      minMs: this.#minMs,
      sumMs: this.#sumMs,
      rowsAhead: this.#rowsAhead,
    };
    this.#rowsAhead = 0;
    this.#count = 0;
    this.#maxMs = -Infinity;
    this.#minMs = Infinity;
    this.#sumMs = 0;
    return summary;
  }
}

/** Two summaries as one. */
export function joinEventTimes(left: EventTimeSummary, right: EventTimeSummary): EventTimeSummary {
  return {
    count: left.count + right.count,
    maxMs: Math.max(left.maxMs, right.maxMs),
    minMs: Math.min(left.minMs, right.minMs),
    sumMs: left.sumMs + right.sumMs,
    rowsAhead: left.rowsAhead + right.rowsAhead,
  };
}

/** How the watermarks of several streams become that of the query. */
export interface WatermarkOptions {
  readonly policy: WatermarkPolicy;
  /** A stream that is silent for so long holds the others back no more. */
  readonly idleTimeoutMs: number;
}

/** Which of several streams decides on the watermark: the slowest, or the fastest. */
export type WatermarkPolicy = "min" | "max";

/**
 * The watermark of a query that reads one or more streams, each with an event time and delay of its own. By the
 * policy `min` the slowest of them decides, so that no stream's rows become late by another's haste; by `max`
 * the fastest. Source: Spark's `spark.sql.streaming.multipleWatermarkPolicy`.
 */
export class WatermarkTracker {
  readonly #delaysMs: readonly (number | undefined)[];
  readonly #options: WatermarkOptions;
  /** When each branch was last seen to have rows with a time, by a clock that never goes back. */
  readonly #lastSeenMs: number[];
  readonly #byBranchMs: number[];
  #currentMs = 0;

  /** @param delaysMs By branch; undefined for one without event time. */
  constructor(
    delaysMs: readonly (number | undefined)[],
    { policy = "min", idleTimeoutMs = Infinity, nowMs = 0 }: Partial<WatermarkOptions & { nowMs: number }> =
      {},
  ) {
    this.#delaysMs = delaysMs;
    this.#options = { policy, idleTimeoutMs };
    this.#lastSeenMs = delaysMs.map(() => nowMs);
    this.#byBranchMs = delaysMs.map(() => 0);
  }

  /** By branch, for the checkpoint. */
  get byBranchMs(): readonly number[] {
    return this.#byBranchMs;
  }

  /** Goes on from where a run before has stopped. */
  restore(currentMs: number, byBranchMs: readonly number[]): void {
    this.#currentMs = currentMs;
    byBranchMs.forEach((ms, branch) => this.#byBranchMs[branch] = ms);
  }

  /** The watermark in milliseconds since the epoch, or undefined where the query has none. */
  get currentMs(): number | undefined {
    return this.#delaysMs.every((delay) => delay === undefined) ? undefined : this.#currentMs;
  }

  /** Moves on by what a batch has seen, by branch; says whether the watermark has moved. */
  advance(seen: readonly EventTimeSummary[], nowMs = 0): boolean {
    this.#delaysMs.forEach((delayMs, branch) => {
      const { count, maxMs } = seen[branch] ?? NO_EVENT_TIMES;
      if (delayMs === undefined || count === 0) return;
      this.#byBranchMs[branch] = Math.max(this.#byBranchMs[branch]!, maxMs - delayMs);
      this.#lastSeenMs[branch] = nowMs;
    });
    return this.passTime(nowMs);
  }

  /**
   * Leaves the streams out that have fallen silent; says whether the watermark has moved by that. Where all have,
   * the one that is farthest decides: nothing is left that could be waited for.
   */
  passTime(nowMs: number): boolean {
    const { policy, idleTimeoutMs } = this.#options;
    const branches = this.#byBranchMs.map((ms, branch) => ({ ms, branch }))
      .filter(({ branch }) => this.#delaysMs[branch] !== undefined);
    const awake = branches.filter(({ branch }) => nowMs - this.#lastSeenMs[branch]! < idleTimeoutMs);
    const choose = awake.length === 0 && idleTimeoutMs < Infinity ? Math.max : Math[policy];
    const deciding = (awake.length === 0 ? branches : awake).map(({ ms }) => ms);
    return this.raise(deciding.length === 0 ? 0 : choose(...deciding));
  }

  /** Moves on to a time; says whether it lies ahead. */
  raise(ms: number): boolean {
    const next = Math.max(this.#currentMs, ms);
    const moved = next > this.#currentMs;
    this.#currentMs = next;
    return moved;
  }
}
