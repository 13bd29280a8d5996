/**
 * IN and EXISTS with a subquery over a static table: a join that adds to each row whether it has a match, as Spark's
 * existence join. So a value that is NULL is not IN a subquery; NOT IN holds only if no comparison is NULL.
 */
import { getOrInsert } from "../../base/collections/get_or_insert.ts";
import { didYouMean } from "../../base/text/nearest.ts";
import { allOf, anyOf, termsOf } from "../functions/chains.ts";
import { BINARY_OPERATORS, isNull, not } from "../functions/operators.ts";
import { guard } from "../expressions/guard.ts";
import { resolveColumn } from "../expressions/names.ts";
import { resolve, type ResolveContext, resolveStrictCondition } from "../expressions/resolve.ts";
import {
  attribute,
  type DraftBranch,
  type DraftJoin,
  lookUp,
  type ScopeColumn,
} from "../expressions/scope.ts";
import type { Expression } from "../plan.ts";
import type { ExistsNode, InQueryNode, SelectNode, TableNode, TextRange } from "../syntax/ast.ts";
import { sqlError } from "../syntax/sql_error.ts";
import type { Analysis } from "./analysis.ts";
import { find } from "./joins/static_join.ts";
import { tableKeyOf } from "./joins/table_key.ts";
import { expandItems } from "./select_items.ts";

/** Where a subquery stands. */
export interface SubqueryPlace {
  readonly draft: DraftBranch;
  readonly context: ResolveContext;
  readonly analysis: Analysis;
}

/** Whether the subquery has a row, or the value, as an attribute that a step adds. @throws {SfcrimeError} SQL */
export function tableSubquery(node: InQueryNode | ExistsNode, place: SubqueryPlace): Expression {
  const { draft, context, analysis } = place;
  const { select, table } = plainSelect(node, analysis.sql);
  const source = sourceOf(table, analysis);
  const taken = new Map<number, number>();
  const columns = source.columns.map(({ name, type }, index): ScopeColumn => ({
    name,
    qualifier: table.alias ?? table.name,
    value: () => attribute(getOrInsert(taken, index, () => analysis.attributes.fresh()), type),
  }));
  const inner = innerContext(columns, context);
  const where = select.where === null ? [] : termsOf(resolveStrictCondition(select.where, inner));
  const comparison = node.kind === "exists"
    ? undefined
    : comparisonOf(node, select, { ...place, inner, columns });
  const terms = comparison === undefined
    ? where
    : node.kind === "inQuery" && node.negated
    ? [...where, anyOf([comparison, isNull(comparison)])]
    : [...where, comparison];
  const matchSlot = analysis.attributes.fresh();
  draft.steps.push(existence(terms, { table: source.name, taken, matchSlot }));
  const exists = attribute(matchSlot, "BOOLEAN");
  return node.kind === "inQuery" && node.negated ? not(exists) : exists;
}

/** The parts of a subquery over one table; all others are not supported. */
function plainSelect(
  { query }: InQueryNode | ExistsNode,
  sql: string,
): { readonly select: SelectNode; readonly table: TableNode } {
  const { body, queries, orderBy, limit } = query;
  if (body.kind === "nested") return plainSelect({ kind: "exists", query: body.query, at: body.at }, sql);
  const refuse = (at: TextRange, what: string) =>
    sqlError(sql, at, `${what} is not supported in a subquery of IN or EXISTS.`, "Select from one table.");
  const [named] = queries;
  if (named !== undefined) throw refuse(named.at, "WITH");
  if (body.kind === "set") throw refuse(body.at, body.operator);
  const part = body.groupBy[0] ?? body.having ?? limit ?? orderBy[0];
  if (part !== undefined && part !== null) throw refuse(part.at, "GROUP BY, HAVING, ORDER BY or LIMIT");
  if (body.from === null) throw refuse(body.at, "a SELECT without FROM");
  const { first, joins } = body.from;
  if (joins[0] !== undefined) throw refuse(joins[0].at, "a join");
  if (first.kind !== "table" || first.columns !== null) throw refuse(first.at, "a subquery in FROM");
  return { select: body, table: first };
}

function sourceOf({ name, at }: TableNode, { catalog, named, sql }: Analysis) {
  const table = named.has(name.toLowerCase()) ? undefined : find(catalog.tables, name);
  if (table !== undefined) return { name: table[0], columns: table[1].columns };
  const problem = `a subquery of IN or EXISTS reads a static table, and ${name} is none.`;
  throw sqlError(sql, at, problem, didYouMean(name, [...catalog.tables.keys()]));
}

/** Names are columns of the table, or else of the row. */
function innerContext(columns: readonly ScopeColumn[], outer: ResolveContext): ResolveContext {
  const { sql, zone } = outer;
  const hidden = outer.columns.map((column) => ({ ...column, hidden: true }));
  return {
    sql,
    zone,
    columns: [...columns, ...hidden],
    lateral: (name, at) =>
      lookUp(outer.columns, name).length > 0 ? resolveColumn(name, undefined, at, outer) : undefined,
    noAggregate: "aggregate functions are not supported in a subquery of IN or EXISTS",
  };
}

function comparisonOf(
  node: InQueryNode,
  select: SelectNode,
  { draft, context, inner, columns }: Omit<SubqueryPlace, "analysis"> & {
    readonly inner: ResolveContext;
    readonly columns: readonly ScopeColumn[];
  },
): Expression {
  const [item, other] = expandItems(select, {
    view: { draft, columns },
    sql: context.sql,
    typeOf: (struct) => resolve(struct, inner).type,
  });
  if (item === undefined || other !== undefined) {
    throw sqlError(context.sql, select.at, "a subquery of IN has to select one column.");
  }
  const selected = item.kind === "star"
    ? columns[item.column]!.value()
    : resolve(item.node.expression, inner);
  const sides = [resolve(node.argument, context), selected];
  return guard(context, node.at, "IN", () => BINARY_OPERATORS["="](sides));
}

/** The join: equalities of a column of the table with a value of the row are its keys. */
function existence(
  terms: readonly Expression[],
  { table, taken, matchSlot }: {
    readonly table: string;
    readonly taken: Map<number, number>;
    readonly matchSlot: number;
  },
): DraftJoin {
  const columnOf = new Map([...taken].map(([column, id]) => [id, column]));
  const keys = terms.map((term) => tableKeyOf(term, columnOf));
  const rest = terms.filter((_term, index) => keys[index] === undefined);
  const found = keys.filter((key) => key !== undefined);
  return {
    kind: "join",
    type: "EXISTENCE",
    table,
    rowKeys: found.map(({ row }) => row),
    tableKeys: found.map(({ column }) => column),
    attributes: taken,
    matchSlot,
    ...(rest.length === 0 ? {} : { condition: allOf(rest) }),
  };
}
