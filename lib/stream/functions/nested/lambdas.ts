/** Functions that call a lambda function for each element or entry. */
import { SfcrimeError } from "../../../base/errors.ts";
import type { Value } from "../../../records/data_type.ts";
import type { Evaluate, Implementation } from "../implementation.ts";
import type { List } from "./lists.ts";
import { keyType, mapMaker } from "./maps.ts";
import { ValueSet } from "./value_set.ts";
import { compareOf } from "../../values/compare.ts";

/** Where a lambda function finds the value of a parameter. */
export interface Cell {
  value: Value;
}

/** The body of a lambda function, and its parameters. */
export interface LambdaEvaluate<R> extends Evaluate<R> {
  readonly cells: readonly Cell[];
}

/** A lambda function that can be called. */
function callable<R>(evaluate: Evaluate<R>): (row: R, ...values: readonly Value[]) => Value {
  const { cells } = evaluate as LambdaEvaluate<R>;
  return (row, ...values) => {
    for (let index = 0; index < cells.length; index++) cells[index]!.value = values[index]!;
    return evaluate(row);
  };
}

type Call = (...values: readonly Value[]) => Value;

/** A function of a list and a lambda function; NULL for NULL. */
function over(compute: (list: List, call: Call) => Value): Implementation {
  return ([list, lambda]) => {
    const apply = callable(lambda!);
    return (row) => {
      const values = list!(row);
      return values === null ? null : compute(values as List, (...args) => apply(row, ...args));
    };
  };
}

type Entries = readonly (readonly [Value, Value])[];

/** The first of two decisive answers, else NULL if one is unknown. */
function decide(list: List, call: Call, decisive: boolean): Value {
  let isUnknown = false;
  for (const value of list) {
    const answer = call(value);
    if (answer === decisive) return decisive;
    if (answer === null) isUnknown = true;
  }
  return isUnknown ? null : !decisive;
}

/** Makes a MAP of entries that a lambda function changes. */
function changing(
  change: (entry: readonly [Value, Value], call: Call) => readonly [Value, Value],
): Implementation {
  return (args, call, zone) => {
    const make = mapMaker(call.type);
    return over((entries, apply) =>
      make((entries as unknown as Entries).map((entry) => change(entry, apply)))
    )(
      args,
      call,
      zone,
    );
  };
}

const aggregate: Implementation = ([list, start, merge, finish]) => {
  const add = callable(merge!);
  const end = finish === undefined ? undefined : callable(finish);
  return (row) => {
    const values = list!(row);
    if (values === null) return null;
    let sum = start!(row);
    for (const value of values as List) sum = add(row, sum, value);
    return end === undefined ? sum : end(row, sum);
  };
};

const zipWith: Implementation = ([left, right, lambda]) => {
  const apply = callable(lambda!);
  return (row) => {
    const [a, b] = [left!(row), right!(row)] as [List | null, List | null];
    if (a === null || b === null) return null;
    const length = Math.max(a.length, b.length);
    return Array.from({ length }, (_none, index) => apply(row, a[index] ?? null, b[index] ?? null));
  };
};

/** The keys of both MAPs, those of the first one first. */
const mapZipWith: Implementation = ([left, right, lambda], call) => {
  const apply = callable(lambda!);
  const key = keyType(call.type);
  const compare = compareOf(key);
  const find = (entries: Entries, sought: Value) =>
    entries.find(([other]) => compare(other, sought) === 0)?.[1] ?? null;
  return (row) => {
    const [a, b] = [left!(row), right!(row)] as [Entries | null, Entries | null];
    if (a === null || b === null) return null;
    const known = new ValueSet(key);
    return [...a, ...b].filter(([own]) => known.add(own)).map(([own]) => [
      own,
      apply(row, own, find(a, own), find(b, own)),
    ]);
  };
};

function order(answer: Value): number {
  if (answer !== null) return answer as number;
  throw new SfcrimeError("QUERY_FAILED", "The comparison of array_sort gives NULL for two elements.", {
    hint: "It has to give a negative number, zero or a positive one.",
  });
}

/** By their name in plans. */
export const LAMBDA_FUNCTIONS: Readonly<Record<string, Implementation>> = {
  transform: over((list, call) => list.map((value, index) => call(value, index))),
  filter: over((list, call) => list.filter((value, index) => call(value, index) === true)),
  exists: over((list, call) => decide(list, call, true)),
  forall: over((list, call) => decide(list, call, false)),
  array_sort_by: over((list, call) => [...list].sort((left, right) => order(call(left, right)))),
  aggregate,
  zip_with: zipWith,
  map_filter: over((entries, call) =>
    (entries as unknown as Entries).filter(([key, value]) => call(key, value) === true)
  ),
  transform_keys: changing(([key, value], call) => [call(key, value), value]),
  transform_values: changing(([key, value], call) => [key, call(key, value)]),
  map_zip_with: mapZipWith,
};
