/** The expressions that a step computes. */
import type { DraftStep } from "../expressions/scope.ts";
import type { Expression, RowStep } from "../plan.ts";

/** All expressions of a step, over the row that it gets, in order of evaluation. */
export function stepExpressions(step: RowStep | DraftStep): readonly Expression[] {
  switch (step.kind) {
    case "filter":
      return [step.condition];
    case "window":
      return [step.time];
    case "session window":
      return step.gap === undefined ? [step.time] : [step.time, step.gap];
    case "expand":
      return step.keys;
    case "generate":
      return step.generator.args;
    case "random":
      return [];
    case "join":
      return step.condition === undefined ? step.rowKeys : [...step.rowKeys, step.condition];
  }
}
