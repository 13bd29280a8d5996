/** The signatures of the aggregates of statistics: of one number, and of pairs of numbers, the dependent one first. */
import { typeName } from "../../../records/data_type.ts";
import type { DecimalType } from "../../../records/values/decimal.ts";
import type { Expression } from "../../plan.ts";
import { castTo, isDecimal, isNumeric } from "../coercion.ts";
import { call, Refusal, requireCount } from "../signature.ts";
import { type AggregateSignature, decimalAverageType } from "./typed_aggregate.ts";

/** A number, or what an implicit cast makes one. @throws {Refusal} */
export function numeric(arg: Expression): Expression {
  if (isNumeric(arg.type)) return arg;
  if (arg.type === "STRING" || arg.type === "VOID") return castTo(arg, "DOUBLE");
  throw new Refusal(`requires a numeric argument, but got ${typeName(arg.type)}`);
}

/** An aggregate over DOUBLEs. */
function floating(name: string, count: number): AggregateSignature {
  return (args) => {
    requireCount(args, count);
    return { name, args: args.map((arg) => castTo(numeric(arg), "DOUBLE")), type: "DOUBLE" };
  };
}

/** The mean of a number, by its type. */
export function mean(arg: Expression): ReturnType<AggregateSignature> {
  if (isDecimal(arg.type)) {
    return { name: "avg", args: [arg], type: decimalAverageType(arg.type as DecimalType) };
  }
  return { name: "avg", args: [castTo(arg, "DOUBLE")], type: "DOUBLE" };
}

/** The mean of one side of the pairs that are whole. */
function meanOfPairs(side: 0 | 1): AggregateSignature {
  return (args) => {
    requireCount(args, 2);
    const pair = args.map(numeric);
    const value = pair[side]!;
    const otherwise: Expression = { kind: "literal", value: null, type: value.type };
    const isMissing = call("isnull", [pair[1 - side]!], "BOOLEAN");
    return mean(call("if", [isMissing, otherwise, value], value.type));
  };
}

const OF_ONE = "var_pop var_samp stddev_pop stddev_samp skewness kurtosis";
const OF_PAIRS = "corr covar_pop covar_samp regr_intercept regr_r2 regr_slope regr_sxx regr_sxy regr_syy";

/** By name in lower case. */
export const STATISTICS: Readonly<Record<string, AggregateSignature>> = {
  ...Object.fromEntries(OF_ONE.split(" ").map((name) => [name, floating(name, 1)])),
  ...Object.fromEntries(OF_PAIRS.split(" ").map((name) => [name, floating(name, 2)])),
  regr_avgx: meanOfPairs(1),
  regr_avgy: meanOfPairs(0),
  regr_count: (args) => {
    requireCount(args, 2);
    return { name: "count", args: args.map(numeric), type: "BIGINT" };
  },
};
