/** Calls of aggregate functions. */
import { AGGREGATE_SYNONYMS, AGGREGATES } from "../../functions/aggregates/aggregates.ts";
import { TAKES_IGNORE_NULLS, TAKES_ORDER } from "../../functions/aggregates/typed_aggregate.ts";
import type { Expression } from "../../plan.ts";
import type { CallNode } from "../../syntax/ast.ts";
import { sqlError } from "../../syntax/sql_error.ts";
import { guard } from "../guard.ts";
import { resolve, type ResolveContext, resolveStrictCondition } from "../resolve.ts";
import { folded } from "./constants.ts";

/** Resolves a call of an aggregate function, in its own scope. */
export function resolveAggregate(node: CallNode, context: ResolveContext) {
  const { sql } = context;
  const name = AGGREGATE_SYNONYMS[node.name] ?? node.name;
  if (node.distinct) {
    throw sqlError(
      sql,
      node.at,
      "DISTINCT aggregations are not supported on streams: their state would contain every value.",
      "Use approx_count_distinct, or SELECT DISTINCT for the values themselves.",
    );
  }
  const nested = {
    ...context,
    noAggregate: "aggregate functions are not allowed in the argument of another aggregate function",
  };
  const args = node.args.filter((arg) => arg.kind !== "star").map((arg) =>
    folded(resolve(arg, nested), nested)
  );
  const isStar = node.args.length === 1 && node.args[0]!.kind === "star";
  if (isStar && name !== "count") throw sqlError(sql, node.at, `${node.name} does not accept *.`);
  const filter = node.filter === null ? undefined : resolveStrictCondition(node.filter, nested);
  const counted: Expression[] = isStar ? [{ kind: "literal", value: 1, type: "INT" }] : args;
  requireModifiers(node, name, sql);
  const order = node.order?.map((item) => ({ ...item, expression: resolve(item.expression, nested) }));
  const modifiers = { ...(order && { order }), ignoreNulls: node.ignoreNulls === true };
  return { ...guard(context, node.at, node.name, () => AGGREGATES[name]!(counted, modifiers)), filter };
}

/** @throws {SfcrimeError} SQL, if an aggregate does not take what it is called with. */
function requireModifiers(
  { name: written, order, ignoreNulls, at }: CallNode,
  name: string,
  sql: string,
): void {
  if (order !== undefined && !TAKES_ORDER.includes(name)) {
    throw sqlError(
      sql,
      at,
      `${written} does not accept WITHIN GROUP.`,
      `It is for ${TAKES_ORDER.join(", ")}.`,
    );
  }
  if (ignoreNulls === true && !TAKES_IGNORE_NULLS.includes(name)) {
    throw sqlError(
      sql,
      at,
      `${written} does not accept IGNORE NULLS.`,
      "It is for first, last and any_value.",
    );
  }
}
