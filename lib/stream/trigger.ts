/** When the next micro-batch is due. */

/**
 * The time of the next trigger after `nowMs`, at a multiple of the interval since the epoch, as in Spark: so
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

/** What decides how long to wait for the next trigger. Wall-clock times may have been set meanwhile. */
export interface TriggerTimes {
  readonly intervalMs: number;
  /** When the last batch was triggered, by the wall clock. */
  readonly startMs: number;
  /** The time that has passed since then. */
  readonly elapsedMs: number;
  /** What the wall clock shows now. */
  readonly nowMs: number;
}

/**
 * How long to wait for the next trigger: nothing when it has passed during the batch, else until the next
 * multiple by what the wall clock shows now. It is never more than the interval, wherever the clock was set.
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
