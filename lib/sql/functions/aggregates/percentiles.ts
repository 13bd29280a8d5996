/** The signatures of aggregates of what is at some share of the sorted values of a group, and of how these are spread. */
import { type DataType, typeName } from "../../../records/data_type.ts";
import { isSqlInterval } from "../../../records/types/interval_types.ts";
import type { Expression } from "../../plan.ts";
import { castTo, isIntegral } from "../coercion.ts";
import { call, Refusal, requireCount } from "../signature.ts";
import { fullInterval } from "../time/interval_arithmetic.ts";
import { constantCount, constantShares } from "./constants.ts";
import { numeric } from "./statistics.ts";
import { type AggregateSignature, onlySortKey, type TypedAggregate } from "./typed_aggregate.ts";

const DEFAULT_ACCURACY = 10_000;

/** A value for each share: an ARRAY if they are in one. */
function resultOf(shares: number | readonly number[], type: DataType): DataType {
  return typeof shares === "number" ? type : { kind: "ARRAY", element: type };
}

function exact(
  name: string,
  { value, percentage, descending = false, more = [] }: {
    readonly value: Expression;
    readonly percentage: Expression;
    readonly descending?: boolean;
    readonly more?: readonly Expression[];
  },
): TypedAggregate {
  const percentages = constantShares(percentage, name === "percentile" ? 1 : 0);
  return {
    name,
    args: [interpolated(value), ...more],
    parameters: { percentages, ...(descending ? { descending } : {}) },
    type: resultOf(percentages, resultType(value)),
  };
}

/** A percentile of the only key of WITHIN GROUP. */
function ofSortKey(name: string): AggregateSignature {
  return (args, modifiers) => {
    const { expression, descending } = onlySortKey(modifiers);
    requireCount(args, 1);
    return exact(name, { value: expression, percentage: args[0]!, descending });
  };
}

/** A number, or the length of an INTERVAL. */
function interpolated(value: Expression): Expression {
  return isSqlInterval(value.type) ? call("interval_length", [value], "DOUBLE") : numeric(value);
}

function resultType({ type }: Expression): DataType {
  return isSqlInterval(type) ? fullInterval(type) : "DOUBLE";
}

const HALF: Expression = { kind: "literal", value: 0.5, type: "DOUBLE" };

/** A number, date, time or INTERVAL as the number that it is. */
function measured(value: Expression): { readonly number: Expression; readonly type: DataType } {
  if (value.type === "DATE") {
    return { number: castTo(call("unix_date", [value], "INT"), "DOUBLE"), type: "DATE" };
  }
  if (value.type === "TIMESTAMP" || value.type === "TIMESTAMP_NTZ") {
    return { number: castTo(call("unix_micros", [value], "BIGINT"), "DOUBLE"), type: value.type };
  }
  if (isSqlInterval(value.type)) return { number: interpolated(value), type: value.type };
  const number = numeric(value);
  return { number: castTo(number, "DOUBLE"), type: number.type };
}

/** By name in lower case. */
export const PERCENTILES: Readonly<Record<string, AggregateSignature>> = {
  median: (args) => {
    requireCount(args, 1);
    return exact("percentile", { value: args[0]!, percentage: HALF });
  },
  percentile: (args) => {
    requireCount(args, 2, 3);
    const [value, percentage, times] = args as [Expression, Expression, Expression | undefined];
    if (times !== undefined && !isIntegral(times.type) && times.type !== "VOID") {
      throw new Refusal(`requires an integer for argument 3, but got ${typeName(times.type)}`);
    }
    const more = times === undefined ? [] : [castTo(times, "BIGINT")];
    return exact("percentile", { value, percentage, more });
  },
  percentile_cont: ofSortKey("percentile"),
  percentile_disc: ofSortKey("percentile_disc"),
  approx_percentile: (args) => {
    requireCount(args, 2, 3);
    const [value, percentage, accuracy] = args as [Expression, Expression, Expression | undefined];
    if (accuracy !== undefined && !isIntegral(accuracy.type)) {
      throw new Refusal(`requires an integer for argument 3, but got ${typeName(accuracy.type)}`);
    }
    const { number, type } = measured(value);
    const percentages = constantShares(percentage, 1);
    return {
      name: "approx_percentile",
      args: [number],
      parameters: {
        percentages,
        accuracy: accuracy === undefined ? DEFAULT_ACCURACY : constantCount(accuracy, { index: 2, least: 1 }),
      },
      type: resultOf(percentages, type),
    };
  },
  histogram_numeric: (args) => {
    requireCount(args, 2);
    const { number, type } = measured(args[0]!);
    const bin: DataType = { kind: "STRUCT", fields: [{ name: "x", type }, { name: "y", type: "DOUBLE" }] };
    return {
      name: "histogram_numeric",
      args: [number],
      parameters: { bins: constantCount(args[1]!, { index: 1, least: 2 }) },
      type: { kind: "ARRAY", element: bin },
    };
  },
};
