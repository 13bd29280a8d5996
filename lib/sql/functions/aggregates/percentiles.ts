/** The signatures of aggregates that interpolate between the sorted values of a group. */
import { type DataType, typeName } from "../../../records/data_type.ts";
import type { Expression } from "../../plan.ts";
import { castTo, isDecimal, isNumeric } from "../coercion.ts";
import { isSqlInterval } from "../../../records/types/interval_types.ts";
import { call, Refusal, requireCount } from "../signature.ts";
import { fullInterval } from "../time/interval_arithmetic.ts";
import { numeric } from "./statistics.ts";
import type { AggregateSignature } from "./typed_aggregate.ts";

/** A number that stands in the statement. @throws {Refusal} If it is no percentage. */
function requirePercentage(expression: Expression): void {
  if (expression.kind === "call" && expression.name === "array") {
    return expression.args.forEach(requirePercentage);
  }
  if (expression.kind === "cast") return requirePercentage(expression.argument);
  if (expression.kind !== "literal" || expression.value === null || !isNumeric(expression.type)) {
    throw new Refusal("requires a constant percentage, or an ARRAY of them, for argument 2");
  }
  const scale = isDecimal(expression.type) ? expression.type.scale : 0;
  const value = Number(expression.value) / 10 ** scale;
  if (!(value >= 0 && value <= 1)) throw new Refusal(`requires percentages from 0 to 1, but got ${value}`);
}

/** A value as a DOUBLE: a number, or the length of an INTERVAL. */
function interpolated(value: Expression): Expression {
  return isSqlInterval(value.type)
    ? call("interval_length", [value], "DOUBLE")
    : castTo(numeric(value), "DOUBLE");
}

function resultType({ type }: Expression): DataType {
  return isSqlInterval(type) ? fullInterval(type) : "DOUBLE";
}

const HALF: Expression = { kind: "literal", value: 0.5, type: "DOUBLE" };

/** By name in lower case. */
export const PERCENTILES: Readonly<Record<string, AggregateSignature>> = {
  median: (args) => {
    requireCount(args, 1);
    return { name: "percentile", args: [interpolated(args[0]!), HALF], type: resultType(args[0]!) };
  },
  percentile: (args) => {
    requireCount(args, 2);
    const [value, percentage] = args as [Expression, Expression];
    requirePercentage(percentage);
    const { type } = percentage;
    const isList = typeof type !== "string" && type.kind === "ARRAY";
    if (!isList && !isNumeric(type)) {
      throw new Refusal(`requires a number for argument 2, but got ${typeName(type)}`);
    }
    const listOf = (element: DataType): DataType => isList ? { kind: "ARRAY", element } : element;
    return {
      name: "percentile",
      args: [interpolated(value), castTo(percentage, listOf("DOUBLE"))],
      type: listOf(resultType(value)),
    };
  },
};
