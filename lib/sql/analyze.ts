/** Analyzes the text of a query, and returns its checked plan. */
import { isStackOverflow, SfcrimeError } from "../base/errors.ts";
import { timeZoneOf, UTC } from "../base/time_zone.ts";
import type { QueryBody, QueryNode, SetNode, SortItem } from "./syntax/ast.ts";
import type { Catalog } from "./catalog.ts";
import { requireTimestampWatermark } from "./planning/event_time.ts";
import { requireSize } from "./expressions/expression_size.ts";
import { buildGraph } from "./planning/build_graph.ts";
import { eventKeysOf, sessionKeyOf } from "./planning/event_keys.ts";
import { tooDeep } from "./syntax/nesting.ts";
import { parseSql } from "./syntax/parse.ts";
import type { OutputMode, QueryPlan } from "./plan.ts";
import { relationNames } from "./syntax/relation_names.ts";
import type { Analysis, RowSelect } from "./relations/analysis.ts";
import { resolveFrom, withNamed } from "./relations/relation.ts";
import {
  aggregatesIn,
  attribute,
  Attributes,
  type BranchView,
  type DraftBranch,
  type DraftRows,
  type Relation,
  type RowsEnd,
  type ScopeColumn,
} from "./expressions/scope.ts";
import { analyzeSelect, sortOf } from "./relations/select.ts";
import type { OutputColumn } from "./relations/select_items.ts";
import { sqlError } from "./syntax/sql_error.ts";
import { checkEnd, checkStreamingRules } from "./planning/streaming_rules.ts";
import { Union } from "./relations/union.ts";

