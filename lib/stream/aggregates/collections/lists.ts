/** Aggregates that collect values of rows, in the order of these. */
import type { DataType, Value } from "../../../records/data_type.ts";
import { valuesCodec } from "../../../records/values/values_codec.ts";
import { isNested } from "../../../sql/functions/coercion.ts";
import type { Accumulator } from "../accumulator.ts";

/** `collect_list`: all values except NULL. */
export function collectList(slot: number, element: DataType): Accumulator {
  return {
    types: [{ kind: "ARRAY", element }],
    initial: [null],
    isOrdered: true,
    update: (buffer, at, row) => {
      const value = row[slot]!;
      if (value !== null) ((buffer[at] ??= []) as Value[]).push(value);
    },
    merge: (buffer, at, other) => {
      if (other[at] === null) return;
      // The initial buffer is shared, and the other one may still be used, so a new list is created.
      const list = (buffer[at] ??= []) as Value[];
      for (const value of other[at] as readonly Value[]) list.push(value);
    },
    result: (buffer, at) => [...(buffer[at] ?? []) as readonly Value[]],
  };
}

/** The size of an element in a set, including spare capacity. */
const SET_ENTRY_BYTES = 36;

/** The values of a list, for look-ups; it can be rebuilt from the list. */
const contents = new WeakMap<readonly Value[], Set<unknown>>();

/** `collect_set`: each value once, except NULL; NaN is added each time, as in Spark. */
export function collectSet(slot: number, element: DataType): Accumulator {
  const codec = valuesCodec([element]);
  // Unlike elsewhere, Spark distinguishes 0.0 and -0.0 in structures.
  const keyOf = element === "BINARY" || isNested(element)
    ? (value: Value) => codec.encode([value])
    : (value: Value) => value;
  const list = collectList(slot, element);
  const add = (buffer: Value[], at: number, value: Value) => {
    const held = (buffer[at] ??= []) as Value[];
    let known = contents.get(held);
    if (known === undefined) {
      known = new Set(held.map(keyOf));
      contents.set(held, known);
    }
    const key = keyOf(value);
    if (known.has(key) && !Number.isNaN(value)) return;
    known.add(key);
    held.push(value);
  };
  return {
    ...list,
    elementBytes: SET_ENTRY_BYTES,
    update: (buffer, at, row) => {
      const value = row[slot]!;
      if (value !== null) add(buffer, at, value);
    },
    merge: (buffer, at, other) => {
      for (const value of (other[at] ?? []) as readonly Value[]) add(buffer, at, value);
    },
  };
}
