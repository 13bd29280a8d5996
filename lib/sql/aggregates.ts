/** The aggregate functions: what types they take and give. The engine computes them (`stream/aggregate_functions.ts`). */
import { type DataType, typeName } from "../records/data_type.ts";
import { castTo, isDecimal, isFloating, isIntegral, isNumeric } from "./coercion.ts";
import { Refusal } from "./functions.ts";
import type { Expression } from "./plan.ts";

/** A call with its arguments as the engine takes them. */
export interface TypedAggregate {
  readonly name: string;
  readonly args: readonly Expression[];
  readonly type: DataType;
}

type AggregateSignature = (args: readonly Expression[]) => TypedAggregate;

function one(args: readonly Expression[]): Expression {
  if (args.length !== 1) throw new Refusal(`takes 1 argument, not ${args.length}`);
  return args[0]!;
}

function numeric(args: readonly Expression[]): Expression {
  const arg = one(args);
  if (isNumeric(arg.type)) return arg;
  if (arg.type === "STRING" || arg.type === "VOID") return castTo(arg, "DOUBLE");
  throw new Refusal(`takes numbers, not ${typeName(arg.type)}`);
}

function extreme(name: string): AggregateSignature {
  return (args) => {
    const arg = one(args);
    if (arg.type === "INTERVAL") {
      throw new Refusal(`takes values that have an order, not ${typeName(arg.type)}`);
    }
    return { name, args: [arg], type: arg.type };
  };
}

/** Aggregates by their name in lower case. */
export const AGGREGATES: Readonly<Record<string, AggregateSignature>> = {
  count: (args) => {
    if (args.length === 0) throw new Refusal("takes *, or one or more arguments");
    // A constant that is not NULL counts every row, like the star.
    const counted = args.filter((arg) => arg.kind !== "literal" || arg.value === null);
    return { name: "count", args: counted, type: "BIGINT" };
  },
  sum: (args) => {
    const arg = numeric(args);
    if (isIntegral(arg.type)) return { name: "sum", args: [castTo(arg, "BIGINT")], type: "BIGINT" };
    if (isFloating(arg.type)) return { name: "sum", args: [castTo(arg, "DOUBLE")], type: "DOUBLE" };
    throw new Refusal(`of ${typeName(arg.type)} is not supported; cast it to DOUBLE`);
  },
  avg: (args) => {
    const arg = numeric(args);
    if (isDecimal(arg.type)) {
      throw new Refusal(`of ${typeName(arg.type)} is not supported; cast it to DOUBLE`);
    }
    return { name: "avg", args: [castTo(arg, "DOUBLE")], type: "DOUBLE" };
  },
  min: extreme("min"),
  max: extreme("max"),
};

/** Other names of the same aggregates. */
export const AGGREGATE_SYNONYMS: Readonly<Record<string, string>> = { mean: "avg" };
