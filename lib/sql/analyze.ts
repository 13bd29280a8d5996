/** Analyzes the text of a query, and returns its checked plan. */
import { isStackOverflow, SfcrimeError } from "../base/errors.ts";
import { timeZoneOf, UTC } from "../base/time_zone.ts";
import type { ExpressionNode, QueryBody, QueryNode, SetNode, SortItem } from "./syntax/ast.ts";
import type { Catalog } from "./catalog.ts";
import { requireTimestampWatermark } from "./planning/event_time.ts";
import { requireSize } from "./expressions/expression_size.ts";
import { buildGraph } from "./planning/build_graph.ts";
import { eventKeysOf, sessionKeyOf } from "./planning/event_keys.ts";
import { tooDeep } from "./syntax/nesting.ts";
import { folded } from "./expressions/calls/constants.ts";
import { resolve } from "./expressions/resolve.ts";
import { parseSql } from "./syntax/parse.ts";
import type { OutputMode, QueryPlan } from "./plan.ts";
import { relationNames, requireRelations } from "./syntax/relation_names.ts";
import { type Analysis, expressionContext, type Fold, type RowSelect } from "./relations/analysis.ts";
import { resolveFrom, withNamed } from "./relations/relation.ts";
import {
  aggregatesIn,
  areStatic,
  AS_THEY_COME,
  attribute,
  Attributes,
  type BranchView,
  type DraftBranch,
  type DraftRows,
  isStatic,
  type Relation,
  type RowsEnd,
  type ScopeColumn,
} from "./expressions/scope.ts";
import { analyzeSelect, sortOf } from "./relations/select.ts";
import type { OutputColumn } from "./relations/select_items.ts";
import { sqlError } from "./syntax/sql_error.ts";
import { checkEnd, checkStreamingRules } from "./planning/streaming_rules.ts";
import { DerivedTables } from "./relations/derived_tables.ts";
import { combine, distinct } from "./relations/sets/set_operations.ts";
import { oneRow, valuesRows } from "./relations/sets/values.ts";

/** A query, with its text and settings. */
export interface QuerySpec {
  readonly name: string;
  readonly sql: string;
  /** What errors call the place of the text, if not the name of the query. */
  readonly place?: string;
  readonly outputMode: OutputMode;
  readonly timeZone: string;
  /** The streams, with the watermarks that apply to this query. */
  readonly catalog: Catalog;
  /** Makes a literal of an expression of constants. Without it, only literals are constants. */
  readonly fold?: Fold;
}

/**
 * Parses, resolves and checks a query.
 *
 * @throws {SfcrimeError} SQL, with the name of the query, the position in its text, and what is supported
 * instead.
 */
export function analyzeQuery(spec: QuerySpec): QueryPlan {
  return inQuery(spec, () => analyze(spec));
}

/**
 * Only parses a query, and returns the streams and tables that it names, in lower case.
 *
 * @throws {SfcrimeError} SQL, as `analyzeQuery` does.
 */
export function parseQuery(spec: Pick<QuerySpec, "name" | "sql" | "place">): ReadonlySet<string> {
  return inQuery(spec, () => relationNames(spec.sql));
}

/** Checks that a query reads nothing but known relations, and its own queries. @throws {SfcrimeError} SQL, as `analyzeQuery` does. */
export function requireKnownRelations(
  spec: Pick<QuerySpec, "name" | "sql" | "place">,
  known: readonly string[],
): void {
  inQuery(spec, () => requireRelations(spec.sql, known));
}

/** Adds the name of the query, or the place of its text, to errors. */
function inQuery<T>(
  { name, sql, place = `Query ${name}` }: Pick<QuerySpec, "name" | "sql" | "place">,
  work: () => T,
): T {
  try {
    return work();
  } catch (thrown) {
    const error = isStackOverflow(thrown) ? tooDeep(sql) : thrown;
    if (!(error instanceof SfcrimeError) || error.code !== "SQL") throw error;
    throw new SfcrimeError("SQL", `${place}, ${error.message}`, {
      ...(error.hint === undefined ? {} : { hint: error.hint }),
      cause: error,
    });
  }
}

