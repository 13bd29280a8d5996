/** Sum and mean of INTERVALs: the sum has to be in the range of its type after each addition. */
import type { Value } from "../../../records/data_type.ts";
import { isMonths, type MonthInterval, type TimeInterval } from "../../../records/types/interval_types.ts";
import { divide } from "../../../records/values/decimal.ts";
import { fit } from "../../values/fit.ts";
import type { Accumulator } from "../accumulator.ts";

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
  const sum = intervalSum(slot, isMonths(type) ? "INTERVAL YEAR TO MONTH" : "INTERVAL DAY TO SECOND");
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
      return count === 0
        ? null
        : fit(divide(BigInt(buffer[at] as number | bigint), BigInt(count)), sum.types[0]!);
    },
  };
}
