/**
 * Functions that take a lambda function: the types of its parameters follow from the arguments before it, and the type
 * of the call from that of its body.
 */
import { type DataType, typeName } from "../../../records/data_type.ts";
import type { Expression } from "../../plan.ts";
import { castTo, isOrdered } from "../coercion.ts";
import { call, counted, Refusal, requireCount, type Signature } from "../signature.ts";
import { arrayOf, arrayType, mapOf, type MapType, mapType, widerType } from "./nested_types.ts";

type Lambda = Expression & { readonly kind: "lambda" };

/**
 * The types of the parameters of a lambda function, given the arguments before it; the last ones may be left out down
 * to `least`. @throws {Refusal}
 */
export interface LambdaParameters {
  readonly types: (before: readonly Expression[]) => readonly DataType[];
  readonly least: number;
}

const elements = (before: readonly Expression[]) => [arrayType(before[0]!).element];
const indexed = (before: readonly Expression[]) => [...elements(before), "INT" as const];
const entries = (before: readonly Expression[]) => {
  const { key, value } = mapType(before[0]!);
  return [key, value];
};

function parameters(types: LambdaParameters["types"], least: number): LambdaParameters {
  return { types, least };
}

/** By the name of the function, for each argument that is a lambda function. */
export const LAMBDAS: Readonly<Record<string, Readonly<Record<number, LambdaParameters>>>> = {
  transform: { 1: parameters(indexed, 1) },
  filter: { 1: parameters(indexed, 1) },
  exists: { 1: parameters(elements, 1) },
  forall: { 1: parameters(elements, 1) },
  array_sort: { 1: parameters((before) => [...elements(before), ...elements(before)], 2) },
  aggregate: {
    2: parameters((before) => [before[1]!.type, ...elements(before)], 2),
    3: parameters((before) => [before[1]!.type], 1),
  },
  zip_with: { 2: parameters((before) => before.slice(0, 2).map((arg) => arrayType(arg).element), 2) },
  map_filter: { 1: parameters(entries, 2) },
  transform_keys: { 1: parameters(entries, 2) },
  transform_values: { 1: parameters(entries, 2) },
  map_zip_with: {
    2: parameters((before) => {
      const [left, right] = before.slice(0, 2).map(mapType) as MapType[];
      return [widerType(left!.key, right!.key), left!.value, right!.value];
    }, 3),
  },
};

/** @throws {Refusal} If it is not a lambda function. */
function lambda(arg: Expression, number: number): Lambda {
  if (arg.kind === "lambda") return arg;
  throw new Refusal(`requires a lambda function for argument ${number}, such as x -> x + 1`);
}

/** A lambda function whose body is a condition. */
function condition(arg: Expression, number: number): Lambda {
  const own = lambda(arg, number);
  if (own.type === "BOOLEAN") return own;
  if (own.type === "VOID") return { ...own, body: castTo(own.body, "BOOLEAN"), type: "BOOLEAN" };
  throw new Refusal(`requires a lambda function that gives a BOOLEAN, but it gives ${typeName(own.type)}`);
}

/** A function of an ARRAY and a condition on its elements. */
function testing(name: string, result: (array: Expression) => DataType): Signature {
  return counted(2, (args) => {
    arrayType(args[0]!);
    return call(name, [args[0]!, condition(args[1]!, 2)], result(args[0]!));
  });
}

const same = ({ type }: Expression) => type;

/** By name in lower case. */
export const LAMBDA_FUNCTIONS: Readonly<Record<string, Signature>> = {
  transform: counted(2, (args) => call("transform", args, arrayOf(lambda(args[1]!, 2).type))),
  filter: testing("filter", same),
  exists: testing("exists", () => "BOOLEAN"),
  forall: testing("forall", () => "BOOLEAN"),
  aggregate: (args) => {
    requireCount(args, 3, 4);
    const merge = lambda(args[2]!, 3);
    const [, start] = args;
    if (typeName(merge.type) !== typeName(start!.type)) {
      const types = `${typeName(start!.type)}, but it gives ${typeName(merge.type)}`;
      throw new Refusal(`requires a lambda function that gives the type of the start, ${types}; use CAST`);
    }
    const type = args.length === 3 ? merge.type : lambda(args[3]!, 4).type;
    return call("aggregate", args, type);
  },
  zip_with: counted(3, (args) => call("zip_with", args, arrayOf(lambda(args[2]!, 3).type))),
  map_filter: counted(2, (args) => {
    mapType(args[0]!);
    return call("map_filter", [args[0]!, condition(args[1]!, 2)], args[0]!.type);
  }),
  transform_keys: counted(2, (args) => {
    const type = mapOf(lambda(args[1]!, 2).type, mapType(args[0]!).value);
    return call("transform_keys", args, type);
  }),
  transform_values: counted(2, (args) => {
    const type = mapOf(mapType(args[0]!).key, lambda(args[1]!, 2).type);
    return call("transform_values", args, type);
  }),
  map_zip_with: counted(3, (args) => {
    const [left, right] = args as [Expression, Expression];
    const key = widerType(mapType(left).key, mapType(right).key);
    if (!isOrdered(key)) throw new Refusal(`requires keys of an orderable type, but got ${typeName(key)}`);
    const maps = [left, right].map((map) => castTo(map, mapOf(key, mapType(map).value)));
    const joined = lambda(args[2]!, 3);
    return call("map_zip_with", [...maps, joined], mapOf(key, joined.type));
  }),
};

/** `array_sort(array, (left, right) -> …)`, whose lambda function gives a negative number, zero or a positive one. */
export function sortedBy(array: Expression, comparator: Expression): Expression {
  const own = lambda(comparator, 2);
  if (own.type !== "INT") {
    throw new Refusal(`requires a lambda function that gives an INT, but it gives ${typeName(own.type)}`);
  }
  return call("array_sort_by", [array, own], arrayType(array));
}
