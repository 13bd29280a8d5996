/** What the analysis of a statement shares between its SELECTs and relations. */
import type { TimeZone } from "../../base/time_zone.ts";
import type { Catalog } from "../catalog.ts";
import type { ResolveContext } from "../expressions/resolve.ts";
import type { Attributes, DraftRows, OuterRow, Relation, ScopeColumn } from "../expressions/scope.ts";
import type { Expression, OutputMode, SortKey } from "../plan.ts";
import type { NamedQueryNode, QueryNode, RelationNode, SubqueryExpressionNode } from "../syntax/ast.ts";
import type { DerivedTables } from "./derived_tables.ts";
import type { OutputColumn } from "./select_items.ts";

/** The literal that an expression always is, in a time zone; undefined if it is not constant, or fails. */
export type Fold = (expression: Expression, zone: TimeZone) => Expression | undefined;

/** The shared state of the analysis of a statement. */
export interface Analysis {
  readonly sql: string;
  readonly zone: TimeZone;
  readonly catalog: Catalog;
  readonly outputMode: OutputMode;
  readonly fold: Fold | undefined;
  readonly attributes: Attributes;
  /** Analyzes a subquery in FROM, in its scope. */
  readonly subquery: (node: RelationNode & { kind: "subquery" }, scope: Analysis) => Relation;
  /** Analyzes a subquery in an expression, in its scope: its rows, which may read columns of the row that it is for. */
  readonly rows: (node: QueryNode, scope: Analysis) => RowSelect;
  /** The row that a subquery in an expression is for, as far as one is being analyzed. */
  readonly outer?: OuterRow;
  /** What subqueries read of the rows that they are for, as far as it was asked: a subquery is analyzed to tell. */
  readonly outerNames: WeakMap<SubqueryExpressionNode, readonly string[]>;
  /** The queries over static tables that the statement reads like tables. */
  readonly derived: DerivedTables;
  /** The queries of WITH so far, by name in lower case. */
  readonly named: ReadonlyMap<string, NamedQuery>;
  /** Those of them that something reads; the others are checked by themselves. */
  readonly read: Set<NamedQueryNode>;
  /** The rows of those that nothing reads; they have to be allowed on streams, too. */
  readonly unread: DraftRows[];
}

/** What every expression over columns is resolved with. */
export function expressionContext(
  { sql, zone, fold, outer }: Analysis,
  columns: readonly ScopeColumn[],
): ResolveContext {
  return { sql, zone, fold, columns, ...(outer === undefined ? {} : { outer }) };
}

/** A query of WITH, and its scope: the queries before it. */
export interface NamedQuery {
  readonly node: NamedQueryNode;
  readonly scope: Analysis;
}

/** A SELECT that has been analyzed. One that aggregates is a SELECT over the groups. */
export interface RowSelect {
  readonly columns: readonly OutputColumn[];
  readonly branches: readonly DraftRows[];
  /** ORDER BY, over the attributes of the only branch. */
  readonly sort: readonly SortKey[];
}
