/**
 * Decides when to report that queries are waiting for records, so that waiting does not look like being
 * stuck.
 */
import { IDLE_REPORTED_MS } from "../base/bounds.ts";

/** Queries with the same trigger that have had nothing to read for a while. */
export interface IdleQueries {
  readonly queries: readonly string[];
  /** Since their last batch. */
  readonly idleMs: number;
  /**
   * Records that are available but not read yet, because batches are delayed until there are enough of them.
   */
  readonly behind: number;
}

/** Triggers follow the wall clock, whose ticks may be closer together by the monotonic clock. */
const TICK_SLACK_MS = 500;

/** Measures how long there was no batch; times are those of triggers, by the monotonic clock. */
export class Idleness {
  #sinceMs: number;
  #reportedMs: number;

  constructor(nowMs: number) {
    this.#sinceMs = this.#reportedMs = nowMs;
  }

  /** Records that there was a batch. */
  end(triggeredMs: number): void {
    this.#sinceMs = this.#reportedMs = triggeredMs;
  }

  /** Records that there was no batch; returns for how long, if it is time to report it. */
  look(triggeredMs: number): number | undefined {
    if (triggeredMs - this.#reportedMs < IDLE_REPORTED_MS - TICK_SLACK_MS) return undefined;
    this.#reportedMs = triggeredMs;
    return triggeredMs - this.#sinceMs;
  }
}
