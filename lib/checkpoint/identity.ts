/**
 * What of a query its checkpoint depends on. It is kept as it was declared, and planned anew when it is compared:
 * so both queries are seen as this version of the program understands them, and the same statement in other words
 * is the same query.
 */
import { SfcrimeError } from "../base/errors.ts";
import { analyzeQuery } from "../sql/analyze.ts";
import type { StreamSource, TableSource } from "../sql/catalog.ts";
import type { OutputMode } from "../sql/plan.ts";
import { differingParts, type QueryParts, queryParts } from "../sql/query_parts.ts";

/** See the module's description; plain data, kept in the checkpoint. */
export interface QueryIdentity {
  readonly query: string;
  readonly sql: string;
  readonly outputMode: OutputMode;
  /** The selections of topics that are read, as text for people. */
  readonly reads: readonly string[];
  /** What each stateful operator keeps, as text for people: the types of keys, and aggregates. */
  readonly state: readonly string[];
  /** The types of what each of them keeps. */
  readonly layout: readonly string[];
  /** What the statement was planned with. */
  readonly declared: Declared;
  /** Where its rows go. It may change. */
  readonly sink: KeptSink;
}

/** Where rows went. */
export interface KeptSink {
  /** For people, such as `the topic calls`. */
  readonly description: string;
  /** By which it is known again, where it keeps rows. */
  readonly place?: string;
}

/** The same as a checkpoint has it: those of older versions have less. */
export type KeptIdentity =
  & Omit<QueryIdentity, "layout" | "declared" | "sink">
  & Partial<Pick<QueryIdentity, "layout" | "declared" | "sink">>;

/** The settings behind a statement. */
export interface Declared {
  readonly timeZone: string;
  /** The streams that it reads, with the watermarks and the deduplication that hold for it. */
  readonly streams: Readonly<Record<string, StreamSource>>;
  /** The tables that it joins. */
  readonly tables: Readonly<Record<string, TableSource>>;
}

/** A part of a query that is not as it was. */
export interface ChangedPart {
  readonly name: string;
  readonly before: readonly string[];
  readonly now: readonly string[];
}

/** What has become of a query since its checkpoint was written. */
export interface QueryChange {
  /** What makes the checkpoint useless for the query, unless the user knows better. */
  readonly refused: readonly ChangedPart[];
  /** Whether the checkpoint can be gone on from where the user accepts what is refused. */
  readonly canBeAccepted: boolean;
  /** What may change. */
  readonly allowed: readonly ChangedPart[];
}

/** The query of a checkpoint, how far it has read, and the query as it is now. */
export interface Comparison {
  readonly kept: KeptIdentity;
  readonly now: QueryIdentity;
  /** The topics that the checkpoint has offsets of. */
  readonly topics: readonly string[];
  /** Whether the query reads a topic now. */
  readonly reads: (topic: string) => boolean;
}

/** Compares a query with the one that its checkpoint was made by. */
export function compareQueries({ kept, now, topics, reads }: Comparison): QueryChange {
  const layout = kept.layout === undefined
    ? changed("state", kept.state.map(withoutBounds), now.state)
    : changed("types of the state", kept.layout, now.layout);
  const source = changed("topics", kept.reads, now.reads);
  const mode = changed("output mode", [kept.outputMode], [now.outputMode]);
  const { state, rest } = changedParts(kept, now);
  const refused = [...source, ...mode, ...state];
  return {
    // Other keys and aggregates say more than the types that follow from them.
    refused: refused.length === 0 ? layout : refused,
    // State of other types cannot be read, and offsets of a topic that is no longer read lead nowhere.
    canBeAccepted: layout.length === 0 && (source.length === 0 || topics.every(reads)),
    allowed: rest,
  };
}

function changed(name: string, before: readonly string[], now: readonly string[]): ChangedPart[] {
  return [...differingParts({ [name]: before }, { [name]: now })];
}

/** Older versions wrote the delay of a deduplication and the number of LIMIT here, which are no types. */
function withoutBounds(text: string): string {
  return text.replace(/( for \d+ ms|, \d+ at most)$/, "");
}

function changedParts(
  kept: KeptIdentity,
  now: QueryIdentity,
): { readonly state: readonly ChangedPart[]; readonly rest: readonly ChangedPart[] } {
  // What an older version did not keep is taken to be as it is now.
  const before = { ...kept, declared: kept.declared ?? now.declared };
  if (JSON.stringify([before.sql, before.declared]) === JSON.stringify([now.sql, now.declared])) {
    return { state: [], rest: [] };
  }
  const nowParts = partsOf(now);
  let beforeParts: QueryParts;
  try {
    beforeParts = partsOf(before);
  } catch (error) {
    // A statement that this version, or the present columns, know no more cannot be compared by its parts.
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

function partsOf(
  { query, sql, outputMode, declared: { timeZone, streams, tables } }: Pick<
    QueryIdentity,
    "query" | "sql" | "outputMode" | "declared"
  >,
): QueryParts {
  const catalog = { streams: new Map(Object.entries(streams)), tables: new Map(Object.entries(tables)) };
  const plan = analyzeQuery({ name: query, sql, outputMode, timeZone, catalog });
  const columns = Object.entries(tables).map(([name, table]) =>
    [name, table.columns.map((column) => column.name)] as const
  );
  return queryParts(plan, Object.fromEntries(columns));
}

/** What the user is told of a change that is allowed, or accepted; one line. */
export function changeText(parts: readonly ChangedPart[]): string {
  return parts.map(({ name, before, now }) => `${name}: then ${inline(before)}, now ${inline(now)}`).join(
    "; ",
  );
}

/** The refusal of a change, with both sides of each part. */
export function refusal(directory: string, query: string, change: QueryChange): SfcrimeError {
  const parts = change.refused.map(({ name, before, now }) =>
    `  ${name}\n    then: ${inline(before)}\n    now:  ${inline(now)}`
  );
  const anew = "start anew with another --checkpoint, and another place for a sink that keeps rows";
  return new SfcrimeError(
    "CONFIG",
    `The query ${query} has changed, and cannot go on from its checkpoint ${directory}.\n${parts.join("\n")}`,
    {
      hint: change.canBeAccepted
        ? `Change it back, or ${anew}. With --accept-changed-query it goes on from there: ` +
          "what was gathered before stays in its state."
        : `Change it back, or ${anew}.`,
    },
  );
}

function inline(items: readonly string[]): string {
  return items.length === 0 ? "(none)" : items.join(", ");
}
