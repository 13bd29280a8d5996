/**
 * Which part of an expression fails over a row. It is asked after the failure only, so that rows which do not fail
 * pay nothing for it: an expression has no effects, so computing it again fails again.
 */
import type { TimeZone } from "../base/time_zone.ts";
import type { Row } from "../records/data_type.ts";
import type { Branch, Expression, FinishPlan } from "../sql/plan.ts";
import { compileExpression } from "./expression.ts";

/** The smallest part that fails of the first expression that does; undefined where none does. */
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

/** All expressions over the rows of a branch, in the order in which a row meets them. */
export function branchExpressions({ early = [], steps, output }: Branch): Expression[] {
  const ofSteps = steps.flatMap((step): readonly Expression[] => {
    switch (step.kind) {
      case "filter":
        return [step.condition];
      case "window":
      case "session window":
        return [step.time];
      case "join":
        return step.condition === undefined ? step.rowKeys : [...step.rowKeys, step.condition];
    }
  });
  return [...early, ...ofSteps, ...output];
}

/** All expressions over the group rows of a query, in the order in which a row meets them. */
export function finishExpressions({ having, sort, output }: FinishPlan): Expression[] {
  const ofHaving = having === undefined ? [] : [having];
  return [...ofHaving, ...sort.map(({ expression }) => expression), ...output];
}

function fails(expression: Expression, row: Readonly<Row>, zone: TimeZone): boolean {
  try {
    compileExpression(expression, zone)(row);
    return false;
  } catch {
    return true;
  }
}

/** The parts that were computed, in order; those that the row's values leave out could fail where nothing did. */
function computedParts(expression: Expression, row: Readonly<Row>, zone: TimeZone): readonly Expression[] {
  switch (expression.kind) {
    case "slot":
    case "literal":
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
      // What AND, OR and coalesce leave out stands after what decides them, so whatever has failed comes first.
      return expression.args;
  }
}
