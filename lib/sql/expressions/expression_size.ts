/**
 * Bounds the size of the expressions of a plan. The column of a subquery is inlined wherever it is used, so
 * `x + x AS x` in a chain of subqueries doubles each time: a short text may become a plan that is too large.
 */
import { EXPRESSION_DEPTH_MAX, EXPRESSION_PARTS_MAX } from "../../base/bounds.ts";
import { formatCount } from "../../base/text/format.ts";
import type { TextRange } from "../syntax/ast.ts";
import type { Expression } from "../plan.ts";
import { sqlError } from "../syntax/sql_error.ts";

interface Size {
  /** The expression and all its parts, with repetitions. */
  readonly parts: number;
  readonly depth: number;
}

/** Cached sizes: the same expression may be used in many places. */
const known = new WeakMap<Expression, Size>();

/** Checks that the size of expressions is within the bounds. @throws {SfcrimeError} SQL */
export function requireSize(
  expressions: readonly Expression[],
  { at }: { readonly at: TextRange },
  sql: string,
): void {
  const { parts, depth } = sizeOfAll(expressions);
  if (parts > EXPRESSION_PARTS_MAX) {
    const problem = `the expressions have more than ${formatCount(EXPRESSION_PARTS_MAX)} parts, ` +
      "counting those of subqueries for each use of their columns.";
    throw sqlError(sql, at, problem, "Use the columns of subqueries fewer times.");
  }
  if (depth > EXPRESSION_DEPTH_MAX) {
    const problem =
      `the expressions are nested more than ${EXPRESSION_DEPTH_MAX} levels deep, including those of subqueries.`;
    throw sqlError(sql, at, problem, "Split the query: write the result of a part of it to a topic.");
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
    case "variable":
      return [];
    case "lambda":
      return [expression.body];
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
