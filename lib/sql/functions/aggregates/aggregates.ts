/**
 * The aggregate functions: their argument and result types. The engine computes them
 * (`stream/aggregates/aggregate_functions.ts`).
 */
import { type DataType, typeName } from "../../../records/data_type.ts";
import type { DecimalType } from "../../../records/values/decimal.ts";
import { castTo, holdsMap, isDecimal, isFloating, isIntegral, isOrdered } from "../coercion.ts";
import { isSqlInterval } from "../../../records/types/interval_types.ts";
import { boolean } from "../operators.ts";
import { fullInterval } from "../time/interval_arithmetic.ts";
import { Refusal, requireCount } from "../signature.ts";
import type { Expression } from "../../plan.ts";
import { PERCENTILES } from "./percentiles.ts";
import { PICKS } from "./picks.ts";
import { mean, numeric, STATISTICS } from "./statistics.ts";
import { type AggregateSignature, decimalSumType } from "./typed_aggregate.ts";

function one(args: readonly Expression[]): Expression {
  requireCount(args, 1);
  return args[0]!;
}

function extreme(name: string): AggregateSignature {
  return (args) => {
    const arg = one(args);
    requireOrder(arg);
    return { name, args: [arg], type: arg.type };
  };
}

function requireOrder({ type }: Expression): void {
  if (!isOrdered(type)) throw new Refusal(`requires values of an orderable type, but got ${typeName(type)}`);
}

function valueBy(name: string): AggregateSignature {
  return (args) => {
    requireCount(args, 2);
    requireOrder(args[1]!);
    return { name, args, type: args[0]!.type };
  };
}

function collection(name: string): AggregateSignature {
  return (args) => {
    const arg = one(args);
    if (name === "collect_set" && holdsMap(arg.type)) {
      throw new Refusal(`requires values that can be compared, but got ${typeName(arg.type)}`);
    }
    return { name, args: [arg], type: { kind: "ARRAY", element: arg.type } };
  };
}

function ofCondition(name: string, type: DataType): AggregateSignature {
  return (args) => ({ name, args: [boolean(one(args))], type });
}

/** An aggregate of the bits of integers. */
function bits(name: string): AggregateSignature {
  return (args) => {
    const arg = one(args);
    if (arg.type === "VOID") return { name, args: [castTo(arg, "INT")], type: "INT" };
    if (isIntegral(arg.type)) return { name, args: [arg], type: arg.type };
    throw new Refusal(`requires an integer, but got ${typeName(arg.type)}`);
  };
}

/** A number, or a time as its seconds. */
function summable(arg: Expression): Expression {
  return arg.type === "TIMESTAMP" ? castTo(arg, "DOUBLE") : numeric(arg);
}

/** The sum of a number, by its type, by the aggregate with the given name. */
function sum(name: string): AggregateSignature {
  return (args) => {
    const [own] = args;
    if (own !== undefined && isSqlInterval(own.type)) return { name, args: [one(args)], type: own.type };
    const arg = summable(one(args));
    if (isIntegral(arg.type)) return { name, args: [castTo(arg, "BIGINT")], type: "BIGINT" };
    // A sum of DOUBLEs cannot overflow.
    if (isFloating(arg.type)) return { name: "sum", args: [castTo(arg, "DOUBLE")], type: "DOUBLE" };
    return { name, args: [arg], type: decimalSumType(arg.type as DecimalType) };
  };
}

const RELATIVE_ERROR = 0.05;

/** Whether an argument of `approx_count_distinct` is the default relative error. */
function isDefaultError({ kind, ...literal }: Expression): boolean {
  if (kind !== "literal" || !("value" in literal) || typeof literal.value === "boolean") return false;
  const { value, type } = literal;
  return Number(value) / (isDecimal(type) ? 10 ** type.scale : 1) === RELATIVE_ERROR;
}

/** The aggregates, by name in lower case. */
export const AGGREGATES: Readonly<Record<string, AggregateSignature>> = {
  count: (args) => {
    if (args.length === 0) throw new Refusal("requires * or at least 1 argument");
    // A constant that is not NULL counts every row, like `*`.
    const counted = args.filter((arg) => arg.kind !== "literal" || arg.value === null);
    return { name: "count", args: counted, type: "BIGINT" };
  },
  sum: sum("sum"),
  try_sum: sum("try_sum"),
  avg: (args) => {
    const arg = one(args);
    if (isSqlInterval(arg.type)) return { name: "avg", args, type: fullInterval(arg.type) };
    return mean(summable(arg));
  },
  try_avg: (args) => {
    const arg = one(args);
    if (isSqlInterval(arg.type)) return { name: "try_avg", args, type: fullInterval(arg.type) };
    const typed = mean(summable(arg));
    return isDecimal(typed.type) ? { ...typed, name: "try_avg" } : typed;
  },
  min: extreme("min"),
  max: extreme("max"),
  min_by: valueBy("min_by"),
  max_by: valueBy("max_by"),
  count_if: ofCondition("count_if", "BIGINT"),
  bool_and: ofCondition("bool_and", "BOOLEAN"),
  bool_or: ofCondition("bool_or", "BOOLEAN"),
  collect_list: collection("collect_list"),
  collect_set: collection("collect_set"),
  bit_and: bits("bit_and"),
  bit_or: bits("bit_or"),
  bit_xor: bits("bit_xor"),
  ...STATISTICS,
  ...PERCENTILES,
  ...PICKS,
  approx_count_distinct: (args) => {
    const [arg, error, ...more] = args;
    if (arg === undefined || more.length > 0) {
      throw new Refusal(`requires 1 or 2 arguments, but got ${args.length}`);
    }
    if (error !== undefined && !isDefaultError(error)) {
      throw new Refusal(`supports only the default relative error, ${RELATIVE_ERROR}`);
    }
    return { name: "approx_count_distinct", args: [arg], type: "BIGINT" };
  },
};

/** Synonyms of aggregates. */
export const AGGREGATE_SYNONYMS: Readonly<Record<string, string>> = {
  mean: "avg",
  every: "bool_and",
  some: "bool_or",
  any: "bool_or",
  array_agg: "collect_list",
  any_value: "first",
  first_value: "first",
  last_value: "last",
  percentile_approx: "approx_percentile",
  string_agg: "listagg",
  std: "stddev_samp",
  stddev: "stddev_samp",
  variance: "var_samp",
};

/** An argument is not computed for a row that FILTER leaves out: it might fail. */
export function onlyWhere(filter: Expression | undefined, argument: Expression): Expression {
  if (filter === undefined || argument.kind === "slot" || argument.kind === "literal") return argument;
  const { type } = argument;
  const otherwise: Expression = { kind: "literal", value: null, type };
  return { kind: "case", whens: [{ condition: filter, result: argument }], otherwise, type };
}
