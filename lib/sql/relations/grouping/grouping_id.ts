/** What tells the rows of grouping sets apart: `grouping(key)`, `grouping_id(…)` and `grouping__id`. */
import { sameExpression } from "../../expressions/same_expression.ts";
import { call } from "../../functions/signature.ts";
import type { Expression } from "../../plan.ts";
import type { CallNode, ExpressionNode } from "../../syntax/ast.ts";
import { sqlError } from "../../syntax/sql_error.ts";

/** The grouping of a SELECT. */
export interface GroupingContext {
  readonly sql: string;
  /** The keys; undefined without grouping sets. */
  readonly keys: readonly Expression[] | undefined;
  /** The id of the set: a bit for each key that is not in it, the last one lowest. */
  readonly id: () => Expression;
  readonly resolve: (node: ExpressionNode) => Expression;
}

/** The value of such an expression; undefined for anything else. @throws {SfcrimeError} SQL */
export function groupingId(node: ExpressionNode, context: GroupingContext): Expression | undefined {
  const { sql, keys, id } = context;
  if (node.kind === "column" && node.name.toLowerCase() === "grouping__id") return keys && id();
  if (node.kind !== "call" || !["grouping", "grouping_id"].includes(node.name)) return undefined;
  if (keys === undefined) {
    throw sqlError(sql, node.at, `${node.name} requires GROUP BY with ROLLUP, CUBE or GROUPING SETS.`);
  }
  const places = placesOf(node, keys, context);
  if (node.name === "grouping") {
    if (places.length === 1) return groupingBit(id(), { key: places[0]!, keyCount: keys.length });
    throw sqlError(sql, node.at, "grouping requires 1 argument, a key of GROUP BY.");
  }
  const areAll = places.length === keys.length && places.every((place, index) => place === index);
  if (places.length === 0 || areAll) return id();
  throw sqlError(sql, node.at, "grouping_id requires all keys of GROUP BY in their order, or no argument.");
}

/** Which keys the arguments are. */
function placesOf(
  { args, at }: CallNode,
  keys: readonly Expression[],
  { sql, resolve }: GroupingContext,
): readonly number[] {
  return args.map((arg) => {
    const value = arg.kind === "star" ? undefined : resolve(arg);
    const place = value === undefined ? -1 : keys.findIndex((key) => sameExpression(value, key));
    if (place >= 0) return place;
    throw sqlError(sql, at, "the argument has to be a key of GROUP BY.");
  });
}

/** `grouping(key)`: 1 in the rows of sets without the key, else 0. */
function groupingBit(
  id: Expression,
  { key, keyCount }: { readonly key: number; readonly keyCount: number },
): Expression {
  const whole = (value: bigint): Expression => ({ kind: "literal", value: String(value), type: "BIGINT" });
  const shifted = call("DIV", [id, whole(1n << BigInt(keyCount - 1 - key))], "BIGINT");
  const bit = call("%", [shifted, whole(2n)], "BIGINT");
  return { kind: "cast", argument: bit, type: "TINYINT", safe: false };
}
