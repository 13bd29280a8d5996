/**
 * How large the expressions of a plan are. A subquery's column is put wherever it is used, so `x + x AS x` in one
 * subquery behind the other doubles it each time: what is small as a text may be too large as a plan.
 */
import { EXPRESSION_DEPTH_MAX, EXPRESSION_PARTS_MAX } from "../base/bounds.ts";
import { formatCount } from "../base/format.ts";
import type { TextRange } from "./ast.ts";
import type { Expression } from "./plan.ts";
import { sqlError } from "./sql_error.ts";

interface Size {
  /** The expression itself, and all that is in it, as often as it is. */
  readonly parts: number;
  readonly depth: number;
}

/** What is known of expressions: the same one may stand in many places. */
const known = new WeakMap<Expression, Size>();

/** Holds the size of expressions within the bounds. @throws {SfcrimeError} SQL */
export function requireSize(
  expressions: readonly Expression[],
  { at }: { readonly at: TextRange },
  sql: string,
): void {
  const { parts, depth } = sizeOfAll(expressions);
  if (parts > EXPRESSION_PARTS_MAX) {
    const problem = `its expressions have more than ${formatCount(EXPRESSION_PARTS_MAX)} parts, ` +
      "with those of subqueries wherever their columns are used.";
    throw sqlError(sql, at, problem, "Use each column of a subquery fewer times.");
  }
  if (depth > EXPRESSION_DEPTH_MAX) {
    const problem =
      `its expressions are more than ${EXPRESSION_DEPTH_MAX} levels deep, with those of subqueries.`;
    throw sqlError(sql, at, problem, "Divide the query: write a part of it into a topic of its own.");
  }
}

function sizeOf(expression: Expression): Size {
  let size = known.get(expression);
  if (size === undefined) {
    size = sizeOfAll(partsOf(expression));
    known.set(expression, size);
  }
  return size;
}

function sizeOfAll(expressions: readonly Expression[]): Size {
  let [parts, depth] = [1, 0];
  for (const expression of expressions) {
    const size = sizeOf(expression);
    parts += size.parts;
    depth = Math.max(depth, size.depth + 1);
  }
  return { parts, depth };
}

function partsOf(expression: Expression): readonly Expression[] {
  switch (expression.kind) {
    case "slot":
    case "literal":
      return [];
    case "call":
      return expression.args;
    case "cast":
    case "field":
      return [expression.argument];
    case "case":
      return [
        ...expression.whens.flatMap(({ condition, result }) => [condition, result]),
        expression.otherwise,
      ];
  }
}
