/**
 * Aggregates that keep values of the rows: lists and sets of them, and the value that goes with the least or
 * the greatest of another.
 */
import type { DataType, Value } from "../records/data_type.ts";
import type { Accumulator } from "./aggregate_functions.ts";
import { compareOf } from "./compare.ts";

/** `collect_list`: all values but NULL, in the order in which they come: rows of a batch are in no set order. */
export function collectList(slot: number, element: DataType): Accumulator {
  const add = (buffer: Value[], at: number, values: readonly Value[]) => {
    // The initial buffer is shared, and the other one may live on: a list of its own is begun.
    const list = (buffer[at] ??= []) as Value[];
    for (const value of values) list.push(value);
  };
  return {
    types: [{ kind: "ARRAY", element }],
    initial: [null],
    update: (buffer, at, row) => {
      const value = row[slot]!;
      if (value !== null) add(buffer, at, [value]);
    },
    merge: (buffer, at, other) => {
      if (other[at] !== null) add(buffer, at, other[at] as readonly Value[]);
    },
    result: (buffer, at) => [...(buffer[at] ?? []) as readonly Value[]],
  };
}

/** Of an element in a set, which has room to spare. */
const SET_ENTRY_BYTES = 36;

/** What a list holds, to look a value up; it can be made again of the list. */
const contents = new WeakMap<readonly Value[], Set<unknown>>();

/** `collect_set`: each value once, but NULL; NaN counts anew each time, as in Spark. */
export function collectSet(slot: number, element: DataType): Accumulator {
  const keyOf = typeof element === "string" || element.kind === "DECIMAL"
    ? (value: Value) => value
    : (value: Value) => JSON.stringify(value, (_key, part) => typeof part === "bigint" ? `${part}n` : part);
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

/** `min_by` and `max_by`: where orders are equal, the value that comes last counts. */
export function valueBy(
  [value, order]: readonly number[],
  types: readonly DataType[],
  isWorse: (order: number) => boolean,
): Accumulator {
  const compare = compareOf(types[1]!);
  const take = (buffer: Value[], at: number, [newValue, newOrder]: readonly [Value, Value]) => {
    const known = buffer[at + 1]!;
    if (newOrder === null || (known !== null && isWorse(compare(newOrder, known)))) return;
    buffer[at] = newValue;
    buffer[at + 1] = newOrder;
  };
  return {
    types,
    initial: [null, null],
    update: (buffer, at, row) => take(buffer, at, [row[value!]!, row[order!]!]),
    merge: (buffer, at, other) => take(buffer, at, [other[at]!, other[at + 1]!]),
    result: (buffer, at) => buffer[at]!,
  };
}
