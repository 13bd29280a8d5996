/** Finds the column names in an expression. */
import type { ExpressionNode } from "./ast.ts";

/** All column nodes in an expression, including qualifiers of fields. */
export function writtenColumns(node: ExpressionNode): (ExpressionNode & { readonly kind: "column" })[] {
  const found: (ExpressionNode & { readonly kind: "column" })[] = [];
  const waiting: object[] = [node];
  for (let part = waiting.pop(); part !== undefined; part = waiting.pop()) {
    if ("kind" in part && part.kind === "column") {
      found.push(part as ExpressionNode & { readonly kind: "column" });
    }
    for (const child of Object.values(part)) {
      if (typeof child === "object" && child !== null) waiting.push(child);
    }
  }
  return found;
}
