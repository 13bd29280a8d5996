/** The axes of charts: from zero to a round number, so that a line is read by its height. */
import type { Unit } from "../text/format.ts";

/** Round numbers below ten. */
const STEPS = [1, 2, 2.5, 5, 10];
/** Those that have one digit. */
const TENTHS = [1, 2, 5, 10];
/** Round spans, from a second to a day. */
const SPANS_MS = [
  1,
  2,
  5,
  10,
  15,
  30,
  60,
  120,
  300,
  600,
  900,
  1_800,
  3_600,
  7_200,
  10_800,
  21_600,
  43_200,
  86_400,
]
  .map((seconds) => seconds * 1_000);
/** Lines across a chart, at most. */
const TICKS_MAX = 4;

/** The ticks of an axis for values from zero to a maximum; the last one is at or above it. */
export function ticksUpTo(max: number, unit: Unit): readonly number[] {
  const step = stepFor(Math.max(max, smallest(unit, max)) / TICKS_MAX, unit);
  const count = Math.max(1, Math.ceil(max / step - 1e-9));
  return Array.from({ length: count + 1 }, (_, index) => index * step);
}

/** A scale that shows anything at all, while all values are zero or almost. */
function smallest(unit: Unit, max: number): number {
  return unit === "rows/s" && max > 0 ? 0.4 : 4;
}

function stepFor(least: number, unit: Unit): number {
  if (unit === "bytes") return 2 ** Math.ceil(Math.log2(Math.max(1, least)));
  if (unit === "ms" && least > 500) {
    const span = SPANS_MS.find((each) => each >= least);
    return span ?? roundUp(least / 86_400_000) * 86_400_000;
  }
  // Rates have a decimal.
  const step = roundUp(least, least < 1 ? TENTHS : STEPS);
  // Rows and milliseconds have no halves.
  return unit === "rows/s" ? step : Math.max(1, Math.ceil(step));
}

function roundUp(value: number, steps = STEPS): number {
  const power = 10 ** Math.floor(Math.log10(value));
  return steps.find((step) => step * power >= value * (1 - 1e-9))! * power;
}

/** What a chart shows at least, in seconds, where its times are less than a second apart. */
const TIME_RANGE_S_MIN = 60;

/**
 * From the first time to the last, in seconds; a single one is in the middle of a minute. Null if there is none.
 *
 * @example
 * ```ts
 * import { deepEqual } from "assert";
 * deepEqual(timeRangeOf([1_000_000]), [970, 1_030]);
 * deepEqual(timeRangeOf([1_000, 2_000, 4_000]), [1, 4]);
 * ```
 */
export function timeRangeOf(timesMs: readonly number[]): [number, number] | [null, null] {
  if (timesMs.length === 0) return [null, null];
  const [first, last] = [timesMs[0]! / 1_000, timesMs.at(-1)! / 1_000];
  if (last - first >= 1) return [first, last];
  const middle = (first + last) / 2;
  return [middle - TIME_RANGE_S_MIN / 2, middle + TIME_RANGE_S_MIN / 2];
}
