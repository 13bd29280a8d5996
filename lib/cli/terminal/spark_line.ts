/** Numbers as a line of bars, one cell each. */

const BARS = "▁▂▃▄▅▆▇█";

/**
 * Bars from zero up to the greatest number, which is the highest one.
 *
 * @example
 * ```ts
 * import { equal } from "assert";
 * equal(sparkLine([0, 50, 100]), "▁▅█");
 * equal(sparkLine([0, 0]), "▁▁");
 * ```
 */
export function sparkLine(values: readonly number[]): string {
  const max = Math.max(0, ...values);
  return values.map((value) => BARS[max === 0 ? 0 : Math.round((value / max) * (BARS.length - 1))]).join("");
}
