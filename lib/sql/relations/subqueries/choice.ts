/** Values that depend on whether a row has a match. */
import type { Expression } from "../../plan.ts";

/** The result of the first condition that holds. */
export function choice(
  whens: readonly (readonly [condition: Expression, result: Expression])[],
  otherwise: Expression | undefined,
  type: Expression["type"],
): Expression {
  return {
    kind: "case",
    whens: whens.map(([condition, result]) => ({ condition, result })),
    otherwise: otherwise ?? { kind: "literal", value: null, type },
    type,
  };
}
