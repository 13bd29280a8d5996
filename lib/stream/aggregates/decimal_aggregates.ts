/**
 * Sum and mean of DECIMALs: the sum is exact, and must be in the range of its type. Where Spark keeps it in a row of a
 * table, that is after each addition. Without GROUP BY it is in a variable, and only what leaves a step of the
 * aggregation must be in the range: the sum of a partition, of a batch, and the one in the state.
 */
import { SfcrimeError } from "../../base/errors.ts";
import { UTC } from "../../base/time_zone.ts";
import { type DataType, typeName, type Value } from "../../records/data_type.ts";
import type { DecimalType } from "../../records/values/decimal.ts";
import { decimalAverageType, decimalSumType } from "../../sql/functions/aggregates/typed_aggregate.ts";
import type { Accumulator } from "./accumulator.ts";
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
  const mean = meanOf(argument, decimalAverageType(argument));
  return {
    ...sum,
    types: [...sum.types, "DOUBLE"],
    initial: [...sum.initial, 0],
    update: (buffer, at, row) => {
      sum.update(buffer, at, row);
      if (row[slot] !== null) buffer[at + 1] = (buffer[at + 1] as number) + 1;
    },
    merge: (buffer, at, other) => {
      sum.merge(buffer, at, other);
      buffer[at + 1] = (buffer[at + 1] as number) + (other[at + 1] as number);
    },
    result: (buffer, at) => {
      const count = buffer[at + 1] as number;
      return count === 0 ? null : mean(buffer[at] as bigint, count);
    },
  };
}

function meanOf(argument: DecimalType, result: DecimalType): (sum: bigint, count: number) => Value {
  if (result.precision <= FLOATING_DIGITS_MAX) {
    const cast = castFunction({ from: "DOUBLE", to: result, safe: false, zone: UTC });
    const unit = 10 ** argument.scale;
    return (sum, count) => cast(Number(sum) / count / unit);
  }
  const unit = 10n ** BigInt(result.scale - argument.scale);
  const limit = 10n ** BigInt(result.precision);
  return (sum, count) => {
    const mean = divideHalfUp(sum * unit, BigInt(count));
    if (mean >= limit || mean <= -limit) throw tooLarge(result);
    return mean;
  };
}

function divideHalfUp(dividend: bigint, divisor: bigint): bigint {
  const [quotient, rest] = [dividend / divisor, dividend % divisor];
  const isHalf = (rest < 0n ? -rest : rest) * 2n >= divisor;
  return isHalf ? quotient + (dividend < 0n ? -1n : 1n) : quotient;
}

function tooLarge(type: DataType): SfcrimeError {
  return new SfcrimeError("QUERY_FAILED", `The sum cannot be represented as ${typeName(type)}.`, {
    hint: "CAST the argument to a DECIMAL with a smaller scale, or to DOUBLE.",
  });
}
