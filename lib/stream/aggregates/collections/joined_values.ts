/** `listagg`: the values of a group joined with a delimiter, in the order of rows or by other values of theirs. */
import { Buffer } from "node:buffer";
import type { DataType, Row, Value } from "../../../records/data_type.ts";
import type { AggregateCall } from "../../../sql/plan.ts";
import { compareOf } from "../../values/compare.ts";
import { boundedJoin, requireTextLength } from "../../values/text_bound.ts";
import type { Accumulator } from "../accumulator.ts";

/** NULL is left out; NULL if there is nothing else. */
export function joinedValues({ args: [slot, ...by], argTypes, parameters }: AggregateCall): Accumulator {
  const [type, ...keyTypes] = argTypes as [DataType, ...DataType[]];
  const keys: DataType = {
    kind: "STRUCT",
    fields: keyTypes.map((type, index) => ({ name: String(index), type })),
  };
  const compare = orderOf(keyTypes, parameters!);
  const join = joinOf(type, parameters!.delimiter as string);
  const add = (buffer: Value[], at: number, [value, key]: readonly [Value, Value]) => {
    ((buffer[at] ??= []) as Value[]).push(value);
    if (by.length > 0) ((buffer[at + 1] ??= []) as Value[]).push(key);
  };
  return {
    types: [
      { kind: "ARRAY", element: type },
      ...(by.length > 0 ? [{ kind: "ARRAY", element: keys } as const] : []),
    ],
    initial: by.length > 0 ? [null, null] : [null],
    isOrdered: true,
    update: (buffer, at, row) => {
      const value = row[slot!]!;
      if (value !== null) add(buffer, at, [value, by.map((key) => row[key]!)]);
    },
    merge: (buffer, at, other) => {
      const values = (other[at] ?? []) as readonly Value[];
      const others = by.length > 0 ? other[at + 1] as readonly Value[] : [];
      values.forEach((value, index) => add(buffer, at, [value, others[index] ?? null]));
    },
    result: (buffer, at) => {
      const values = buffer[at] as readonly Value[] | null;
      if (values === null) return null;
      if (by.length === 0) return join(values);
      const rows = buffer[at + 1] as readonly Row[];
      const order = [...values.keys()].sort((left, right) => compare(rows[left]!, rows[right]!));
      return join(order.map((place) => values[place]!));
    },
  };
}

type Parameters = NonNullable<AggregateCall["parameters"]>;

/** The order of keys by type; each may be descending, or have NULL first. */
function orderOf(
  types: readonly DataType[],
  { descending = [], nullsFirst = [] }: Parameters,
): (left: Row, right: Row) => number {
  const keys = types.map((type, index) => {
    const compare = compareOf(type);
    const sign = (descending as readonly boolean[])[index] === true ? -1 : 1;
    const nullSign = (nullsFirst as readonly boolean[])[index] === true ? -1 : 1;
    return (left: Value, right: Value): number => {
      if (left !== null && right !== null) return sign * compare(left, right);
      return left === right ? 0 : left === null ? nullSign : -nullSign;
    };
  });
  return (left, right) => {
    for (let key = 0; key < keys.length; key++) {
      const order = keys[key]!(left[key]!, right[key]!);
      if (order !== 0) return order;
    }
    return 0;
  };
}

/** @param delimiter A text; of bytes, in base 16. */
function joinOf(type: DataType, delimiter: string): (values: readonly Value[]) => Value {
  if (type !== "BINARY") return (values) => boundedJoin(values, delimiter);
  const between = Buffer.from(delimiter, "hex");
  return (values) => {
    const parts = values.flatMap((value, index) =>
      index === 0 ? [value as Uint8Array] : [between, value as Uint8Array]
    );
    requireTextLength(parts.reduce((sum, { length }) => sum + length, 0));
    return Uint8Array.from(Buffer.concat(parts));
  };
}
