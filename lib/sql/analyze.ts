/** Analyzes the text of a query, and returns its checked plan. */
import { isStackOverflow, SfcrimeError } from "../base/errors.ts";
import { timeZoneOf, UTC } from "../base/time_zone.ts";
import type { QueryBody, QueryNode, SetNode, TextRange } from "./syntax/ast.ts";
import type { Catalog } from "./catalog.ts";
import { requireTimestampWatermark } from "./planning/event_time.ts";
import type { GroupSelect } from "./relations/grouping.ts";
import { requireSize } from "./expressions/expression_size.ts";
import { layOut } from "./planning/layout.ts";
import { tooDeep } from "./syntax/nesting.ts";
import { parseSql } from "./syntax/parse.ts";
import type { AggregatePlan, EvictionKey, Expression, OutputMode, QueryPlan, WindowKey } from "./plan.ts";
import { pushHaving } from "./planning/push_down.ts";
import { relationNames } from "./syntax/relation_names.ts";
import type { Analysis } from "./relations/analysis.ts";
import { resolveFrom, withNamed } from "./relations/relation.ts";
import { Attributes, type BranchView, isEventTime, type Relation, windowOf } from "./expressions/scope.ts";
import { analyzeSelect, type RowSelect } from "./relations/select.ts";
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
  };
  const selected = analyzeBody(query, analysis);
  const common = { name, sql, outputMode, timeZone };
  const plan = selected.kind === "rows"
    ? rowPlan(selected, query, common)
    : groupPlan(selected, query, common);
  requireTimestampWatermark(spec.catalog, plan.branches);
  const eventTimeKeys = selected.kind === "rows" ? [] : eventTimeKeysOf(selected);
  checkStreamingRules({
    sql,
    outputMode,
    query,
    aggregates: plan.aggregate !== undefined,
    keyCount: plan.aggregate?.keys.length ?? 0,
    hasSessionKey: plan.aggregate?.sessionKey !== undefined,
    eventTimeKeyCount: new Set(eventTimeKeys.map(({ of }) => of)).size,
    eventTime: plan.branches.find(({ watermark }) => watermark !== undefined)?.watermark?.column,
  });
  return plan;
}

/** The conditions of the filters of a branch. */
function conditionsOf({ draft }: BranchView): Expression[] {
  return draft.steps.flatMap((step) => step.kind === "filter" ? [step.condition] : []);
}

type Common = Pick<QueryPlan, "name" | "sql" | "outputMode" | "timeZone">;

function rowPlan(selected: RowSelect, query: QueryNode, common: Common): QueryPlan {
  const { sql } = common;
  const limit = limitOf(query, sql);
  for (const { view, output } of selected.branches) {
    requireSize([...output, ...conditionsOf(view)], query, sql);
  }
  return {
    ...common,
    ...(limit === undefined ? {} : { rowsMax: limit }),
    branches: selected.branches.map(({ view, output }) => layOut(view.draft, output)),
    output: selected.columns.map(({ name }, index) => ({
      name,
      type: selected.branches[0]!.output[index]!.type,
    })),
  };
}

function groupPlan(selected: GroupSelect, query: QueryNode, common: Common): QueryPlan {
  const { sql } = common;
  const { branches, keys, calls, output, sort, columns } = selected;
  const having = pushHaving(selected);
  for (const { view, stage } of branches) requireSize([...stage, ...conditionsOf(view)], query, sql);
  requireSize([...output, ...sort.map(({ expression }) => expression)], query, sql);
  const limit = limitOf(query, sql);
  // Complete mode emits the full result each time, append mode emits each row once.
  const isTotal = common.outputMode === "append";
  const [eviction] = eventTimeKeysOf(selected);
  const sessionKey = sessionKeyOf(selected);
  const windows = windowKeysOf(selected);
  const aggregate: AggregatePlan = {
    keys: keys.map(({ type }) => type),
    ...(windows.length === 0 ? {} : { windows }),
    calls,
    ...(eviction === undefined ? {} : { eviction }),
    ...(sessionKey === undefined ? {} : { sessionKey }),
  };
  return {
    ...common,
    branches: branches.map(({ view, stage }) => layOut(view.draft, stage)),
    aggregate,
    finish: {
      output,
      sort,
      ...(having === undefined ? {} : { having }),
      ...(limit === undefined || isTotal ? {} : { limit }),
    },
    ...(limit === undefined || !isTotal ? {} : { rowsMax: limit }),
    output: columns.map(({ name }, index) => ({ name, type: output[index]!.type })),
  };
}

