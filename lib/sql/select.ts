/**
 * Analyses a SELECT: what it takes from its relation, whether it aggregates, and what its columns are called.
 */
import { SfcrimeError } from "../base/errors.ts";
import { AGGREGATE_SYNONYMS, AGGREGATES } from "./aggregates.ts";
import type { CallNode, ExpressionNode, SelectNode, SortItem } from "./ast.ts";
import { columnName, type NamingContext } from "./column_name.ts";
import { Grouping, type GroupSelect } from "./grouping.ts";
import type { Expression } from "./plan.ts";
import type { Analysis } from "./relation.ts";
import { resolve, resolveAggregate, type ResolveContext, resolveStrictCondition } from "./resolve.ts";
import type { BranchView, Relation } from "./scope.ts";
import { expandItems, type OutputColumn } from "./select_items.ts";
import { Windows } from "./windows.ts";

/** A SELECT without aggregation: for each branch the expressions of its columns, over attributes. */
export interface RowSelect {
  readonly kind: "rows";
  readonly columns: readonly OutputColumn[];
  readonly branches: readonly { readonly view: BranchView; readonly output: readonly Expression[] }[];
}

/** Analyses a SELECT over its relation, together with the ORDER BY that follows it. */
export function analyzeSelect(
  node: SelectNode,
  relation: Relation,
  { analysis, orderBy }: { readonly analysis: Analysis; readonly orderBy: readonly SortItem[] },
): RowSelect | GroupSelect {
  const windows = new Windows(analysis, relation);
  relation.branches.forEach((branch, index) => {
    if (node.where === null) return;
    const context = windows.context(branch, index, { noAggregate: "in WHERE; use HAVING" });
    branch.draft.steps.push({ kind: "filter", condition: resolveStrictCondition(node.where, context) });
  });
  const items = expandItems(node, relation.branches[0]!, analysis.sql);
  const aggregates = node.distinct || node.groupBy.length > 0 || node.having !== null ||
    items.some((item) => item.kind === "item" && holdsAggregate(item.node.expression));
  const naming = namingOf(relation.branches[0]!, analysis);
  const columns = items.map((item) =>
    item.kind === "star"
      ? { name: item.name, at: item.at }
      : { name: item.node.alias ?? columnName(item.node.expression, naming), at: item.node.at }
  );
  if (aggregates) {
    return new Grouping(node, { items, columns, relation, windows, analysis, orderBy, naming }).analyze();
  }
  const branches = relation.branches.map((view, index) => ({
    view,
    output: items.map((item) =>
      item.kind === "star"
        ? view.columns[item.column]!.value()
        : resolve(item.node.expression, windows.context(view, index, {}))
    ),
  }));
  return { kind: "rows", columns, branches };
}

function namingOf({ columns }: BranchView, { sql, zone }: Analysis): NamingContext {
  const context: ResolveContext = {
    sql,
    zone,
    columns,
    aggregate: (call) => typeOfAggregate(call, { sql, zone, columns }),
    // Names ask for the types of an expression's parts again and again.
    known: new WeakMap(),
  };
  const untyped = new WeakSet<ExpressionNode>();
  return {
    qualifiers: columns.flatMap(({ qualifier }) => qualifier ?? []),
    zone,
    typeOf: (node) => {
      // Of a chain each part is asked for, and what is wrong with one of them is wrong with all behind it.
      if (node.kind === "binary" && untyped.has(node.left)) untyped.add(node);
      if (untyped.has(node)) return undefined;
      try {
        return resolve(node, context).type;
      } catch (error) {
        // What is wrong is said where the expression is resolved for good.
        if (!(error instanceof SfcrimeError)) throw error;
        untyped.add(node);
        return undefined;
      }
    },
  };
}

function typeOfAggregate(call: CallNode, context: ResolveContext): Expression {
  return { kind: "literal", value: null, type: resolveAggregate(call, context).type };
}

/** Whether an aggregate function is called somewhere in an expression. */
function holdsAggregate(node: ExpressionNode): boolean {
  let found = false;
  walk(node, (child) => found ||= child.kind === "call" && isAggregate(child));
  return found;
}

function walk(node: unknown, visit: (node: ExpressionNode) => void): void {
  const waiting = [node];
  while (waiting.length > 0) {
    const next = waiting.pop();
    if (typeof next !== "object" || next === null) continue;
    if ("kind" in next) visit(next as ExpressionNode);
    for (const child of Object.values(next)) waiting.push(child);
  }
}

function isAggregate(node: CallNode): boolean {
  return Object.hasOwn(AGGREGATES, AGGREGATE_SYNONYMS[node.name] ?? node.name);
}
