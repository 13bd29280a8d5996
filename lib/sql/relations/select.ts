/**
 * Analyzes a SELECT: its filter, whether it aggregates, and the names of its columns.
 */
import { getOrInsert } from "../../base/collections/get_or_insert.ts";
import { SfcrimeError } from "../../base/errors.ts";
import { containsAggregate } from "./grouping/contains_aggregate.ts";
import type {
  CallNode,
  ExpressionNode,
  SelectNode,
  SortItem,
  SubqueryExpressionNode,
} from "../syntax/ast.ts";
import { columnName, type NamingContext } from "../expressions/naming/column_name.ts";
import { Grouping } from "./grouping/grouping.ts";
import type { Expression, SortKey } from "../plan.ts";
import { type Analysis, expressionContext, type RowSelect } from "./analysis.ts";
import { NO_SEED } from "../expressions/calls/random_seeds.ts";
import { resolveAggregate } from "../expressions/calls/aggregate_call.ts";
import { resolve, type ResolveContext, resolveStrictCondition } from "../expressions/resolve.ts";
import {
  generatedNames,
  generatorOf,
  isGeneratorItem,
  requireAliases,
  withGenerators,
} from "./joins/generate.ts";
import { adoptKeys } from "./joins/join_forms.ts";
import type { BranchView, Relation, ScopeColumn } from "../expressions/scope.ts";
import { ordinal } from "./grouping/group_keys.ts";
import {
  expandItems,
  type Item,
  LateralAliases,
  type OutputColumn,
  sameName,
  sortItems,
} from "./select_items.ts";
import { sqlError } from "../syntax/sql_error.ts";
import { Subqueries } from "./subqueries/subqueries.ts";
import { Windows } from "./windows.ts";

/** Analyzes a SELECT over its relation, with its ORDER BY. */
export function analyzeSelect(
  given: SelectNode,
  from: Relation,
  { analysis, orderBy }: { readonly analysis: Analysis; readonly orderBy: readonly SortItem[] },
): RowSelect {
  const node = given.pipe === "AGGREGATE" ? withOrdinals(given, from, analysis) : given;
  const windows = new Windows(analysis, from);
  from.branches.forEach((branch, index) => {
    if (node.where === null) return;
    const context = windows.context(branch, index, {
      noAggregate: "aggregate functions are not allowed in WHERE; use HAVING",
    });
    const condition = resolveStrictCondition(node.where, context);
    adoptKeys(branch.draft, condition);
    branch.draft.steps.push({ kind: "filter", condition });
  });
  const typing = typingContext(from.branches[0]!, analysis);
  const naming = namingOf(typing, analysis);
  const written = expandItems(node, {
    view: from.branches[0]!,
    outer: analysis.outer,
    sql: analysis.sql,
    typeOf: naming.typeOf,
  });
  const groups = node.groupBy.length > 0 || node.groupings !== null || node.having !== null ||
    written.some((item) => item.kind === "item" && containsAggregate(item.node.expression));
  requirePiped(node, written, analysis.sql);
  if (node.distinct) requirePlainDistinct(node, { items: written, orderBy, sql: analysis.sql });
  requireAliases(written, analysis.sql);
  const selected = { relation: from, items: written };
  // Of groups, rows are made after them.
  const { relation, items } = groups
    ? selected
    : withGenerators(selected, (branch, index) => windows.context(branch, index, {}), analysis);
  const columns = items.flatMap((item): OutputColumn | readonly OutputColumn[] => {
    if (item.kind === "star") return { name: item.name, at: item.at };
    const { expression, alias, at } = item.node;
    if (isGeneratorItem(item)) {
      return generatedNames(item.node, generatorOf(item.node.expression, typing), analysis.sql);
    }
    return { name: alias ?? columnName(expression, naming), at };
  });
  const sorted = sortItems(orderBy, [...columns, ...relation.branches[0]!.columns], columns.length);
  if (node.distinct || groups) {
    const parts = { items, columns, relation, windows, analysis, orderBy: sorted, naming };
    return new Grouping(node, parts).analyze();
  }
  const branches = relation.branches.map((view, index) => {
    const aliases = new LateralAliases(analysis.sql);
    const output = aliases.resolve(
      items,
      (item) =>
        item.kind === "star"
          ? view.columns[item.column]!.value()
          : resolve(item.node.expression, windows.context(view, index, { lateral: aliases.find })),
    );
    return { draft: view.draft, output };
  });
  const [first] = branches;
  // What is not sorted at all is refused later, whatever it is to be sorted by.
  const isSorted = branches.length === 1 && first!.draft.input.kind !== "stream";
  const context = windows.context(relation.branches[0]!, 0, {});
  return {
    columns,
    branches,
    sort: isSorted ? sortOf(sorted, { items, columns, output: first!.output, context }) : [],
  };
}

/** ORDER BY: positions in the SELECT list, and expressions over its columns, or else over those of the relation. */
export function sortOf(
  orderBy: readonly SortItem[],
  { items, columns, output, context }: {
    readonly items: readonly Item[];
    readonly columns: readonly OutputColumn[];
    readonly output: readonly Expression[];
    readonly context: ResolveContext;
  },
): SortKey[] {
  const selected = columns.map(({ name }, index): ScopeColumn => ({
    name,
    qualifier: undefined,
    value: () => output[index]!,
  }));
  const others = context.columns.map((column) =>
    selected.some(({ name }) => sameName(name, column.name)) ? { ...column, hidden: true } : column
  );
  return orderBy.map(({ expression, descending, nullsFirst }): SortKey => {
    const position = ordinal(expression, items, context.sql);
    return {
      expression: position === undefined
        ? resolve(expression, { ...context, columns: [...selected, ...others] })
        : output[position]!,
      descending,
      nullsFirst,
    };
  });
}