/** The keys that can make groups final: a window over the event time, or the event time itself. */
function eventTimeKeysOf({ branches, keys }: GroupSelect): EvictionKey[] {
  return keys.flatMap((_key, index): EvictionKey[] => {
    const ofBranches = branches.map(({ view: { draft }, stage }) => {
      const key = stage[index]!;
      if (isEventTime(key, draft)) return "time" as const;
      const window = windowOf(key, draft);
      return window !== undefined && isEventTime(window.time, draft) ? "window end" as const : undefined;
    });
    const [of] = ofBranches;
    return of !== undefined && ofBranches.every((kind) => kind === of) ? [{ key: index, of }] : [];
  });
}

/** The keys that are windows of the same length in all branches. */
function windowKeysOf({ branches, keys }: GroupSelect): WindowKey[] {
  return keys.flatMap((_key, key): WindowKey[] => {
    const windows = branches.map(({ view, stage }) => windowOf(stage[key]!, view.draft));
    const sizes = new Set(windows.map((window) => window?.kind === "window" ? window.sizeMicros : undefined));
    const [sizeMicros] = sizes;
    return sizes.size === 1 && sizeMicros !== undefined ? [{ key, sizeMicros }] : [];
  });
}

/** The key that is a session window in all branches. */
function sessionKeyOf({ branches, keys }: GroupSelect): number | undefined {
  const key = keys.findIndex((_key, index) =>
    branches.every(({ view, stage }) => windowOf(stage[index]!, view.draft)?.kind === "session window")
  );
  return key < 0 ? undefined : key;
}

const LIMIT_MAX = 2 ** 31 - 1;

function limitOf({ limit }: QueryNode, sql: string): number | undefined {
  if (limit === null) return undefined;
  const value = limit.kind === "number" && /^\d+$/.test(limit.text) ? Number(limit.text) : NaN;
  if (value <= LIMIT_MAX) return value;
  throw sqlError(sql, limit.at, "the LIMIT expression must be an integer constant that is not negative.");
}

/** Analyzes a query; those of its WITH that nothing reads have to be valid, too. */
function analyzeBody(query: QueryNode, outer: Analysis): RowSelect | GroupSelect {
  const analysis = withNamed(query.queries, outer);
  const selected = analyzeSelected(query, analysis);
  for (const named of query.queries.toReversed()) {
    if (!analysis.read.has(named)) {
      analyzeRows(named.query, analysis.named.get(named.name.toLowerCase())!.scope);
    }
  }
  return selected;
}

function analyzeSelected(query: QueryNode, analysis: Analysis): RowSelect | GroupSelect {
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

/** A subquery, which may not aggregate, sort or limit. */
function analyzeRows(query: QueryNode, analysis: Analysis): RowSelect {
  const refuse = (at: TextRange, problem: string) => sqlError(analysis.sql, at, problem);
  const { orderBy: [order], limit } = query;
  const elsewhere = "is not supported in a subquery; use it in the outermost query.";
  if (order !== undefined) throw refuse(order.at, `ORDER BY ${elsewhere}`);
  if (limit !== null) throw refuse(limit.at, `LIMIT ${elsewhere}`);
  const selected = analyzeBody(query, analysis);
  if (selected.kind === "rows") return selected;
  const problem =
    "multiple streaming aggregations are not supported; only the outermost SELECT can aggregate.";
  throw refuse(query.at, problem);
}

function asRelation({ branches, columns }: RowSelect, alias: string | undefined): Relation {
  return {
    branches: branches.map(({ view, output }) => ({
      draft: view.draft,
      columns: columns.map(({ name }: OutputColumn, index) => ({
        name,
        qualifier: alias,
        value: () => output[index]!,
      })),
    })),
  };
}
