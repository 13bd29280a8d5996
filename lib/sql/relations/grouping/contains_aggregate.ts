/** Whether a SELECT aggregates without GROUP BY. */
import { AGGREGATE_SYNONYMS, AGGREGATES } from "../../functions/aggregates/aggregates.ts";
import type { ExpressionNode } from "../../syntax/ast.ts";
import { ownNodesIn } from "../../syntax/written_columns.ts";

/** Whether an expression contains a call of an aggregate function. */
export function containsAggregate(node: ExpressionNode): boolean {
  return ownNodesIn(node).some((child) =>
    child.kind === "call" && Object.hasOwn(AGGREGATES, AGGREGATE_SYNONYMS[child.name] ?? child.name)
  );
}
