/** Finds nodes in an expression, such as the column names. */
import type { ExpressionNode, QueryNode } from "./ast.ts";

type ColumnNode = ExpressionNode & { readonly kind: "column" };

/** All nodes in an expression, the last ones first. */
export function* nodesIn(node: ExpressionNode | QueryNode): Generator<ExpressionNode, void> {
  const waiting: unknown[] = [node];
  while (waiting.length > 0) {
    const part = waiting.pop();
    if (typeof part !== "object" || part === null) continue;
    if ("kind" in part) yield part as ExpressionNode;
    for (const child of Object.values(part)) waiting.push(child);
  }
}

/** The nodes of an expression itself: not those in its subqueries. */
export function* ownNodesIn(node: ExpressionNode): Generator<ExpressionNode, void> {
  const waiting: unknown[] = [node];
  while (waiting.length > 0) {
    const part = waiting.pop();
    if (typeof part !== "object" || part === null) continue;
    if ("kind" in part) {
      if (part.kind === "query") continue;
      yield part as ExpressionNode;
    }
    for (const child of Object.values(part)) waiting.push(child);
  }
}

/** All column nodes in an expression, including qualifiers of fields. */
export function writtenColumns(node: ExpressionNode): ColumnNode[] {
  return nodesIn(node).filter((part): part is ColumnNode => part.kind === "column").toArray();
}
