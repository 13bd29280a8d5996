/** Syntax trees as text, without positions: equal for parts of a statement that are written alike. */
import type { BinaryNode, ExpressionNode } from "../syntax/ast.ts";
import { chainOf } from "../functions/chains.ts";

/**
 * A part of the syntax tree as text. A chain of operators is a list in it, so the text is not nested deeply.
 */
export function syntaxText(node: ExpressionNode): string {
  return JSON.stringify(node, (key, value) => {
    if (key === "at") return undefined;
    return isBinary(value) ? listed(value) : value;
  });
}

function isBinary(value: unknown): value is BinaryNode {
  return typeof value === "object" && value !== null && "kind" in value && value.kind === "binary";
}

function listed(last: BinaryNode): readonly unknown[] {
  const chain = chainOf(last);
  return [chain[0]!.left, ...chain.flatMap(({ op, right }) => [op, right])];
}