function analyze(spec: QuerySpec): QueryPlan {
  const { name, sql, outputMode, timeZone } = spec;
  const query = parseSql(sql);
  const analysis: Analysis = {
    sql,
    zone: timeZoneOf(timeZone) ?? UTC,
    catalog: spec.catalog,
    outputMode,
    fold: spec.fold,
    attributes: new Attributes(),
    outerNames: new WeakMap(),
    derived: new DerivedTables({ name, sql }),
    rows: analyzeRows,
    subquery: (node, scope) => {
      const rows = analyzeRows(node.query, scope);
      requireSize(rows.branches.flatMap((branch) => branch.output), node, sql);
      return asRelation(rows, node.alias ?? undefined);
    },
    named: new Map(),
    read: new Set(),
    unread: [],
  };
  const selected = analyzeBody(query, analysis);
  requireStream(selected, query, sql);
  const tables = analysis.derived.plans;
  const plan: QueryPlan = {
    name,
    sql,
    outputMode,
    timeZone,
    ...buildGraph(
      selected.branches,
      endOf(query, selected, analysis),
      (expressions) => requireSize(expressions, query, sql),
    ),
    ...(tables.length === 0 ? {} : { tables }),
    output: selected.columns.map(({ name }, index) => ({
      name,
      type: selected.branches[0]!.output[index]!.type,
    })),
  };
  requireTimestampWatermark(spec.catalog, plan.branches);
  checkStreamingRules({
    sql,
    outputMode,
    query,
    aggregates: aggregatesIn([...selected.branches, ...analysis.unread]).map((
      { from, keys, isExcept = false },
    ) => ({
      isExcept,
      keyCount: keys.length,
      hasSessionKey: sessionKeyOf(from, keys.length) !== undefined,
      eventTimeKeyCount: new Set(eventKeysOf(from, keys.length).map(({ of }) => of)).size,
      isChained: aggregatesIn(from).length > 0,
    })),
    joinsStreams: plan.operators.some(({ kind }) => kind === "stream join"),
    eventTime: plan.branches.find(({ watermark }) => watermark !== undefined)?.watermark?.column,
  });
  return plan;
}

/** A query over static tables alone would run once, and nothing would ever come. @throws {SfcrimeError} SQL */
function requireStream({ branches }: RowSelect, { body }: QueryNode, sql: string): void {
  if (!areStatic(branches)) return;
  if (body.kind === "select" && body.from === null) {
    throw sqlError(sql, body.at, "the query has no FROM clause; it has to read a stream.");
  }
  const first = body.kind === "select" ? body.from!.first : body;
  const hint = "A query has to read a stream: join the table to one, or use it in a subquery.";
  const problem = first.kind === "table"
    ? `${first.name} is a static table, not a stream.`
    : "the query reads no stream.";
  throw sqlError(sql, first.at, problem, hint);
}

/** How the rows of a query end. Complete mode emits the full result each time, append mode emits each row once. */
function endOf(query: QueryNode, { sort, branches }: RowSelect, analysis: Analysis): RowsEnd {
  const limit = limitOf(query, analysis);
  const offset = query.offset === null ? undefined : countOf(query.offset, "OFFSET", analysis);
  const isTotal = !isComplete(branches, analysis.outputMode);
  return { sort, limit: isTotal ? undefined : limit, rowsMax: isTotal ? limit : undefined, offset };
}

/** Whether each batch has all of the rows, or they are static. */
function isComplete(rows: readonly DraftRows[], outputMode: OutputMode): boolean {
  return areStatic(rows) ||
    outputMode === "complete" && aggregatesIn(rows).length > 0;
}

function limitOf({ limit }: QueryNode, analysis: Analysis): number | undefined {
  return limit === null ? undefined : countOf(limit, "LIMIT", analysis);
}

function countOf(node: ExpressionNode, clause: string, analysis: Analysis): number {
  const value = folded(resolve(node, expressionContext(analysis, [])), analysis);
  const count = value.kind === "literal" && value.type === "INT" ? Number(value.value ?? -1) : -1;
  if (count >= 0) return count;
  const problem = `the ${clause} expression must be a constant INT that is not negative.`;
  throw sqlError(analysis.sql, node.at, problem);
}

/** Analyzes a query; those of its WITH that nothing reads have to be valid, too. */
function analyzeBody(query: QueryNode, outer: Analysis): RowSelect {
  const analysis = withNamed(query.queries, outer);
  const selected = analyzeSelected(query, analysis);
  const { sql, outputMode } = analysis;
  limitOf(query, analysis);
  if (!areStatic(selected.branches)) {
    checkEnd({ sql, outputMode, query, aggregates: aggregatesIn(selected.branches).length > 0 });
  }
  for (const named of query.queries.toReversed()) {
    if (!analysis.read.has(named)) {
      const { branches } = analyzeRows(named.query, analysis.named.get(named.name.toLowerCase())!.scope);
      analysis.unread.push(...branches.filter(({ draft }) => !isStatic(draft)));
    }
  }
  return selected;
}

function analyzeSelected(query: QueryNode, analysis: Analysis): RowSelect {
  const { body, orderBy } = query;
  const isSortedOrLimited = orderBy.length > 0 || query.limit !== null || query.offset !== null;
  if (body.kind === "select") {
    const relation = body.from === null ? oneRow() : resolveFrom(body.from, analysis);
    const isUnion = relation.branches.length > 1 && isSortedOrLimited &&
      isComplete(relation.branches.map(({ draft }) => ({ draft, output: [] })), analysis.outputMode);
    const whole = isUnion ? wholeRelation(relation, analysis) : relation;
    if (!body.distinct || !areStatic(whole.branches)) {
      return analyzeSelect(body, whole, { analysis, orderBy });
    }
    const all = analyzeSelect({ ...body, distinct: false }, whole, { analysis, orderBy: [] });
    return sortedAlone(distinct(all, { at: body.at, analysis }), orderBy, analysis);
  }
  if (body.kind === "nested") return analyzeNested(body, query, analysis);
  const union = body.kind === "values" ? valuesRows(body, analysis) : analyzeSet(body, analysis);
  // Rows that each batch has in full are sorted and limited together.
  const isTogether = isSortedOrLimited && isComplete(union.branches, analysis.outputMode);
  return isTogether ? sortedAlone(union, orderBy, analysis) : union;
}

