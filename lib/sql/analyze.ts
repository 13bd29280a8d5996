/** Analyzes the text of a query, and returns its checked plan. */
import { isStackOverflow, SfcrimeError } from "../base/errors.ts";
import { timeZoneOf, UTC } from "../base/time_zone.ts";
import type { QueryBody, QueryNode, SetNode, TextRange } from "./syntax/ast.ts";
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
import { Attributes, type DraftAggregate, type DraftRows, type Relation } from "./expressions/scope.ts";
import { analyzeSelect } from "./relations/select.ts";
import type { OutputColumn } from "./relations/select_items.ts";
import { sqlError } from "./syntax/sql_error.ts";
import { checkStreamingRules } from "./planning/streaming_rules.ts";
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
  const limit = limitOf(query, sql);
  // Complete mode emits the full result each time, append mode emits each row once.
  const isTotal = outputMode !== "complete";
  const end = {
    sort: selected.sort,
    limit: isTotal ? undefined : limit,
    rowsMax: isTotal ? limit : undefined,
  };
  const plan: QueryPlan = {
    name,
    sql,
    outputMode,
    timeZone,
    ...buildGraph(selected.branches, end, (expressions) => requireSize(expressions, query, sql)),
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
    })),
    joinsStreams: plan.operators.some(({ kind }) => kind === "stream join"),
    eventTime: plan.branches.find(({ watermark }) => watermark !== undefined)?.watermark?.column,
  });
  return plan;
}

/** The aggregates that rows come from, each before those that its own rows come from. */
function aggregatesIn(rows: readonly DraftRows[]): DraftAggregate[] {
  return rows.flatMap(({ draft: { input } }) => {
    switch (input.kind) {
      case "stream":
        return [];
      case "aggregate":
        return [input, ...aggregatesIn(input.from)];
      case "stream join":
        return input.sides.flatMap(({ branches }) =>
          aggregatesIn(branches.map(({ draft }) => ({ draft, output: [] })))
        );
    }
  });
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
  if (body.kind === "select") {
    if (body.from === null) {
      throw sqlError(analysis.sql, body.at, "the query has no FROM clause; it has to read a stream.");
    }
    return analyzeSelect(body, resolveFrom(body.from, analysis), { analysis, orderBy });
  }
  if (body.kind === "nested") return analyzeBody({ ...body.query, orderBy, limit: query.limit }, analysis);
  return analyzeSet(body, analysis);
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

/** A subquery, which may not sort or limit. */
function analyzeRows(query: QueryNode, analysis: Analysis): RowSelect {
  const refuse = (at: TextRange, problem: string) => sqlError(analysis.sql, at, problem);
  const { orderBy: [order], limit } = query;
  const elsewhere = "is not supported in a subquery; use it in the outermost query.";
  if (order !== undefined) throw refuse(order.at, `ORDER BY ${elsewhere}`);
  if (limit !== null) throw refuse(limit.at, `LIMIT ${elsewhere}`);
  return analyzeBody(query, analysis);
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
