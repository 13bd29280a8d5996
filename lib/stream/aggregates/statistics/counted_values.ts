/** Aggregates over the distinct values of a group, and how often each came: what percentiles and modes are made of. */
import type { DataType, Row, Value } from "../../../records/data_type.ts";
import { valuesCodec } from "../../../records/values/values_codec.ts";
import { isFloating, isNested } from "../../../sql/functions/coercion.ts";
import type { Accumulator } from "../accumulator.ts";

/** What is counted. */
export interface Counted {
  readonly slot: number;
  readonly type: DataType;
  /** How often a row counts, if not once; a row does not count if that is NULL. */
  readonly timesOf?: (row: Readonly<Row>) => number | null;
  /** The result of at least one value. */
  readonly finish: (values: readonly Value[], counts: readonly number[]) => Value;
}

/** The size of an entry of the index, including spare capacity; and a share of the list of counts. */
const ENTRY_BYTES = 60;

/** The places of values in a list, for look-ups; they can be rebuilt from the list. */
const places = new WeakMap<readonly Value[], Map<unknown, number>>();

/** An aggregate whose buffer is a list of values, and one of their counts; NULL if there are no values. */
export function countedValues({ slot, type, timesOf, finish }: Counted): Accumulator {
  const keyOf = keyOfType(type);
  const add = (buffer: Value[], at: number, [value, times]: readonly [Value, number]) => {
    const values = (buffer[at] ??= []) as Value[];
    const counts = (buffer[at + 1] ??= []) as number[];
    let known = places.get(values);
    if (known === undefined) {
      known = new Map(values.map((value, place) => [keyOf(value), place]));
      places.set(values, known);
    }
    const key = keyOf(value);
    const place = known.get(key);
    if (place !== undefined) {
      counts[place]! += times;
      return;
    }
    known.set(key, values.length);
    values.push(value);
    counts.push(times);
  };
  return {
    types: [{ kind: "ARRAY", element: type }, { kind: "ARRAY", element: "DOUBLE" }],
    initial: [null, null],
    elementBytes: ENTRY_BYTES,
    update: (buffer, at, row) => {
      const value = row[slot]!;
      const times = timesOf === undefined ? 1 : timesOf(row);
      if (value !== null && times !== null && times > 0) add(buffer, at, [value, times]);
    },
    merge: (buffer, at, other) => {
      const values = (other[at] ?? []) as readonly Value[];
      const counts = other[at + 1] as readonly number[];
      for (let place = 0; place < values.length; place++) add(buffer, at, [values[place]!, counts[place]!]);
    },
    result: (buffer, at) => {
      if (buffer[at] === null) return null;
      return finish(buffer[at] as readonly Value[], buffer[at + 1] as readonly number[]);
    },
  };
}

/** What values are told apart by: 0.0 and -0.0 are two, NaN is one. */
function keyOfType(type: DataType): (value: Value) => unknown {
  if (isFloating(type)) return (value) => Object.is(value, -0) ? "-0" : value;
  if (type !== "BINARY" && !isNested(type)) return (value) => value;
  const codec = valuesCodec([type]);
  return (value) => codec.encode([value]);
}
