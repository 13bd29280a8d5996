/**
 * Variance and standard deviation in one pass: count, mean, and the sum of squared deviations from the mean,
 * which can be merged (Welford; Chan, Golub and LeVeque).
 */
import type { DataType } from "../../../records/data_type.ts";
import type { Accumulator } from "../accumulator.ts";

const TYPES: readonly DataType[] = ["DOUBLE", "DOUBLE", "DOUBLE"];

/** An aggregate over the count and the sum of squares; NULL if there are no rows. */
function moments(slot: number, finish: (count: number, squares: number) => number | null): Accumulator {
  return {
    types: TYPES,
    initial: [0, 0, 0],
    update: (buffer, at, row) => {
      const value = row[slot] as number | null;
      if (value === null) return;
      const count = (buffer[at] as number) + 1;
      const delta = value - (buffer[at + 1] as number);
      const share = delta / count;
      buffer[at] = count;
      buffer[at + 1] = (buffer[at + 1] as number) + share;
      buffer[at + 2] = (buffer[at + 2] as number) + delta * (delta - share);
    },
    merge: (buffer, at, other) => {
      const [n, mean, squares] = other.slice(at, at + 3) as [number, number, number];
      const [ownCount, ownMean] = [buffer[at] as number, buffer[at + 1] as number];
      const count = ownCount + n;
      const delta = mean - ownMean;
      const share = count === 0 ? 0 : delta / count;
      buffer[at] = count;
      buffer[at + 1] = ownMean + share * n;
      buffer[at + 2] = (buffer[at + 2] as number) + squares + delta * share * ownCount * n;
    },
    result: (buffer, at) => {
      const count = buffer[at] as number;
      return count === 0 ? null : finish(count, buffer[at + 2] as number);
    },
  };
}

/** The population variance, which is defined for a single row. */
export function populationVariance(slot: number): Accumulator {
  return moments(slot, (count, squares) => squares / count);
}

/** The sample variance, which is NULL for a single row. */
export function sampleVariance(slot: number): Accumulator {
  return moments(slot, (count, squares) => count === 1 ? null : squares / (count - 1));
}

/** The square root of a variance. */
export function rootOf(variance: Accumulator): Accumulator {
  return {
    ...variance,
    result: (buffer, at) => {
      const value = variance.result(buffer, at) as number | null;
      return value === null ? null : Math.sqrt(value);
    },
  };
}
