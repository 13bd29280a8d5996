/**
 * Sum and mean of DECIMALs: the sum is exact, and must be in the range of its type. Where Spark keeps it in a row of a
 * table, that is after each addition. Without GROUP BY it is in a variable, and only what leaves a step of the
 * aggregation must be in the range: the sum of a partition, of a batch, and the one in the state.
 */
import { SfcrimeError } from "../../base/errors.ts";
import { UTC } from "../../base/time_zone.ts";
import { type DataType, typeName, type Value } from "../../records/data_type.ts";
import { type DecimalType, divide } from "../../records/values/decimal.ts";
import { decimalAverageType, decimalSumType } from "../../sql/functions/aggregates/typed_aggregate.ts";
import type { Accumulator } from "./accumulator.ts";
import { meanBy } from "./statistics/mean.ts";
import { castFunction } from "../values/cast.ts";

/** Up to this many digits, Spark's mean is computed in floating point. */
const FLOATING_DIGITS_MAX = 15;

/** `sum`; NULL if there are no rows. */
export function decimalSum(slot: number, type: DecimalType, isGrouped: boolean): Accumulator {
  const limit = 10n ** BigInt(type.precision);
  const check = (sum: bigint) => {
    if (sum >= limit || sum <= -limit) throw tooLarge(type);
  };
  const add = (buffer: Value[], at: number, value: Value) => {
    if (value === null) return;
    const sum = (buffer[at] as bigint | null ?? 0n) + (value as bigint);
    if (isGrouped) check(sum);
    buffer[at] = sum;
  };
  return {
    types: [type],
    initial: [null],
    update: (buffer, at, row) => add(buffer, at, row[slot]!),
    merge: (buffer, at, other) => add(buffer, at, other[at]!),
    ...(isGrouped ? {} : { seal: (buffer, at) => check(buffer[at] as bigint | null ?? 0n) }),
    result: (buffer, at) => buffer[at]!,
  };
}

/** `avg`; NULL if there are no rows. */
export function decimalAverage(slot: number, argument: DecimalType, isGrouped: boolean): Accumulator {
  const sum = decimalSum(slot, decimalSumType(argument), isGrouped);
  return meanBy(sum, { slot, meanOf: meanOf(argument, decimalAverageType(argument)) });
}

function meanOf(argument: DecimalType, result: DecimalType): (sum: Value, count: number) => Value {
  if (result.precision <= FLOATING_DIGITS_MAX) {
    const cast = castFunction({ from: "DOUBLE", to: result, safe: false, zone: UTC });
    const unit = 10 ** argument.scale;
    return (sum, count) => cast(Number(sum) / count / unit);
  }
  const unit = 10n ** BigInt(result.scale - argument.scale);
  const limit = 10n ** BigInt(result.precision);
  return (sum, count) => {
    const mean = divide(sum as bigint * unit, BigInt(count));
    if (mean >= limit || mean <= -limit) throw tooLarge(result);
    return mean;
  };
}

function tooLarge(type: DataType): SfcrimeError {
  return new SfcrimeError("QUERY_FAILED", `The sum cannot be represented as ${typeName(type)}.`, {
    hint: "CAST the argument to a DECIMAL with a smaller scale, or to DOUBLE.",
  });
}
