/**
 * Variance, skewness and kurtosis in one pass: count, mean, and the sums of the powers of the deviations from the
 * mean, which can be merged (Welford; Chan, Golub and LeVeque; Pébay). The operations and their order are Spark's, so
 * that the last digit is.
 */
import type { DataType, Value } from "../../../records/data_type.ts";
import type { Accumulator } from "../accumulator.ts";

/** The sums that a function needs, from the second power on. */
type Order = 2 | 3 | 4;

/** The result for a count that is not zero, and the sums of the second, third and fourth power. */
type Finish = (count: number, sums: readonly [number, number, number]) => number | null;

/** The count, the mean and the sums of powers up to an order. */
function typesOf(order: Order): readonly DataType[] {
  return new Array<DataType>(order + 1).fill("DOUBLE");
}

/** An aggregate of the moments up to an order; NULL if there are no rows. */
function moments(slot: number, order: Order, finish: Finish): Accumulator {
  return {
    types: typesOf(order),
    initial: new Array<number>(order + 1).fill(0),
    update: (buffer, at, row) => {
      const value = row[slot] as number | null;
      if (value !== null) add(buffer as number[], { at, order, value });
    },
    merge: (buffer, at, other) => merge(buffer as number[], other as readonly number[], { at, order }),
    result: (buffer, at) => {
      const [count, , second, third, fourth] = buffer.slice(at, at + 5) as number[];
      return count === 0 ? null : finish(count!, [second!, third ?? 0, fourth ?? 0]);
    },
  };
}

function add(
  buffer: number[],
  { at, order, value }: { readonly at: number; readonly order: Order; readonly value: number },
): void {
  const count = buffer[at]! + 1;
  const delta = value - buffer[at + 1]!;
  const share = delta / count;
  buffer[at] = count;
  buffer[at + 1]! += share;
  const second = buffer[at + 2] = buffer[at + 2]! + delta * (delta - share);
  if (order === 2) return;
  const [delta2, share2] = [delta * delta, share * share];
  const third = buffer[at + 3] = buffer[at + 3]! - 3 * share * second + delta * (delta2 - share2);
  if (order === 3) return;
  buffer[at + 4] = buffer[at + 4]! - 4 * share * third - 6 * share2 * second +
    delta * (delta * delta2 - share * share2);
}

function merge(
  buffer: number[],
  other: readonly number[],
  { at, order }: { readonly at: number; readonly order: Order },
): void {
  const [n1, n2] = [buffer[at]!, other[at]!];
  const count = n1 + n2;
  const delta = other[at + 1]! - buffer[at + 1]!;
  const share = count === 0 ? 0 : delta / count;
  const [left2, right2] = [buffer[at + 2]!, other[at + 2]!];
  const [left3, right3] = [buffer[at + 3]!, other[at + 3]!];
  buffer[at] = count;
  buffer[at + 1]! += share * n2;
  buffer[at + 2] = left2 + right2 + delta * share * n1 * n2;
  if (order === 2) return;
  buffer[at + 3] = left3 + right3 + share * share * delta * n1 * n2 * (n1 - n2) +
    3 * share * (n1 * right2 - n2 * left2);
  if (order === 3) return;
  buffer[at + 4] = buffer[at + 4]! + other[at + 4]! +
    share * share * share * delta * n1 * n2 * (n1 * n1 - n1 * n2 + n2 * n2) +
    6 * share * share * (n1 * n1 * right2 + n2 * n2 * left2) + 4 * share * (n1 * right3 - n2 * left3);
}

type Aggregate = (call: { readonly args: readonly number[] }) => Accumulator;

function ofOne(order: Order, finish: Finish): Aggregate {
  return ({ args }) => moments(args[0]!, order, finish);
}

/** The square root of a variance. */
function rootOf(variance: Aggregate): Aggregate {
  return (call) => {
    const accumulator = variance(call);
    const root = (value: Value) => value === null ? null : Math.sqrt(value as number);
    return { ...accumulator, result: (buffer, at) => root(accumulator.result(buffer, at)) };
  };
}

const population = ofOne(2, (count, [squares]) => squares / count);
/** NULL for a single row. */
const sample = ofOne(2, (count, [squares]) => count === 1 ? null : squares / (count - 1));

/** By their name in plans. */
export const MOMENTS: Readonly<Record<string, Aggregate>> = {
  var_pop: population,
  var_samp: sample,
  stddev_pop: rootOf(population),
  stddev_samp: rootOf(sample),
  skewness: ofOne(
    3,
    (count, [second, third]) =>
      second === 0 ? null : Math.sqrt(count) * third / Math.sqrt(second * second * second),
  ),
  kurtosis: ofOne(
    4,
    (count, [second, , fourth]) => second === 0 ? null : count * fourth / (second * second) - 3,
  ),
};
