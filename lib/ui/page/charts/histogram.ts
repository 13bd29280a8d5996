/** How often values occur: the other half of each chart of Spark's page. */

/** A range of values, and how many are in it. */
export interface Bin {
  readonly from: number;
  readonly to: number;
  readonly count: number;
}

/** Ranges in a histogram. */
export const BINS = 10;

/**
 * Counts values from zero to a maximum in ranges of the same size. The maximum is in the last one; null is in none.
 *
 * @example
 * ```ts
 * import { deepEqual } from "assert";
 * deepEqual(histogram([0, 1, 4, null], 4, 2), [
 *   { from: 0, to: 2, count: 2 },
 *   { from: 2, to: 4, count: 1 },
 * ]);
 * ```
 */
export function histogram(values: readonly (number | null)[], max: number, bins = BINS): readonly Bin[] {
  const counts = new Array<number>(bins).fill(0);
  for (const value of values) {
    if (value === null) continue;
    const bin = Math.floor(value / max * bins);
    counts[Math.min(bins - 1, Math.max(0, bin))]!++;
  }
  const size = max / bins;
  return counts.map((count, index) => ({ from: index * size, to: (index + 1) * size, count }));
}
