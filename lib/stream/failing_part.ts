/**
 * Finds the part of an expression that fails for a row. It runs only after a failure, so that other rows cost
 * nothing: expressions have no side effects, so evaluating again fails again.
 */
import type { TimeZone } from "../base/time_zone.ts";
import type { Row } from "../records/data_type.ts";
import type { Branch, Expression, SelectPlan } from "../sql/plan.ts";
import { stepExpressions } from "../sql/planning/step_expressions.ts";
import { compileExpression } from "./expression.ts";

/** The smallest failing part of the first expression that fails; undefined if none does. */
export function failingPart(
  expressions: readonly Expression[],
  row: Readonly<Row>,
  zone: TimeZone,
): Expression | undefined {
  for (const expression of expressions) {
    if (!fails(expression, row, zone)) continue;
    return failingPart(computedParts(expression, row, zone), row, zone) ?? expression;
  }
  return undefined;
}

/** All expressions over the rows of a branch, in order of evaluation. */
export function branchExpressions({ early = [], computed = [], steps, output }: Branch): Expression[] {
  const ofColumns = computed.map(({ expression }) => expression);
  return [...early, ...ofColumns, ...steps.flatMap(stepExpressions), ...output];
}

/** All expressions over the rows of a SELECT, in order of evaluation. */
export function selectExpressions({ steps, sort, output }: SelectPlan): Expression[] {
  return [...steps.flatMap(stepExpressions), ...sort.map(({ expression }) => expression), ...output];
}

function fails(expression: Expression, row: Readonly<Row>, zone: TimeZone): boolean {
  try {
    compileExpression(expression, zone)(row);
    return false;
  } catch {
    return true;
  }
}

/**
 * The parts that were evaluated, in order; parts that were skipped for this row might fail without being the
 * cause.
 */
function computedParts(expression: Expression, row: Readonly<Row>, zone: TimeZone): readonly Expression[] {
  switch (expression.kind) {
    case "slot":
    case "literal":
    case "variable":
    case "lambda":
      return [];
    case "cast":
    case "field":
      return [expression.argument];
    case "case": {
      const parts: Expression[] = [];
      for (const { condition, result } of expression.whens) {
        parts.push(condition);
        if (fails(condition, row, zone)) return parts;
        if (compileExpression(condition, zone)(row) === true) return [...parts, result];
      }
      return [...parts, expression.otherwise];
    }
    case "call":
      // What AND, OR and coalesce skip comes after the deciding argument, so the failed one comes first.
      // The body of a lambda function depends on values that are known inside of the call only.
      return expression.args.filter(({ kind }) => kind !== "lambda");
  }
}
