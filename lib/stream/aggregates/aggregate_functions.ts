/** The aggregates of the engine, by their name in plans. */
import { SfcrimeError } from "../../base/errors.ts";
import type { DataType, Row, Value } from "../../records/data_type.ts";
import { isSqlInterval } from "../../records/types/interval_types.ts";
import type { AggregateCall } from "../../sql/plan.ts";
import type { Accumulator } from "./accumulator.ts";
import { approxCountDistinct } from "./approx_count_distinct.ts";
import { joinedValues } from "./collections/joined_values.ts";
import { collectList, collectSet } from "./collections/lists.ts";
import { first, last, valueBy } from "./collections/picked_values.ts";
import { compareOf } from "../values/compare.ts";
import { decimalAverage, decimalSum } from "./decimal_aggregates.ts";
import { approximatePercentile } from "./statistics/approximate_percentile.ts";
import { histogram } from "./statistics/histogram.ts";
import { MOMENTS } from "./statistics/moments.ts";
import { intervalAverage, intervalSum } from "./statistics/intervals.ts";
import { discretePercentile, mode, percentile } from "./statistics/percentile.ts";
import { PAIRS } from "./statistics/pairs.ts";
import { tolerant } from "./tolerant.ts";
import { isDecimal } from "../../sql/functions/coercion.ts";
import type { DecimalType } from "../../records/values/decimal.ts";
import { fit } from "../values/fit.ts";

/** Compiles a call of a query with or without GROUP BY. */
export function accumulatorOf(call: AggregateCall, isGrouped: boolean): Accumulator {
  const make = AGGREGATE_FUNCTIONS[call.name];
  if (make === undefined) throw new SfcrimeError("INTERNAL", `No aggregate is called ${call.name}.`);
  const accumulator = make(call, isGrouped);
  const { filter } = call;
  if (filter === undefined) return accumulator;
  const { counts } = accumulator;
  return {
    ...accumulator,
    ...(counts === undefined ? {} : { counts: (row) => row[filter] === true && counts(row) }),
    update: (buffer, at, row) => {
      if (row[filter] === true) accumulator.update(buffer, at, row);
    },
  };
}

/** The number of some rows. */
function countOf(counts: (row: Readonly<Row>) => boolean): Accumulator {
  return {
    // A plain number: a group has fewer than 2^53 rows, and counting in BigInt costs ten times as much.
    types: ["DOUBLE"],
    initial: [0],
    adds: true,
    counts,
    update: (buffer, at, row) => {
      if (counts(row)) buffer[at] = (buffer[at] as number) + 1;
    },
    merge: (buffer, at, other) => {
      buffer[at] = (buffer[at] as number) + (other[at] as number);
    },
    result: (buffer, at) => BigInt(buffer[at] as number),
  };
}

/** All aggregates, by their name in plans. */
export const AGGREGATE_FUNCTIONS: Readonly<
  Record<string, (call: AggregateCall, isGrouped: boolean) => Accumulator>
> = {
  count: ({ args: [slot, ...others] }) => {
    if (slot === undefined) return countOf(() => true);
    if (others.length === 0) return countOf((row) => row[slot] !== null);
    return countOf((row) => row[slot] !== null && others.every((other) => row[other] !== null));
  },
  sum: ({ args, type }, isGrouped) => {
    if (isDecimal(type)) return decimalSum(args[0]!, type, isGrouped);
    if (isSqlInterval(type)) return intervalSum(args[0]!, type);
    return type === "BIGINT" ? wholeSum(args[0]!) : floatingSum(args[0]!);
  },
  try_sum: ({ args, type }) => {
    if (isSqlInterval(type)) return tolerant(intervalSum(args[0]!, type));
    return tolerant(isDecimal(type) ? decimalSum(args[0]!, type, true) : wholeSum(args[0]!));
  },
  avg: ({ args, argTypes: [type] }, isGrouped) => {
    if (isSqlInterval(type)) return intervalAverage(args[0]!, type);
    return type !== undefined && isDecimal(type)
      ? decimalAverage(args[0]!, type, isGrouped)
      : average(args[0]!);
  },
  try_avg: ({ args, argTypes: [type] }) =>
    tolerant(
      isSqlInterval(type)
        ? intervalAverage(args[0]!, type)
        : decimalAverage(args[0]!, type as DecimalType, true),
    ),
  count_if: ({ args: [slot] }) => countOf((row) => row[slot!] === true),
  bool_and: ({ args, type }) => extreme(args[0]!, type, (order) => order < 0),
  bool_or: ({ args, type }) => extreme(args[0]!, type, (order) => order > 0),
  min: ({ args, type }) => extreme(args[0]!, type, (order) => order < 0),
  max: ({ args, type }) => extreme(args[0]!, type, (order) => order > 0),
  min_by: ({ args, argTypes }) => valueBy(args, argTypes, (order) => order > 0),
  max_by: ({ args, argTypes }) => valueBy(args, argTypes, (order) => order < 0),
  first: (call) => first(pickOf(call)),
  last: (call) => last(pickOf(call)),
  listagg: joinedValues,
  collect_list: ({ args, argTypes }) => collectList(args[0]!, argTypes[0]!),
  collect_set: ({ args, argTypes }) => collectSet(args[0]!, argTypes[0]!),
  bit_and: ({ args, type }) => bitwise(args[0]!, type, (left, right) => left & right),
  bit_or: ({ args, type }) => bitwise(args[0]!, type, (left, right) => left | right),
  bit_xor: ({ args, type }) => bitwise(args[0]!, type, (left, right) => left ^ right),
  ...MOMENTS,
  ...PAIRS,
  percentile,
  percentile_disc: discretePercentile,
  approx_percentile: approximatePercentile,
  mode,
  histogram_numeric: histogram,
  approx_count_distinct: ({ args, argTypes }) => approxCountDistinct(args[0]!, argTypes[0]!),
};

