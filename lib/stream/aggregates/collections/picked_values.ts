/** Aggregates that pick one of the values of a group: by the order of rows, or by that of another value. */
import type { DataType, Row, Value } from "../../../records/data_type.ts";
import type { Accumulator } from "../accumulator.ts";
import { compareOf } from "../../values/compare.ts";

/** Which rows have a value to pick, and which one it is. */
interface Pick {
  readonly slot: number;
  readonly type: DataType;
  readonly ignoreNulls: boolean;
}

/** `first` and `any_value`: the value of the first row, or the first one that is not NULL. */
export function first({ slot, type, ignoreNulls }: Pick): Accumulator {
  return {
    types: [type, "BOOLEAN"],
    initial: [null, false],
    isOrdered: true,
    update: (buffer, at, row) => {
      if (buffer[at + 1] === true || !isPicked(row, slot, ignoreNulls)) return;
      buffer[at] = row[slot]!;
      buffer[at + 1] = true;
    },
    merge: (buffer, at, other) => {
      if (buffer[at + 1] === true || other[at + 1] === false) return;
      buffer[at] = other[at]!;
      buffer[at + 1] = true;
    },
    result: (buffer, at) => buffer[at]!,
  };
}

/** `last`: the value of the last row, or the last one that is not NULL. */
export function last({ slot, type, ignoreNulls }: Pick): Accumulator {
  return {
    ...first({ slot, type, ignoreNulls }),
    update: (buffer, at, row) => {
      if (!isPicked(row, slot, ignoreNulls)) return;
      buffer[at] = row[slot]!;
      buffer[at + 1] = true;
    },
    merge: (buffer, at, other) => {
      if (other[at + 1] === false) return;
      buffer[at] = other[at]!;
      buffer[at + 1] = true;
    },
  };
}

function isPicked(row: Readonly<Row>, slot: number, ignoreNulls: boolean): boolean {
  return !ignoreNulls || row[slot] !== null;
}

/** `min_by` and `max_by`: of values with equal orderings, the last one wins. */
export function valueBy(
  [value, order]: readonly number[],
  types: readonly DataType[],
  isWorse: (order: number) => boolean,
): Accumulator {
  const compare = compareOf(types[1]!);
  const replace = (buffer: Value[], at: number, [newValue, newOrder]: readonly [Value, Value]) => {
    const known = buffer[at + 1]!;
    if (newOrder === null || (known !== null && isWorse(compare(newOrder, known)))) return;
    buffer[at] = newValue;
    buffer[at + 1] = newOrder;
  };
  return {
    types,
    initial: [null, null],
    isOrdered: true,
    update: (buffer, at, row) => replace(buffer, at, [row[value!]!, row[order!]!]),
    merge: (buffer, at, other) => replace(buffer, at, [other[at]!, other[at + 1]!]),
    result: (buffer, at) => buffer[at]!,
  };
}
