/**
 * The parts of a query that its checkpoint depends on. They are stored as declared, and planned again for a
 * comparison: so both queries are interpreted by this version of the program, and an equivalent statement is
 * the same query.
 */
import { SfcrimeError } from "../base/errors.ts";
import { analyzeQuery } from "../sql/analyze.ts";
import type { StreamSource, TableSource } from "../sql/catalog.ts";
import type { OutputMode, QueryPlan } from "../sql/plan.ts";
import type { TableColumns } from "../sql/planning/slot_names.ts";
import { foldConstant } from "../stream/expression.ts";
import { differingParts, type QueryParts, queryParts } from "../sql/planning/query_parts.ts";

/** See the module's description; plain data, stored in the checkpoint. */
export interface QueryIdentity {
  readonly query: string;
  readonly sql: string;
  readonly outputMode: OutputMode;
  /** The topic selections that are read, as text. */
  readonly reads: readonly string[];
  /** The state of each stateful operator, as text: the types of keys, and the aggregates. */
  readonly state: readonly string[];
  /** The types of the state of each of them. */
  readonly layout: readonly string[];
  /** The declarations that the statement was planned with. */
  readonly declared: Declared;
  /** Where its rows go. It may change. */
  readonly sink: StoredSink;
}

/** Where rows went. */
export interface StoredSink {
  /** Its name in messages, such as `the topic calls`. */
  readonly description: string;
  /** Its identity, if it stores rows. */
  readonly place?: string;
}

/** The identity in a checkpoint: older versions stored less. */
export type StoredIdentity =
  & Omit<QueryIdentity, "layout" | "declared" | "sink">
  & Partial<Pick<QueryIdentity, "layout" | "declared" | "sink">>;

/** The settings behind a statement. */
export interface Declared {
  readonly timeZone: string;
  /** The streams that it reads, with the watermarks and the deduplication that apply. */
  readonly streams: Readonly<Record<string, StreamSource>>;
  /** The tables that it joins. */
  readonly tables: Readonly<Record<string, TableSource>>;
}

/** A part of a query that has changed. */
export interface ChangedPart {
  readonly name: string;
  readonly before: readonly string[];
  readonly now: readonly string[];
}

/** How a query has changed since its checkpoint was written. */
export interface QueryChange {
  /** Changes that the checkpoint does not allow, unless the user accepts them. */
  readonly refused: readonly ChangedPart[];
  /** Whether the query can resume if the user accepts the refused changes. */
  readonly canBeAccepted: boolean;
  /** Changes that are allowed. */
  readonly allowed: readonly ChangedPart[];
}

/** The query of a checkpoint, its topics, and the current query. */
export interface Comparison {
  readonly kept: StoredIdentity;
  readonly now: QueryIdentity;
  /** The topics for which the checkpoint has offsets. */
  readonly topics: readonly string[];
  /** Whether the query reads a topic now. */
  readonly reads: (topic: string) => boolean;
}

/** Compares a query with the one in its checkpoint. */
export function compareQueries({ kept, now, topics, reads }: Comparison): QueryChange {
  const layout = kept.layout === undefined
    ? changed("state", kept.state.map(withoutBounds), now.state)
    : changed("types of the state", kept.layout, now.layout);
  const source = changed("topics", kept.reads, now.reads);
  const mode = changed("output mode", [kept.outputMode], [now.outputMode]);
  const { state, rest } = changedParts(kept, now);
  const refused = [...source, ...mode, ...state];
  return {
    // Changed keys and aggregates are more informative than the types that follow from them.
    refused: refused.length === 0 ? layout : refused,
    // State of other types cannot be read, and offsets of a topic that is no longer read are useless.
    canBeAccepted: layout.length === 0 && (source.length === 0 || topics.every(reads)),
    allowed: rest,
  };
}

function changed(name: string, before: readonly string[], now: readonly string[]): ChangedPart[] {
  return [...differingParts({ [name]: before }, { [name]: now })];
}

/** Older versions included the delay of a deduplication and the LIMIT here, which are not types. */
function withoutBounds(text: string): string {
  return text.replace(/( for \d+ ms|, \d+ at most)$/, "");
}

function changedParts(
  kept: StoredIdentity,
  now: QueryIdentity,
): { readonly state: readonly ChangedPart[]; readonly rest: readonly ChangedPart[] } {
  // What an older version did not store is assumed to be unchanged.
  const before = { ...kept, declared: kept.declared ?? now.declared };
  if (JSON.stringify([before.sql, before.declared]) === JSON.stringify([now.sql, now.declared])) {
    return { state: [], rest: [] };
  }
  const nowParts = partsOf(now);
  let beforeParts: QueryParts;
  try {
    beforeParts = partsOf(before);
  } catch (error) {
    // A statement that is not valid in this version, or with the current columns, cannot be compared by its
    // parts.
    if (!(error instanceof SfcrimeError)) throw error;
    const statement = [{ name: "statement", before: [kept.sql], now: [now.sql] }];
    return now.state.length === 0 ? { state: [], rest: statement } : { state: statement, rest: [] };
  }
  const state = differingParts(beforeParts.state, nowParts.state);
  return {
    state: state.length > 0 ? state : differingParts(beforeParts.inputs, nowParts.inputs),
    rest: differingParts(beforeParts.rest, nowParts.rest),
  };
}

function partsOf(stored: DeclaredQuery): QueryParts {
  const { plan, tableColumns } = declaredPlan(stored);
  return queryParts(plan, tableColumns);
}

/** A query as it was declared. */
export type DeclaredQuery = Pick<QueryIdentity, "query" | "sql" | "outputMode" | "declared">;

/**
 * The plan that this version of the program makes of a query, and the columns of the tables in it.
 *
 * @throws {SfcrimeError} SQL, CONFIG if this version does not accept it.
 */
export function declaredPlan(
  { query, sql, outputMode, declared }: DeclaredQuery,
): { readonly plan: QueryPlan; readonly tableColumns: TableColumns } {
  const { timeZone, streams, tables } = declared;
  const catalog = { streams: new Map(Object.entries(streams)), tables: new Map(Object.entries(tables)) };
  const tableColumns = Object.entries(tables).map(([name, table]) =>
    [name, table.columns.map((column) => column.name)] as const
  );
  return {
    plan: analyzeQuery({ name: query, sql, outputMode, timeZone, catalog, fold: foldConstant }),
    tableColumns: Object.fromEntries(tableColumns),
  };
}

/** A change that is allowed or accepted, in one line. */
export function changeText(parts: readonly ChangedPart[]): string {
  const texts = parts.map(({ name, before, now }) => `${name}: was ${inline(before)}, is now ${inline(now)}`);
  return texts.join("; ");
}

const ACCEPT_HINT = " With --accept-changed-query, the query resumes anyway, with its present state.";

/** The error for a change that is refused, with both sides of each part. */
export function refusal(directory: string, query: string, change: QueryChange): SfcrimeError {
  const parts = change.refused.map(({ name, before, now }) =>
    `  ${name}\n    was: ${inline(before)}\n    now: ${inline(now)}`
  );
  const startOver = "restart the query with a new --checkpoint and a new sink location";
  return new SfcrimeError(
    "CONFIG",
    `Query ${query} has changed and cannot resume from its checkpoint ${directory}.\n${parts.join("\n")}`,
    {
      hint: `Revert the change, or ${startOver}.${change.canBeAccepted ? ACCEPT_HINT : ""}`,
    },
  );
}

function inline(items: readonly string[]): string {
  return items.length === 0 ? "(none)" : items.join(", ");
}
