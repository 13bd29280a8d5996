/** The functions of ARRAYs. */
import { SfcrimeError } from "../base/errors.ts";
import type { DataType, Value } from "../records/data_type.ts";
import { type Compare, compareOf, nullsFirst } from "./compare.ts";
import { boundedJoin } from "./text_bound.ts";
import { type Evaluate, type Implementation, strict } from "./implementation.ts";

type List = readonly Value[];

function elementType(type: DataType): DataType {
  return typeof type !== "string" && type.kind === "ARRAY" ? type.element : "VOID";
}

/** An element by a position that counts from 1, or from the end where it is negative; undefined where there is none. */
function elementAt(list: List, position: number): Value | undefined {
  if (position !== 0) return list[position > 0 ? position - 1 : list.length + position];
  throw new SfcrimeError(
    "QUERY_FAILED",
    "The first element of an ARRAY is number 1: there is none with number 0.",
  );
}

/** A function of an array that looks at the order of its elements. */
function ordered(compute: (list: List, compare: Compare, more: readonly Value[]) => Value): Implementation {
  return (args, call, zone) => {
    const compare = compareOf(elementType(call.args[0]!.type));
    return strict((list: List, ...more: Value[]) => compute(list, compare, more))(args, call, zone);
  };
}

function distinct(list: List, compare: Compare): Value {
  const kept: Value[] = [];
  // Those of one text can only be the same as each other, and mostly are.
  const byText = new Map<string, Value[]>();
  // Other than anywhere else, Spark keeps 0.0 and -0.0 apart here.
  const isSame = (left: Value, right: Value) =>
    left === null || right === null
      ? left === right
      : left === 0
      ? Object.is(left, right)
      : compare(left, right) === 0;
  for (const value of list) {
    const text = String(value);
    const others = byText.get(text) ?? [];
    if (others.some((other) => isSame(other, value))) continue;
    byText.set(text, [...others, value]);
    kept.push(value);
  }
  return kept;
}

/** Whether a value is among the elements; unknown where it is not, and one of them is NULL. */
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

/** NULL leaves an element out, unless there is a text to write for it. */
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

/** By the name that plans call them by. */
export const ARRAY_FUNCTIONS: Readonly<Record<string, Implementation>> = {
  array: (args) => (row) => args.map((arg) => arg(row)),
  size: strict((list: List) => list.length),
  element_at: strict((list: List, position: number) => {
    const value = elementAt(list, position);
    if (value !== undefined) return value;
    throw new SfcrimeError(
      "QUERY_FAILED",
      `An ARRAY of ${list.length} has no element number ${position}.`,
      { hint: "try_element_at gives NULL for it." },
    );
  }),
  try_element_at: strict((list: List, position: number) => elementAt(list, position) ?? null),
  get: strict((list: List, index: number) => list[index] ?? null),
  array_contains: ordered(contains),
  array_distinct: ordered(distinct),
  array_max: extreme(1),
  array_min: extreme(-1),
  array_join: strict(join),
  // NULLs come last, unlike in sort_array.
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
