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