/** A query, with its text and settings. */
export interface QuerySpec {
  readonly name: string;
  readonly sql: string;
  readonly outputMode: OutputMode;
  readonly timeZone: string;
  /** The streams, with the watermarks that apply to this query. */
  readonly catalog: Catalog;
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
export function parseQuery(spec: Pick<QuerySpec, "name" | "sql">): ReadonlySet<string> {
  return inQuery(spec, () => relationNames(spec.sql));
}

/** Adds the name of the query to errors. */
function inQuery<T>({ name, sql }: Pick<QuerySpec, "name" | "sql">, work: () => T): T {
  try {
    return work();
  } catch (thrown) {
    const error = isStackOverflow(thrown) ? tooDeep(sql) : thrown;
    if (!(error instanceof SfcrimeError) || error.code !== "SQL") throw error;
    throw new SfcrimeError("SQL", `Query ${name}, ${error.message}`, {
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
    attributes: new Attributes(),
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
    aggregates: aggregatesIn([...selected.branches, ...analysis.unread]).map(({ from, keys }) => ({
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

/** How the rows of a query end. Complete mode emits the full result each time, append mode emits each row once. */
function endOf(query: QueryNode, { sort, branches }: RowSelect, { sql, outputMode }: Analysis): RowsEnd {
  const limit = limitOf(query, sql);
  const isTotal = !isComplete(branches, outputMode);
  return { sort, limit: isTotal ? undefined : limit, rowsMax: isTotal ? limit : undefined };
}

/** Whether each batch has all of the rows. */
function isComplete(rows: readonly DraftRows[], outputMode: OutputMode): boolean {
  return outputMode === "complete" && aggregatesIn(rows).length > 0;
}

const LIMIT_MAX = 2 ** 31 - 1;

function limitOf({ limit }: QueryNode, sql: string): number | undefined {
  if (limit === null) return undefined;
  const value = limit.kind === "number" && /^\d+$/.test(limit.text) ? Number(limit.text) : NaN;
  if (value <= LIMIT_MAX) return value;
  throw sqlError(sql, limit.at, "the LIMIT expression must be an integer constant that is not negative.");
}

/** Analyzes a query; those of its WITH that nothing reads have to be valid, too. */
function analyzeBody(query: QueryNode, outer: Analysis): RowSelect {
  const analysis = withNamed(query.queries, outer);
  const selected = analyzeSelected(query, analysis);
  const { sql, outputMode } = analysis;
  limitOf(query, sql);
  checkEnd({ sql, outputMode, query, aggregates: aggregatesIn(selected.branches).length > 0 });
  for (const named of query.queries.toReversed()) {
    if (!analysis.read.has(named)) {
      const { branches } = analyzeRows(named.query, analysis.named.get(named.name.toLowerCase())!.scope);
      analysis.unread.push(...branches);
    }
  }
  return selected;
}

function analyzeSelected(query: QueryNode, analysis: Analysis): RowSelect {
  const { body, orderBy } = query;
  const isSortedOrLimited = orderBy.length > 0 || query.limit !== null;
  if (body.kind === "select") {
    if (body.from === null) {
      throw sqlError(analysis.sql, body.at, "the query has no FROM clause; it has to read a stream.");
    }
    const relation = resolveFrom(body.from, analysis);
    const isUnion = relation.branches.length > 1 && isSortedOrLimited &&
      isComplete(relation.branches.map(({ draft }) => ({ draft, output: [] })), analysis.outputMode);
    return analyzeSelect(body, isUnion ? wholeRelation(relation, analysis) : relation, { analysis, orderBy });
  }
  if (body.kind === "nested") return analyzeNested(body, query, analysis);
  const union = analyzeSet(body, analysis);
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
  const [{ draft, output }] = asWhole(rows, NO_END, attributes).branches as [DraftRows];
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
  if (inner.orderBy.length === 0 && inner.limit === null) {
    return analyzeBody({ ...inner, orderBy: outer.orderBy, limit: outer.limit }, analysis);
  }
  return sortedAlone(analyzeRows(inner, analysis), outer.orderBy, analysis);
}

/** Rows as a whole, with an ORDER BY over their columns. */
function sortedAlone(rows: RowSelect, orderBy: readonly SortItem[], analysis: Analysis): RowSelect {
  const whole = isWhole(rows) ? rows : asWhole(rows, NO_END, analysis.attributes);
  const [{ output }] = whole.branches as [DraftRows];
  const items = rows.columns.map(({ name, at }, column) => ({ kind: "star" as const, column, name, at }));
  const columns = rows.columns.map(({ name }, index): ScopeColumn => ({
    name,
    qualifier: undefined,
    value: () => output[index]!,
  }));
  const { sql, zone } = analysis;
  return {
    ...whole,
    sort: sortOf(orderBy, { items, columns: rows.columns, output, context: { sql, zone, columns } }),
  };
}

const NO_END: RowsEnd = { sort: [], limit: undefined, rowsMax: undefined };

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

/** UNION ALL. A statement may have thousands, so the left sides are processed in a loop. */
function analyzeSet(last: SetNode, analysis: Analysis): RowSelect {
  const { sql } = analysis;
  const unions: SetNode[] = [];
  let first: QueryBody = last;
  for (; first.kind === "set"; first = first.left) {
    if (first.operator !== "UNION" || !first.all) {
      const name = first.operator === "UNION" ? "UNION without ALL" : first.operator;
      throw sqlError(sql, first.at, `${name} is not supported on streams.`, "Use UNION ALL.");
    }
    unions.push(first);
  }
  const sideOf = (body: QueryBody) =>
    analyzeRows({ kind: "query", queries: [], body, orderBy: [], limit: null, at: body.at }, analysis);
  const union = new Union(sideOf(first), sql);
  for (const { right, at } of unions.reverse()) union.add(sideOf(right), at);
  return union.take();
}

/** A subquery. Its ORDER BY matters only for its LIMIT. */
function analyzeRows(query: QueryNode, analysis: Analysis): RowSelect {
  const selected = analyzeBody(query, analysis);
  if (query.limit === null) return { ...selected, sort: [] };
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
