/**
 * ROLLUP, CUBE and GROUPING SETS: the sets of keys by which each row is grouped. They are plain lists in the plan,
 * whatever they were written as.
 */
import { GROUPING_SETS_MAX } from "../../../base/bounds.ts";
import { sameExpression } from "../../expressions/same_expression.ts";
import type { Expression } from "../../plan.ts";
import type { ExpressionNode, GroupingNode, GroupingsNode, SelectNode } from "../../syntax/ast.ts";
import { sqlError } from "../../syntax/sql_error.ts";

/** The keys of a SELECT, each once, and its grouping sets. */
export interface GroupingSets {
  /** The keys by their index in GROUP BY, where each of them is first. */
  readonly keys: readonly number[];
  /** The keys of each set, by their index in `keys`. */
  readonly sets: readonly (readonly number[])[];
}

/**
 * The grouping sets of a SELECT.
 *
 * @param resolved The keys of GROUP BY, in order.
 * @throws {SfcrimeError} SQL, if there are too many.
 */
export function groupingSetsOf(
  { groupBy, groupings }: SelectNode & { readonly groupings: readonly GroupingNode[] },
  resolved: readonly Expression[],
  sql: string,
): GroupingSets {
  const sameAs = resolved.map((key) => resolved.findIndex((other) => sameExpression(key, other)));
  const keys = [...new Set(sameAs)];
  const indexes = new Map(groupBy.map((node, index) => [node, keys.indexOf(sameAs[index]!)]));
  const [first] = groupings;
  // Keys that stand before `WITH ROLLUP` or `WITH CUBE`.
  const before = first?.kind !== "key" && first?.ofKeys === true ? groupBy : [];
  const sets = groupings.map((grouping) => setsOf(grouping, before)).reduce((all, own) => {
    if (all.length * own.length > GROUPING_SETS_MAX) {
      const problem = `GROUP BY has more than ${GROUPING_SETS_MAX} grouping sets.`;
      throw sqlError(sql, groupBy[0]!.at, problem);
    }
    return all.flatMap((set) => own.map((other) => [...set, ...other]));
  }, [[]] as readonly (readonly ExpressionNode[])[]);
  return { keys, sets: sets.map((set) => [...new Set(set.map((node) => indexes.get(node)!))]) };
}

type Sets = readonly (readonly ExpressionNode[])[];

function setsOf(grouping: GroupingNode, before: readonly ExpressionNode[]): Sets {
  if (grouping.kind === "key") return [[grouping.expression]];
  const parts = grouping.ofKeys && grouping.kind !== "sets"
    ? before.map((key) => [key])
    : grouping.sets.filter((set): set is readonly ExpressionNode[] => !isGroupings(set));
  switch (grouping.kind) {
    case "rollup":
      return [...parts, []].map((_none, index) => parts.slice(0, parts.length - index).flat());
    case "cube":
      return subsets(parts);
    case "sets":
      return grouping.sets.flatMap((set) => isGroupings(set) ? setsOf(set, before) : [set]);
  }
}

function isGroupings(set: readonly ExpressionNode[] | GroupingsNode): set is GroupingsNode {
  return "kind" in set;
}

/** All subsets, those with the first part first; no more than one above the limit. */
function subsets([first, ...rest]: Sets): Sets {
  if (first === undefined) return [[]];
  const others = subsets(rest);
  if (others.length > GROUPING_SETS_MAX) return others;
  return [...others.map((set) => [...first, ...set]), ...others];
}

/** Whether sets occur more than once. */
export function hasEqualSets({ sets }: GroupingSets): boolean {
  return new Set(sets.map((set) => set.toSorted((a, b) => a - b).join())).size < sets.length;
}
