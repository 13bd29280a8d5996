/** Functions that make ARRAYs of others. */
import type { Value } from "../../../records/data_type.ts";
import { type Compare, compareOf } from "../../values/compare.ts";
import { type Evaluate, type Implementation, strict } from "../implementation.ts";
import { elementType, invalid, type List, requireElements } from "./lists.ts";
import { sequence } from "./sequences.ts";
import { ValueSet } from "./value_set.ts";

/** A function of ARRAYs that is given a maker of sets of their elements. */
function ofSets(compute: (newSet: () => ValueSet, ...lists: never[]) => Value): Implementation {
  return (args, call, zone) => {
    const element = elementType(call.args[0]!.type);
    const plain = compute as (newSet: () => ValueSet, ...lists: Value[]) => Value;
    return strict((...lists: Value[]) => plain(() => new ValueSet(element), ...lists))(args, call, zone);
  };
}

/** A function that compares elements. */
function ofOrder(compute: (compare: Compare, list: List, value: Value) => Value): Implementation {
  return (args, call, zone) => {
    const compare = compareOf(elementType(call.args[0]!.type));
    return strict((list: List, value: Value) => compute(compare, list, value))(args, call, zone);
  };
}

/** Like {@link strict}, but only the first argument decides on NULL. */
function ofFirst(compute: (first: never, ...others: Value[]) => Value): Implementation {
  return <R>([first, ...others]: readonly Evaluate<R>[]): Evaluate<R> => (row) => {
    const value = first!(row);
    return value === null ? null : compute(value as never, ...others.map((other) => other(row)));
  };
}

function overlap(newSet: () => ValueSet, left: List, right: List): Value {
  const set = newSet();
  for (const value of left) set.add(value);
  if (right.some((value) => value !== null && set.has(value))) return true;
  const isUnknown = left.length > 0 && right.length > 0 && (left.includes(null) || right.includes(null));
  return isUnknown ? null : false;
}

/** The elements that pass a test, each once. */
function distinct(newSet: () => ValueSet, list: Iterable<Value>, test: (value: Value) => boolean): List {
  const seen = newSet();
  const kept: Value[] = [];
  for (const value of list) if (test(value) && seen.add(value)) kept.push(value);
  return kept;
}

function setOf(newSet: () => ValueSet, list: List): ValueSet {
  const set = newSet();
  for (const value of list) set.add(value);
  return set;
}

/** A negative position counts from the end, where −1 is after the last element; NULLs fill what is between. */
function insert(list: List, position: number, value: Value): List {
  if (position === 0) throw invalid("The index 0 is invalid: the first element of an ARRAY has index 1.");
  requireElements(Math.max(list.length, Math.abs(position)) + 1);
  if (position > 0) {
    const padding = new Array<Value>(Math.max(0, position - 1 - list.length)).fill(null);
    return [...list.slice(0, position - 1), ...padding, value, ...list.slice(position - 1)];
  }
  const at = list.length + position + 1;
  if (at >= 0) return [...list.slice(0, at), value, ...list.slice(at)];
  return [value, ...new Array<Value>(-at).fill(null), ...list];
}

function slice(list: List, start: number, length: number): List {
  if (start === 0) {
    throw invalid("The start 0 of slice is invalid: the first element of an ARRAY has index 1.");
  }
  if (length < 0) throw invalid(`The length ${length} of slice is negative.`);
  const from = start > 0 ? start - 1 : list.length + start;
  return from < 0 ? [] : list.slice(from, from + length);
}

/** STRUCTs of the elements with the same position; what is shorter goes on with NULL. */
function zip(...lists: readonly List[]): List {
  const length = Math.max(0, ...lists.map((list) => list.length));
  return Array.from({ length }, (_none, index) => lists.map((list) => list[index] ?? null));
}

/** By their name in plans. */
export const ARRAY_BUILDERS: Readonly<Record<string, Implementation>> = {
  concat_arrays: strict((...lists: readonly List[]) => {
    requireElements(lists.reduce((sum, list) => sum + list.length, 0));
    return lists.flat();
  }),
  array_append: ofFirst((list: List, value) => [...list, value!]),
  array_prepend: ofFirst((list: List, value) => [value!, ...list]),
  array_compact: strict((list: List) => list.filter((value) => value !== null)),
  array_insert: ([array, position, value]) => (row) => {
    const [list, at] = [array!(row), position!(row)];
    return list === null || at === null ? null : insert(list as List, at as number, value!(row));
  },
  array_remove: ofOrder((compare, list: List, value: Value) =>
    list.filter((other) => other === null || compare(other, value) !== 0)
  ),
  array_position: ofOrder((compare, list: List, value: Value) =>
    BigInt(list.findIndex((other) => other !== null && compare(other, value) === 0) + 1)
  ),
  array_except: ofSets((newSet, left: List, right: List) => {
    const others = setOf(newSet, right);
    return distinct(newSet, left, (value) => !others.has(value));
  }),
  array_intersect: ofSets((newSet, left: List, right: List) => {
    const others = setOf(newSet, right);
    return distinct(newSet, left, (value) => others.has(value));
  }),
  array_union: ofSets((newSet, left: List, right: List) => distinct(newSet, [...left, ...right], () => true)),
  arrays_overlap: ofSets(overlap),
  array_repeat: ([value, count]) => (row) => {
    const times = count!(row) as number | null;
    if (times === null) return null;
    requireElements(times);
    return new Array<Value>(Math.max(0, times)).fill(value!(row));
  },
  arrays_zip: strict(zip),
  flatten: strict((lists: readonly (List | null)[]) => {
    if (lists.includes(null)) return null;
    requireElements(lists.reduce((sum, list) => sum + list!.length, 0));
    return lists.flatMap((list) => list!);
  }),
  sequence,
  slice: strict(slice),
};
