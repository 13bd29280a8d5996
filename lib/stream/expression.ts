/**
 * Compiles expressions of a plan to closures over a row. Constants are folded when the expression is
 * compiled.
 */
import { SfcrimeError } from "../base/errors.ts";
import type { Row, Value } from "../records/data_type.ts";
import { microsFromJson } from "../records/values/micros.ts";
import type { TimeZone } from "../base/time_zone.ts";
import type { Expression } from "../sql/plan.ts";
import { castFunction } from "./values/cast.ts";
import type { Evaluate as EvaluateOver } from "./functions/implementation.ts";
import { SCALAR_FUNCTIONS } from "./functions/scalar_functions.ts";

/** Evaluates an expression over a row. */
export type Evaluate = EvaluateOver<Readonly<Row>>;

/** Compiles one expression. */
export function compileExpression(expression: Expression, zone: TimeZone): Evaluate {
  switch (expression.kind) {
    case "slot": {
      const { slot } = expression;
      return (row) => row[slot]!;
    }
    case "literal": {
      const value = literalValue(expression);
      return () => value;
    }
    case "call": {
      const implementation = SCALAR_FUNCTIONS[expression.name];
      if (implementation === undefined) {
        throw new SfcrimeError("INTERNAL", `No function is called ${expression.name}.`);
      }
      const args = expression.args.map((arg) => compileExpression(arg, zone));
      return folded(expression.args, implementation(args, expression, zone));
    }
    case "cast": {
      const { argument, type: to, safe } = expression;
      const cast = castFunction({ from: argument.type, to, safe, zone });
      const value = compileExpression(argument, zone);
      return folded([argument], (row) => cast(value(row)));
    }
    case "field": {
      const { index } = expression;
      const struct = compileExpression(expression.argument, zone);
      return (row) => {
        const fields = struct(row) as readonly Value[] | null;
        return fields === null ? null : fields[index]!;
      };
    }
    case "case": {
      const whens = expression.whens.map(({ condition, result }) => ({
        holds: compileExpression(condition, zone),
        result: compileExpression(result, zone),
      }));
      const otherwise = compileExpression(expression.otherwise, zone);
      return (row) => {
        for (const { holds, result } of whens) if (holds(row) === true) return result(row);
        return otherwise(row);
      };
    }
  }
}

/** The value of a literal in memory. */
function literalValue({ value, type }: Expression & { kind: "literal" }): Value {
  if (value === null) return null;
  if (type === "TIMESTAMP") return microsFromJson(value as number | string);
  const isBig = type === "BIGINT" || (typeof type !== "string" && type.kind === "DECIMAL");
  return isBig ? BigInt(value) : value;
}

/** Folds an expression of constants. An error in it is thrown for the first row, as in Spark. */
function folded(args: readonly Expression[], evaluate: Evaluate): Evaluate {
  if (!args.every(isConstant)) return evaluate;
  try {
    const value = evaluate([]);
    return () => value;
  } catch {
    return evaluate;
  }
}

function isConstant(expression: Expression): boolean {
  switch (expression.kind) {
    case "literal":
      return true;
    case "slot":
      return false;
    case "call":
      return expression.args.every(isConstant);
    case "cast":
    case "field":
      return isConstant(expression.argument);
    case "case":
      return expression.whens.every(({ condition, result }) => isConstant(condition) && isConstant(result)) &&
        isConstant(expression.otherwise);
  }
}
