/** When it is time to say that queries wait for records, so that waiting does not look like being stuck. */
import { IDLE_TOLD_MS } from "../base/bounds.ts";

/** Queries that are triggered together and have found nothing to read for a while. */
export interface IdleQueries {
  readonly queries: readonly string[];
  /** Since their last batch. */
  readonly idleMs: number;
  /** Records that are there and are not read yet: where batches are put off until there are enough of them. */
  readonly behind: number;
}

/** Triggers come on ticks of the wall clock, which are not as far apart by the clock that measures. */
const TICK_SLACK_MS = 500;

/** Measures how long there was no batch; times are those of triggers, by the clock that is never set. */
export class Idleness {
  #sinceMs: number;
  #toldMs: number;

  constructor(nowMs: number) {
    this.#sinceMs = this.#toldMs = nowMs;
  }

  /** There was a batch. */
  end(triggeredMs: number): void {
    this.#sinceMs = this.#toldMs = triggeredMs;
  }

  /** There was no batch: how long there was none, where it is time to tell. */
  look(triggeredMs: number): number | undefined {
    if (triggeredMs - this.#toldMs < IDLE_TOLD_MS - TICK_SLACK_MS) return undefined;
    this.#toldMs = triggeredMs;
    return triggeredMs - this.#sinceMs;
  }
}
