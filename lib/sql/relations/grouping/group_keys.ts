/** The keys of GROUP BY or DISTINCT, as they are written: by expression, by alias, or by position. */
import { containsAggregate } from "./contains_aggregate.ts";
import type { ExpressionNode, SelectNode } from "../../syntax/ast.ts";
import type { Relation } from "../../expressions/scope.ts";
import { isAllColumns, type Item, sameName } from "../select_items.ts";
import { sqlError } from "../../syntax/sql_error.ts";

/** The SELECT that is grouped. */
export interface GroupedSelect {
  readonly items: readonly Item[];
  readonly relation: Relation;
  readonly sql: string;
}

/** The expressions of the keys; DISTINCT groups by all items of the SELECT list. */
export function keyNodes(
  { groupBy, distinct }: SelectNode,
  { items, relation, sql }: GroupedSelect,
): readonly ExpressionNode[] {
  if (distinct) return items.map((item) => nodeOf(item, relation));
  const { columns } = relation.branches[0]!;
  const [only] = groupBy;
  if (groupBy.length === 1 && isAllColumns(only!, columns)) {
    return items.flatMap((item) =>
      item.kind === "item" && containsAggregate(item.node.expression) ? [] : [nodeOf(item, relation)]
    );
  }
  return groupBy.map((node) => {
    const position = ordinal(node, items, sql);
    if (position !== undefined) {
      if (items.every(({ kind }) => kind === "item")) return nodeOf(items[position]!, relation);
      const problem = "GROUP BY cannot use positions if the SELECT list contains *.";
      throw sqlError(sql, node.at, problem, "Use column names instead.");
    }
    if (node.kind !== "column" || columns.some(({ name }) => sameName(name, node.name))) return node;
    const aliased = items.find((item) =>
      item.kind === "item" && item.node.alias !== null && sameName(item.node.alias, node.name)
    );
    return aliased === undefined ? node : nodeOf(aliased, relation);
  });
}

/** The index of the item whose position is written. @throws {SfcrimeError} SQL, if there is none. */
export function ordinal(node: ExpressionNode, items: readonly unknown[], sql: string): number | undefined {
  if (node.kind !== "number" || node.suffix !== "" || !/^-?\d+$/.test(node.text)) return undefined;
  const position = Number(node.text);
  if (position >= 1 && position <= items.length) return position - 1;
  const problem = `position ${position} is not in the SELECT list (valid range is [1, ${items.length}]).`;
  throw sqlError(sql, node.at, problem);
}

/** The expression of an item; for a column of `*`, its name. */
export function nodeOf(item: Item, { branches }: Relation): ExpressionNode {
  if (item.kind === "item") return item.node.expression;
  const { at } = item;
  const { name, qualifier } = branches[0]!.columns[item.column]!;
  if (qualifier === undefined) return { kind: "column", name, at };
  return { kind: "field", name, argument: { kind: "column", name: qualifier, at }, at };
}