function pickOf({ args, type, parameters }: AggregateCall) {
  return { slot: args[0]!, type, ignoreNulls: parameters?.ignoreNulls === true };
}

function wholeSum(slot: number): Accumulator {
  const add = (buffer: Value[], at: number, value: Value) => {
    if (value === null) return;
    const sum = buffer[at] as bigint | null;
    buffer[at] = sum === null ? value : fit(sum + (value as bigint), "BIGINT");
  };
  return {
    types: ["BIGINT"],
    initial: [null],
    update: (buffer, at, row) => add(buffer, at, row[slot]!),
    merge: (buffer, at, other) => add(buffer, at, other[at]!),
    result: (buffer, at) => buffer[at]!,
  };
}

function floatingSum(slot: number): Accumulator {
  const add = (buffer: Value[], at: number, value: Value) => {
    if (value === null) return;
    const sum = buffer[at] as number | null;
    // From 0.0 on, as in Spark: a sum of −0.0 alone is 0.0.
    buffer[at] = (sum ?? 0) + (value as number);
  };
  return {
    types: ["DOUBLE"],
    initial: [null],
    update: (buffer, at, row) => add(buffer, at, row[slot]!),
    merge: (buffer, at, other) => add(buffer, at, other[at]!),
    result: (buffer, at) => buffer[at]!,
  };
}

function average(slot: number): Accumulator {
  return {
    types: ["DOUBLE", "DOUBLE"],
    initial: [0, 0],
    adds: true,
    update: (buffer, at, row) => {
      const value = row[slot];
      if (value === null) return;
      buffer[at] = (buffer[at] as number) + (value as number);
      buffer[at + 1] = (buffer[at + 1] as number) + 1;
    },
    merge: (buffer, at, other) => {
      buffer[at] = (buffer[at] as number) + (other[at] as number);
      buffer[at + 1] = (buffer[at + 1] as number) + (other[at + 1] as number);
    },
    result: (buffer, at) => {
      const count = buffer[at + 1] as number;
      return count === 0 ? null : (buffer[at] as number) / count;
    },
  };
}

function extreme(slot: number, type: DataType, isBetter: (order: number) => boolean): Accumulator {
  const compare = compareOf(type);
  const replace = (buffer: Value[], at: number, value: Value) => {
    if (value !== null && (buffer[at] === null || isBetter(compare(value, buffer[at]!)))) buffer[at] = value;
  };
  return {
    types: [type],
    initial: [null],
    update: (buffer, at, row) => replace(buffer, at, row[slot]!),
    merge: (buffer, at, other) => replace(buffer, at, other[at]!),
    result: (buffer, at) => buffer[at]!,
  };
}

function bitwise(
  slot: number,
  type: DataType,
  combine: (left: bigint, right: bigint) => bigint,
): Accumulator {
  const add = (buffer: Value[], at: number, value: Value) => {
    if (value === null) return;
    const known = buffer[at]!;
    if (known === null) buffer[at] = value;
    else if (type === "BIGINT") buffer[at] = combine(known as bigint, value as bigint);
    else buffer[at] = Number(combine(BigInt(known as number), BigInt(value as number)));
  };
  return {
    types: [type],
    initial: [null],
    update: (buffer, at, row) => add(buffer, at, row[slot]!),
    merge: (buffer, at, other) => add(buffer, at, other[at]!),
    result: (buffer, at) => buffer[at]!,
  };
}