/** The keys of `|> AGGREGATE`, of which a number is a column of its input. @throws {SfcrimeError} SQL */
function withOrdinals(node: SelectNode, { branches }: Relation, { sql }: Analysis): SelectNode {
  const columns = branches[0]!.columns.filter(({ hidden }) => hidden !== true);
  const keyOf = (key: ExpressionNode): ExpressionNode => {
    if (key.kind !== "number" || !/^\d+$/.test(key.text) || key.suffix !== "") return key;
    const column = columns[Number(key.text) - 1];
    if (column !== undefined) return { kind: "column", name: column.name, at: key.at };
    throw sqlError(sql, key.at, `GROUP BY position ${key.text} is not in the input of |> AGGREGATE.`);
  };
  const groupBy = node.groupBy.map(keyOf);
  const items = node.items.map((item, index) =>
    item.kind === "item" && index < groupBy.length ? { ...item, expression: groupBy[index]! } : item
  );
  return { ...node, items, groupBy };
}

/** Only `|> AGGREGATE` aggregates, and it has to. @throws {SfcrimeError} SQL */
function requirePiped({ pipe, groupBy }: SelectNode, items: readonly Item[], sql: string): void {
  if (pipe === undefined) return;
  for (const item of items.slice(groupBy.length)) {
    if (item.kind !== "item") continue;
    const { expression, at } = item.node;
    const aggregates = containsAggregate(expression);
    if (aggregates === (pipe === "AGGREGATE")) continue;
    throw aggregates
      ? sqlError(sql, at, `aggregate functions are not allowed in |> ${pipe}.`, "Use |> AGGREGATE.")
      : sqlError(sql, at, "|> AGGREGATE requires aggregate functions.", "Use |> SELECT or |> EXTEND.");
  }
}

/** DISTINCT is an aggregation itself, and there may be only one; Spark cannot sort its result in a stream. */
function requirePlainDistinct(
  { groupBy, having }: SelectNode,
  { items, orderBy, sql }: {
    readonly items: readonly Item[];
    readonly orderBy: readonly SortItem[];
    readonly sql: string;
  },
): void {
  const aggregated = items.find((item) => item.kind === "item" && containsAggregate(item.node.expression));
  const at = groupBy[0]?.at ?? having?.at ?? (aggregated?.kind === "item" ? aggregated.node.at : undefined);
  if (at !== undefined) {
    const problem = "SELECT DISTINCT does not support GROUP BY, HAVING or aggregate functions.";
    throw sqlError(sql, at, problem, "Remove DISTINCT: a query has only one aggregation.");
  }
  const [sort] = orderBy;
  if (sort === undefined) return;
  const problem = "ORDER BY is not supported with SELECT DISTINCT on a stream.";
  throw sqlError(sql, sort.expression.at, problem, "Use GROUP BY instead of DISTINCT.");
}

/** The context in which an expression has its type, whether it aggregates or not. */
function typingContext({ columns }: BranchView, analysis: Analysis): ResolveContext {
  const context = expressionContext(analysis, columns);
  return {
    ...context,
    aggregate: (call) => typeOfAggregate(call, context),
    random: () => NO_SEED,
    // Naming asks for the types of parts of an expression repeatedly.
    known: new WeakMap(),
  };
}

function namingOf(context: ResolveContext, analysis: Analysis): NamingContext {
  const { columns, zone } = context;
  const untyped = new WeakSet<ExpressionNode>();
  return {
    qualifiers: columns.flatMap(({ qualifier }) => qualifier ?? []),
    columns: columns.map(({ name }) => name.toLowerCase()),
    zone,
    outerNames: (node) => getOrInsert(analysis.outerNames, node, () => outerNames(node, context, analysis)),
    typeOf: (node) => {
      // Each part of a chain is asked for, and an error in one of them is an error in all that follow.
      if (node.kind === "binary" && untyped.has(node.left)) untyped.add(node);
      if (untyped.has(node)) return undefined;
      try {
        return resolve(node, context).type;
      } catch (error) {
        // The error is reported when the expression is finally resolved.
        if (!(error instanceof SfcrimeError)) throw error;
        untyped.add(node);
        return undefined;
      }
    },
  };
}

/** The columns that a subquery reads of the row that it is for, as they are written. */
function outerNames(
  node: SubqueryExpressionNode,
  context: ResolveContext,
  analysis: Analysis,
): readonly string[] {
  const names = new Map<number, string>();
  const subqueries = new Subqueries([], analysis, { note: (name, { start }) => names.set(start, name) });
  try {
    analysis.derived.tried(() => subqueries.resolve(node, context));
  } catch (error) {
    // It is reported when the expression is resolved.
    if (!(error instanceof SfcrimeError)) throw error;
  }
  return [...names].sort(([left], [right]) => left - right).map(([, name]) => name);
}

function typeOfAggregate(call: CallNode, context: ResolveContext): Expression {
  return { kind: "literal", value: null, type: resolveAggregate(call, context).type };
}
