/** Functions that make MAPs and take them apart. A MAP is a list of its entries, in their order. */
import { SfcrimeError } from "../../../base/errors.ts";
import { type DataType, typeName, type Value } from "../../../records/data_type.ts";
import { compareOf } from "../../values/compare.ts";
import { splitText } from "../text/regex_functions.ts";
import { type Evaluate, type Implementation, strict } from "../implementation.ts";
import type { List } from "./lists.ts";
import { ValueSet } from "./value_set.ts";

type Entry = readonly [key: Value, value: Value];
type Entries = readonly Entry[];

/** The type of the keys of a MAP. */
export function keyType(type: DataType): DataType {
  return typeof type !== "string" && type.kind === "MAP" ? type.key : "VOID";
}

/** Makes MAPs of entries. */
export type MapMaker = (entries: Iterable<Entry>) => Value;

/** @returns Makes MAPs of a type; it throws QUERY_FAILED for a key that is NULL, or comes twice. */
export function mapMaker(type: DataType): MapMaker {
  const key = keyType(type);
  const isFloating = key === "FLOAT" || key === "DOUBLE";
  return (entries) => {
    const known = new ValueSet(key);
    const made: Entry[] = [];
    for (const [given, value] of entries) {
      if (given === null) throw new SfcrimeError("QUERY_FAILED", "A key of a MAP cannot be NULL.");
      // There is one zero among keys.
      const own = isFloating && given === 0 ? 0 : given;
      if (!known.add(own)) {
        throw new SfcrimeError("QUERY_FAILED", `The key ${shown(own)} of a ${typeName(type)} comes twice.`);
      }
      made.push([own, value]);
    }
    return made;
  };
}

function shown(key: Value): string {
  return typeof key === "string" ? JSON.stringify(key) : String(key);
}

/** A function that makes a MAP of its arguments, which are not NULL. */
function making(entriesOf: (...args: never[]) => Iterable<Entry> | null): Implementation {
  return (args, call, zone) => {
    const make = mapMaker(call.type);
    const plain = entriesOf as (...args: Value[]) => Iterable<Entry> | null;
    return strict((...values: Value[]) => {
      const entries = plain(...values);
      return entries === null ? null : make(entries);
    })(args, call, zone);
  };
}

function zipped(keys: List, values: List): Entries {
  if (keys.length === values.length) return keys.map((key, index) => [key, values[index]!] as const);
  throw new SfcrimeError(
    "QUERY_FAILED",
    `There are ${keys.length} keys, but ${values.length} values; a MAP needs as many of each.`,
  );
}

/** The value of a key; undefined if it is not there. */
function mapLookup(type: DataType): (map: Value, key: Value) => Value | undefined {
  const compare = compareOf(keyType(type));
  return (map, key) => (map as Entries).find(([other]) => compare(other, key) === 0)?.[1];
}

function map<R>(args: readonly Evaluate<R>[], make: MapMaker): Evaluate<R> {
  return (row) =>
    make(function* () {
      for (let index = 0; index < args.length; index += 2) {
        yield [args[index]!(row), args[index + 1]!(row)] as const;
      }
    }());
}

/** By their name in plans. */
export const MAP_FUNCTIONS: Readonly<Record<string, Implementation>> = {
  map: (args, call) => map(args, mapMaker(call.type)),
  map_from_arrays: making(zipped),
  map_from_entries: making((entries: readonly (Entry | null)[]) =>
    entries.includes(null) ? null : entries as Entries
  ),
  map_keys: strict((entries: Entries) => entries.map(([key]) => key)),
  map_values: strict((entries: Entries) => entries.map(([, value]) => value)),
  map_entries: strict((entries: Entries) => entries),
  map_concat: making((...maps: readonly Entries[]) => maps.flat()),
  map_value: (args, call, zone) => {
    const find = mapLookup(call.args[0]!.type);
    return strict((entries: Entries, key: Value) => find(entries, key) ?? null)(args, call, zone);
  },
  map_contains_key: (args, call, zone) => {
    const find = mapLookup(call.args[0]!.type);
    return strict((entries: Entries, key: Value) => find(entries, key) !== undefined)(args, call, zone);
  },
  str_to_map: (args, call, zone) => {
    const make = mapMaker(call.type);
    return strict((text: string, pairs: string, parts: string) =>
      make(
        splitText(text, pairs).map((pair) => {
          const [key, value] = splitText(pair, parts, 2);
          return [key!, value ?? null] as const;
        }),
      )
    )(args, call, zone);
  },
};
