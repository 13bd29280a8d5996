/** The time of the next micro-batch. */

/**
 * The time of the next trigger after `nowMs`, at a multiple of the interval since the epoch, as in Spark:
 * queries with the same interval run together, whenever they were started.
 *
 * @example
 * ```ts
 * import { equal } from "assert";
 * equal(nextTriggerMs(12_345, 10_000), 20_000);
 * equal(nextTriggerMs(20_000, 10_000), 30_000);
 * equal(nextTriggerMs(12_345, 0), 12_345);
 * ```
 */
export function nextTriggerMs(nowMs: number, intervalMs: number): number {
  return intervalMs === 0 ? nowMs : Math.floor(nowMs / intervalMs) * intervalMs + intervalMs;
}

/** What decides how long to wait for the next trigger. The wall clock may have been set meanwhile. */
export interface TriggerTimes {
  readonly intervalMs: number;
  /** The wall-clock time at which the last batch was triggered. */
  readonly startMs: number;
  /** The time that has passed since then. */
  readonly elapsedMs: number;
  /** The wall-clock time now. */
  readonly nowMs: number;
}

/**
 * How long to wait for the next trigger: not at all if it has passed during the batch, else until the next
 * multiple of the interval by the wall clock. It is never more than the interval, even if the clock was set.
 *
 * @example
 * ```ts
 * import { equal } from "assert";
 * const batch = { intervalMs: 10_000, startMs: 20_000 };
 * equal(triggerWaitMs({ ...batch, elapsedMs: 3_000, nowMs: 23_000 }), 7_000);
 * equal(triggerWaitMs({ ...batch, elapsedMs: 13_000, nowMs: 33_000 }), 0);
 * equal(triggerWaitMs({ ...batch, elapsedMs: 3_000, nowMs: -86_397_000 }), 7_000);
 * ```
 */
export function triggerWaitMs({ intervalMs, startMs, elapsedMs, nowMs }: TriggerTimes): number {
  const dueMs = nextTriggerMs(startMs, intervalMs);
  if (elapsedMs >= dueMs - startMs || nowMs >= dueMs) return 0;
  return nextTriggerMs(nowMs, intervalMs) - nowMs;
}
