/** The signatures of conditional functions, and of those that look at a type or end a query. */
import { typeName } from "../../records/data_type.ts";
import type { Expression } from "../plan.ts";
import { isOrdered } from "./coercion.ts";
import { BINARY_OPERATORS, boolean } from "./operators.ts";
import { argument, call, counted, Refusal, requireCount, type Signature, typed, unify } from "./signature.ts";

function coalesce(args: readonly Expression[]): Expression {
  requireCount(args, 1, Infinity);
  const unified = unify(args);
  return call("coalesce", unified.args, unified.type);
}

function extreme(name: string, args: readonly Expression[]): Expression {
  requireCount(args, 2, Infinity);
  const texts = args.filter(({ type }) => type === "STRING").length;
  // Unlike comparisons, they do not cast strings to the type of the others.
  if (texts > 0 && texts + args.filter(({ type }) => type === "VOID").length < args.length) {
    throw new Refusal("requires arguments of the same type; CAST the STRING to the type of the others");
  }
  const unified = unify(args);
  if (!isOrdered(unified.type)) throw new Refusal(`cannot compare ${typeName(unified.type)}`);
  return call(name, unified.args, unified.type);
}

/** What `decode` has for no default: a text, to which the other results are unified. */
const NULL: Expression = { kind: "literal", value: null, type: "STRING" };
const ZERO: Expression = { kind: "literal", value: 0, type: "INT" };

/**
 * `decode(value, search, result, …, default)`: the result of the first search that is equal, also if both are NULL. With
 * two arguments it is the text of some bytes.
 */
function decode(args: readonly Expression[]): Expression {
  requireCount(args, 2, Infinity);
  if (args.length === 2) return typed("decode", ["BINARY", "STRING"], "STRING")(args);
  const [value, ...rest] = args as [Expression, ...Expression[]];
  const isPaired = rest.length % 2 === 0;
  const pairs = (isPaired ? rest : rest.slice(0, -1)).length / 2;
  const otherwise = isPaired ? NULL : rest.at(-1)!;
  const results = Array.from({ length: pairs }, (_, index) => rest[2 * index + 1]!);
  const { args: cast, type } = unify([...results, otherwise]);
  return {
    kind: "case",
    whens: results.map((_result, index) => ({
      condition: BINARY_OPERATORS["<=>"]([value, rest[2 * index]!]),
      result: cast[index]!,
    })),
    otherwise: cast.at(-1)!,
    type,
  };
}

/** By name in lower case. */
export const CONDITION_FUNCTIONS: Readonly<Record<string, Signature>> = {
  coalesce,
  nullif: ([left, right, ...more]) => {
    requireCount([left!, right!, ...more].filter((arg) => arg !== undefined), 2);
    const { args } = unify([left!, right!]);
    return call("nullif", [...args, left!], left!.type);
  },
  nvl: counted(2, (args) => coalesce(args)),
  if: counted(3, ([condition, ...results]) => {
    const unified = unify(results);
    return call("if", [boolean(condition!), ...unified.args], unified.type);
  }),
  nvl2: counted(3, ([value, ...results]) => {
    const unified = unify(results);
    return call("nvl2", [value!, ...unified.args], unified.type);
  }),
  greatest: (args) => extreme("greatest", args),
  least: (args) => extreme("least", args),
  nullifzero: counted(1, ([value]) => CONDITION_FUNCTIONS.nullif!([value!, ZERO])),
  zeroifnull: counted(1, ([value]) => coalesce([value!, ZERO])),
  decode,
  typeof: counted(1, ([value]): Expression => ({
    kind: "literal",
    value: typeName(value!.type).toLowerCase().replaceAll(/([:,]) /g, "$1"),
    type: "STRING",
  })),
  assert_true: (args) => {
    requireCount(args, 1, 2);
    const message = args[1] === undefined ? [] : [argument(args[1], "STRING", 1)];
    return call("assert_true", [boolean(args[0]!), ...message], "VOID");
  },
  raise_error: typed("raise_error", ["STRING"], "VOID"),
};
