/** Sum and mean of INTERVALs: the sum has to be in the range of its type after each addition. */
import type { Value } from "../../../records/data_type.ts";
import { isMonths, type MonthInterval, type TimeInterval } from "../../../records/types/interval_types.ts";
import { divide } from "../../../records/values/decimal.ts";
import { fit } from "../../values/fit.ts";
import type { Accumulator } from "../accumulator.ts";
import { meanBy } from "./mean.ts";

/** `sum`; NULL if there are no rows. */
export function intervalSum(slot: number, type: MonthInterval | TimeInterval): Accumulator {
  const add = (buffer: Value[], at: number, value: Value) => {
    if (value === null) return;
    const sum = buffer[at] as number | bigint | null;
    buffer[at] = sum === null ? value : fit(BigInt(sum) + BigInt(value as number | bigint), type);
  };
  return {
    types: [type],
    initial: [null],
    update: (buffer, at, row) => add(buffer, at, row[slot]!),
    merge: (buffer, at, other) => add(buffer, at, other[at]!),
    result: (buffer, at) => buffer[at]!,
  };
}

/** `avg`, rounded half up; NULL if there are no rows. */
export function intervalAverage(slot: number, type: MonthInterval | TimeInterval): Accumulator {
  const resultType = isMonths(type) ? "INTERVAL YEAR TO MONTH" : "INTERVAL DAY TO SECOND";
  const sum = intervalSum(slot, resultType);
  return meanBy(sum, {
    slot,
    meanOf: (sum, count) => fit(divide(BigInt(sum as number | bigint), BigInt(count)), resultType),
  });
}