/** The rows of a relation, with all of its columns. */
function rowsOf({ draft, columns }: BranchView): DraftRows {
  return { draft, output: columns.map(({ value }) => value()) };
}

/** A relation as a whole, under the same names. */
function wholeRelation({ branches }: Relation, { attributes }: Analysis): Relation {
  const { columns } = branches[0]!;
  const rows = { columns: [], branches: branches.map(rowsOf), sort: [] };
  const [{ draft, output }] = asWhole(rows, AS_THEY_COME, attributes).branches as [DraftRows];
  return {
    branches: [{
      draft,
      columns: columns.map((column, index) => ({ ...column, value: () => output[index]! })),
    }],
  };
}

/** A query in parentheses. */
function analyzeNested(
  { query: inner }: QueryBody & { kind: "nested" },
  outer: QueryNode,
  analysis: Analysis,
) {
  if (inner.orderBy.length === 0 && inner.limit === null && inner.offset === null) {
    const { orderBy, limit, offset } = outer;
    return analyzeBody({ ...inner, orderBy, limit, offset }, analysis);
  }
  return sortedAlone(analyzeRows(inner, analysis), outer.orderBy, analysis);
}

/** Rows as a whole, with an ORDER BY over their columns. */
function sortedAlone(rows: RowSelect, orderBy: readonly SortItem[], analysis: Analysis): RowSelect {
  const whole = isWhole(rows) ? rows : asWhole(rows, AS_THEY_COME, analysis.attributes);
  const [{ output }] = whole.branches as [DraftRows];
  const items = rows.columns.map(({ name, at }, column) => ({ kind: "star" as const, column, name, at }));
  const columns = rows.columns.map(({ name }, index): ScopeColumn => ({
    name,
    qualifier: undefined,
    value: () => output[index]!,
  }));
  const context = expressionContext(analysis, columns);
  return { ...whole, sort: sortOf(orderBy, { items, columns: rows.columns, output, context }) };
}

/** Whether rows come as a whole already. */
function isWhole({ branches }: RowSelect): boolean {
  return branches.length === 1 && branches[0]!.draft.input.kind === "subquery";
}

/** Rows of which nothing is pushed below their end: a draft with an attribute for each of their columns. */
function asWhole({ branches, columns }: RowSelect, end: RowsEnd, attributes: Attributes): RowSelect {
  const types = branches[0]!.output.map(({ type }) => type);
  const ids = types.map(() => attributes.fresh());
  const [event] = eventKeysOf(branches, types.length);
  const draft: DraftBranch = {
    input: { kind: "subquery", from: branches, ...end },
    attributes: new Map(ids.map((id, column) => [column, id])),
    steps: [],
    eventTime: event && { attribute: ids[event.key]!, of: event.of },
  };
  return {
    columns,
    branches: [{ draft, output: ids.map((id, index) => attribute(id, types[index]!)) }],
    sort: [],
  };
}

/** Set operators. A statement may have thousands, so the left sides are processed in a loop. */
function analyzeSet(last: SetNode, analysis: Analysis): RowSelect {
  const operators: SetNode[] = [];
  let first: QueryBody = last;
  for (; first.kind === "set"; first = first.left) operators.push(first);
  const rowsOf = (body: QueryBody) =>
    analyzeRows(
      { kind: "query", queries: [], body, orderBy: [], limit: null, offset: null, at: body.at },
      analysis,
    );
  return combine(rowsOf(first), operators.reverse(), { analysis, sideOf: ({ right }) => rowsOf(right) });
}

/** A subquery. On a stream its ORDER BY matters only for its LIMIT. */
function analyzeRows(query: QueryNode, analysis: Analysis): RowSelect {
  const selected = analyzeBody(query, analysis);
  const isSorted = query.orderBy.length > 0 && areStatic(selected.branches);
  if (query.limit === null && query.offset === null && !isSorted) return { ...selected, sort: [] };
  return asWhole(selected, endOf(query, selected, analysis), analysis.attributes);
}

function asRelation({ branches, columns }: RowSelect, alias: string | undefined): Relation {
  return {
    branches: branches.map(({ draft, output }) => ({
      draft,
      columns: columns.map(({ name }: OutputColumn, index) => ({
        name,
        qualifier: alias,
        value: () => output[index]!,
      })),
    })),
  };
}
