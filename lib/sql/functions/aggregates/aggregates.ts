/**
 * The aggregate functions: their argument and result types. The engine computes them
 * (`stream/aggregates/aggregate_functions.ts`).
 */
import { type DataType, DECIMAL_PRECISION_MAX, typeName } from "../../../records/data_type.ts";
import type { DecimalType } from "../../../records/values/decimal.ts";
import { castTo, isDecimal, isFloating, isIntegral, isNumeric, isOrdered } from "../coercion.ts";
import { boolean } from "../functions.ts";
import { Refusal, requireCount } from "../signature.ts";
import type { Expression } from "../../plan.ts";

/** A call, with its arguments in the types that the engine expects. */
export interface TypedAggregate {
  readonly name: string;
  readonly args: readonly Expression[];
  readonly type: DataType;
}

/** The type of a sum of DECIMALs. */
export function decimalSumType({ precision, scale }: DecimalType): DecimalType {
  return { kind: "DECIMAL", precision: Math.min(DECIMAL_PRECISION_MAX, precision + 10), scale };
}

/** The type of a mean of DECIMALs. */
export function decimalAverageType({ precision, scale }: DecimalType): DecimalType {
  return {
    kind: "DECIMAL",
    precision: Math.min(DECIMAL_PRECISION_MAX, precision + 4),
    scale: Math.min(DECIMAL_PRECISION_MAX, scale + 4),
  };
}

type AggregateSignature = (args: readonly Expression[]) => TypedAggregate;

function one(args: readonly Expression[]): Expression {
  requireCount(args, 1);
  return args[0]!;
}

function numeric(args: readonly Expression[]): Expression {
  const arg = one(args);
  if (isNumeric(arg.type)) return arg;
  if (arg.type === "STRING" || arg.type === "VOID") return castTo(arg, "DOUBLE");
  throw new Refusal(`requires a numeric argument, but got ${typeName(arg.type)}`);
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
    return { name, args: [arg], type: { kind: "ARRAY", element: arg.type } };
  };
}

function ofCondition(name: string, type: DataType): AggregateSignature {
  return (args) => ({ name, args: [boolean(one(args))], type });
}

/** An aggregate over DOUBLEs. */
function floating(name: string): AggregateSignature {
  return (args) => ({ name, args: [castTo(numeric(args), "DOUBLE")], type: "DOUBLE" });
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
  sum: (args) => {
    const arg = numeric(args);
    if (isIntegral(arg.type)) return { name: "sum", args: [castTo(arg, "BIGINT")], type: "BIGINT" };
    if (isFloating(arg.type)) return { name: "sum", args: [castTo(arg, "DOUBLE")], type: "DOUBLE" };
    const type = decimalSumType(arg.type as DecimalType);
    return { name: "sum", args: [arg], type };
  },
  avg: (args) => {
    const arg = numeric(args);
    if (isDecimal(arg.type)) return { name: "avg", args: [arg], type: decimalAverageType(arg.type) };
    return { name: "avg", args: [castTo(arg, "DOUBLE")], type: "DOUBLE" };
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
  var_pop: floating("var_pop"),
  var_samp: floating("var_samp"),
  stddev_pop: floating("stddev_pop"),
  stddev_samp: floating("stddev_samp"),
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
  std: "stddev_samp",
  stddev: "stddev_samp",
  variance: "var_samp",
};

const ORDERLESS =
  "Its result depends on the order of rows, which is not deterministic; use min_by or max_by instead.";

/** Aggregates that Spark has but that are not supported, and what to use instead. */
export const REFUSED_AGGREGATES: Readonly<Record<string, string>> = {
  first: ORDERLESS,
  first_value: ORDERLESS,
  last: ORDERLESS,
  last_value: ORDERLESS,
  any_value: "Its result is not deterministic; use min or max instead.",
};

/** An argument is not computed for a row that FILTER leaves out: it might fail. */
export function onlyWhere(filter: Expression | undefined, argument: Expression): Expression {
  if (filter === undefined || argument.kind === "slot" || argument.kind === "literal") return argument;
  const { type } = argument;
  const otherwise: Expression = { kind: "literal", value: null, type };
  return { kind: "case", whens: [{ condition: filter, result: argument }], otherwise, type };
}
