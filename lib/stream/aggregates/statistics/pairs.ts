/**
 * Covariance, correlation and linear regression in one pass over pairs, in which neither value is NULL: their count,
 * both means, the sum of the products of the deviations from them, and the sums of their squares. The operations and
 * their order are Spark's, so that the last digit is.
 */
import type { DataType } from "../../../records/data_type.ts";
import { requireDivisor } from "../../values/fit.ts";
import type { Accumulator } from "../accumulator.ts";

/** Of the pairs (x, y). */
interface Sums {
  readonly count: number;
  readonly meanX: number;
  readonly meanY: number;
  readonly products: number;
  readonly squaresX: number;
  readonly squaresY: number;
}

/** Where each is in the buffer, counted from the aggregate's position. */
const AT = { count: 0, meanX: 1, meanY: 2, products: 3, squaresX: 4, squaresY: 5 } as const;
const WIDTH = 6;
const TYPES: readonly DataType[] = new Array<DataType>(WIDTH).fill("DOUBLE");

/** The result for at least one pair. */
type Finish = (sums: Sums) => number | null;

interface Computation {
  readonly square: Square;
  readonly finish: Finish;
}

/** What is done with a pair. */
interface Addition {
  readonly pair: readonly [number, number];
  readonly square: Square;
}

/** An aggregate over the pairs of two slots; NULL if there are none. */
function pairs([slotX, slotY]: readonly number[], { square, finish }: Computation): Accumulator {
  return {
    types: TYPES,
    initial: new Array<number>(WIDTH).fill(0),
    update: (buffer, at, row) => {
      const [x, y] = [row[slotX!], row[slotY!]] as [number | null, number | null];
      if (x !== null && y !== null) add(buffer as number[], at, { pair: [x, y], square });
    },
    merge: (buffer, at, other) => merge(buffer as number[], at, other as readonly number[]),
    result: (buffer, at) => {
      const [count, meanX, meanY, products, squaresX, squaresY] = buffer.slice(at, at + WIDTH) as number[];
      if (count === 0) return null;
      return finish({
        count: count!,
        meanX: meanX!,
        meanY: meanY!,
        products: products!,
        squaresX: squaresX!,
        squaresY: squaresY!,
      });
    },
  };
}

/** The square of a deviation, for the sum of squares: from both means, before and after, or as a variance has it. */
type Square = (delta: number, rest: number, share: number) => number;

const ofBothMeans: Square = (delta, rest) => delta * rest;
const ofVariance: Square = (delta, _rest, share) => delta * (delta - share);

function add(buffer: number[], at: number, { pair: [x, y], square }: Addition): void {
  const count = buffer[at + AT.count]! + 1;
  const dx = x - buffer[at + AT.meanX]!;
  const dy = y - buffer[at + AT.meanY]!;
  const meanX = buffer[at + AT.meanX]! + dx / count;
  const meanY = buffer[at + AT.meanY]! + dy / count;
  buffer[at + AT.count] = count;
  buffer[at + AT.meanX] = meanX;
  buffer[at + AT.meanY] = meanY;
  buffer[at + AT.products]! += dx * (y - meanY);
  buffer[at + AT.squaresX]! += square(dx, x - meanX, dx / count);
  buffer[at + AT.squaresY]! += square(dy, y - meanY, dy / count);
}

function merge(buffer: number[], at: number, other: readonly number[]): void {
  const [n1, n2] = [buffer[at + AT.count]!, other[at + AT.count]!];
  const count = n1 + n2;
  const dx = other[at + AT.meanX]! - buffer[at + AT.meanX]!;
  const dy = other[at + AT.meanY]! - buffer[at + AT.meanY]!;
  const [shareX, shareY] = count === 0 ? [0, 0] : [dx / count, dy / count];
  buffer[at + AT.count] = count;
  buffer[at + AT.meanX]! += shareX * n2;
  buffer[at + AT.meanY]! += shareY * n2;
  const add = (which: number, more: number) =>
    buffer[at + which] = buffer[at + which]! + other[at + which]! + more;
  add(AT.products, dx * shareY * n1 * n2);
  add(AT.squaresX, dx * shareX * n1 * n2);
  add(AT.squaresY, dy * shareY * n1 * n2);
}

type Aggregate = (call: { readonly args: readonly number[] }) => Accumulator;

function ofPairs(finish: Finish): Aggregate {
  return ({ args }) => pairs(args, { square: ofBothMeans, finish });
}

/** Of the pairs (dependent, independent): x is the independent one. */
function regression(finish: Finish): Aggregate {
  return ({ args }) => pairs(args.toReversed(), { square: ofVariance, finish });
}

/** By their name in plans. */
export const PAIRS: Readonly<Record<string, Aggregate>> = {
  covar_pop: ofPairs(({ products, count }) => products / count),
  covar_samp: ofPairs(({ products, count }) => count === 1 ? null : products / (count - 1)),
  // A division by zero fails, as in Spark: there is no correlation with a constant.
  corr: ofPairs(({ count, products, squaresX, squaresY }) =>
    count === 1 ? null : products / requireDivisor(Math.sqrt(squaresX * squaresY), 0)
  ),
  // Here the dependent value is x: if it is constant there is no correlation, if only the other one is, it is whole.
  regr_r2: ofPairs(({ products, squaresX, squaresY }) => {
    const correlation = products / Math.sqrt(squaresX * squaresY);
    return squaresX === 0 ? null : squaresY === 0 ? 1 : correlation * correlation;
  }),
  regr_slope: regression(({ products, squaresX }) => squaresX === 0 ? null : products / squaresX),
  regr_intercept: regression(({ products, squaresX, meanX, meanY }) =>
    squaresX === 0 ? null : meanY - products / squaresX * meanX
  ),
  regr_sxx: regression(({ squaresX }) => squaresX),
  regr_syy: regression(({ squaresY }) => squaresY),
  regr_sxy: ofPairs(({ products }) => products),
};
