/** The array functions. */
import { SfcrimeError } from "../../base/errors.ts";
import type { Value } from "../../records/data_type.ts";
import { type Compare, compareOf, nullsFirst } from "../values/compare.ts";
import { boundedJoin } from "../values/text_bound.ts";
import { type Evaluate, type Implementation, strict } from "./implementation.ts";
import { elementType, type List } from "./nested/lists.ts";
import { ValueSet } from "./nested/value_set.ts";

/** The element at a position, from 1, or from the end if negative; undefined if out of bounds. */
function elementAt(list: List, position: number): Value | undefined {
  if (position !== 0) return list[position > 0 ? position - 1 : list.length + position];
  throw new SfcrimeError(
    "QUERY_FAILED",
    "The index 0 is invalid: the first element of an ARRAY has index 1.",
  );
}

/** A function of an array that compares its elements. */
function ordered(compute: (list: List, compare: Compare, more: readonly Value[]) => Value): Implementation {
  return (args, call, zone) => {
    const compare = compareOf(elementType(call.args[0]!.type));
    return strict((list: List, ...more: Value[]) => compute(list, compare, more))(args, call, zone);
  };
}

/** Whether a value is among the elements; NULL if it is not and one of them is NULL. */
function contains(list: List, compare: Compare, [value]: readonly Value[]): Value {
  if (list.some((other) => other !== null && compare(other, value!) === 0)) return true;
  return list.includes(null) ? null : false;
}

function extreme(sign: number): Implementation {
  return ordered((list, compare) => {
    let best: Value = null;
    for (const value of list) {
      if (value !== null && (best === null || sign * compare(value, best) > 0)) best = value;
    }
    return best;
  });
}

/** NULL elements are skipped, unless there is a replacement. */
function join(list: List, separator: string, other?: string): string {
  return boundedJoin(list.map((value) => value ?? other).filter((value) => value !== undefined), separator);
}

function concatWs<R>([separator, ...args]: readonly Evaluate<R>[]): Evaluate<R> {
  return (row) => {
    const between = separator!(row);
    if (between === null) return null;
    return boundedJoin(args.flatMap((arg) => arg(row)).filter((text) => text !== null), between as string);
  };
}

/** By their name in plans. */
export const ARRAY_FUNCTIONS: Readonly<Record<string, Implementation>> = {
  array: (args) => (row) => args.map((arg) => arg(row)),
  size: strict((list: List) => list.length),
  element_at: strict((list: List, position: number) => {
    const value = elementAt(list, position);
    if (value !== undefined) return value;
    throw new SfcrimeError(
      "QUERY_FAILED",
      `The index ${position} is out of bounds: the ARRAY has ${list.length} elements.`,
      { hint: "Use try_element_at to get NULL instead." },
    );
  }),
  try_element_at: strict((list: List, position: number) => elementAt(list, position) ?? null),
  get: strict((list: List, index: number) => list[index] ?? null),
  array_contains: ordered(contains),
  array_distinct: (args, call, zone) => {
    const element = elementType(call.args[0]!.type);
    return strict((list: List) => {
      const known = new ValueSet(element);
      return list.filter((value) => known.add(value));
    })(args, call, zone);
  },
  array_max: extreme(1),
  array_min: extreme(-1),
  array_join: strict(join),
  // NULLs are last, unlike in sort_array.
  array_sort: ordered((list, compare) => [
    ...list.filter((value) => value !== null).sort(compare),
    ...list.filter((value) => value === null),
  ]),
  sort_array: ordered((list, compare, [ascending = true]) => {
    const order = nullsFirst(compare);
    return [...list].sort(ascending === true ? order : (left, right) => order(right, left));
  }),
  concat_ws: concatWs,
};
