/**
 * The checked plan of a query: plain data, so that it can go to worker threads, into a checkpoint, and to a
 * Spark job. Everything in it is resolved: columns are slots of a row, and every expression has a type.
 *
 * ```
 * record ─▶ branch: columns ─▶ filter · join · window ─▶ stage row ─┬─▶ (stateless) ─▶ output row
 *                                                                   └─▶ aggregate ─▶ having · output · sort · limit
 * ```
 * A branch reads one stream; UNION ALL makes several. Its steps work on one row in place: the stream's
 * columns come first, then those that joins and windows add.
 */
import type { DataType, Schema } from "../records/data_type.ts";

/** Which rows a micro-batch gives to the sink. */
export type OutputMode = "append" | "update" | "complete";

/** An expression over a row. */
export type Expression =
  | { readonly kind: "slot"; readonly slot: number; readonly type: DataType }
  /** `value` is text for BIGINT and DECIMAL (the unscaled number), so that the plan is JSON. */
  | { readonly kind: "literal"; readonly value: string | number | boolean | null; readonly type: DataType }
  /** A function by its name in the registry; operators have names, too. */
  | {
    readonly kind: "call";
    readonly name: string;
    readonly args: readonly Expression[];
    readonly type: DataType;
  }
  | { readonly kind: "cast"; readonly argument: Expression; readonly type: DataType; readonly safe: boolean }
  | {
    readonly kind: "case";
    readonly whens: readonly { readonly condition: Expression; readonly result: Expression }[];
    readonly otherwise: Expression;
    readonly type: DataType;
  }
  | {
    readonly kind: "field";
    readonly argument: Expression;
    readonly index: number;
    readonly type: DataType;
  };

/** Keeps the rows for which the condition is true. */
export interface FilterStep {
  readonly kind: "filter";
  readonly condition: Expression;
}

/** How rows without a match are treated. */
export type JoinType = "INNER" | "LEFT" | "LEFT SEMI" | "LEFT ANTI";

/** Joins with a static table on equal keys; a NULL key matches nothing. */
export interface JoinStep {
  readonly kind: "join";
  readonly type: JoinType;
  readonly table: string;
  /** Computed from the row. */
  readonly rowKeys: readonly Expression[];
  /** Columns of the table, one for each key. */
  readonly tableKeys: readonly number[];
  /** Columns of the table that go into the row, and the slot of the first of them. */
  readonly columns: readonly number[];
  readonly firstSlot: number;
  /** What must hold of a pair besides, over the row with the table's columns in it. */
  readonly condition?: Expression;
}

/** Puts the row into every window that holds its time; a NULL time is in none, and the row is gone. */
export interface WindowStep {
  readonly kind: "window";
  readonly time: Expression;
  readonly sizeMicros: number;
  readonly slideMicros: number;
  readonly startMicros: number;
  /** Where the window goes: a STRUCT of start and end. */
  readonly slot: number;
}

/**
 * Puts the row into a session of its own, from its time until the gap has passed; sessions of the same group
 * become one where they meet. A NULL time is in none, and the row is gone.
 */
export interface SessionStep {
  readonly kind: "session window";
  readonly time: Expression;
  readonly gapMicros: number;
  /** Where the session goes: a STRUCT of start and end. */
  readonly slot: number;
}

/** A step of a branch. */
export type RowStep = FilterStep | JoinStep | WindowStep | SessionStep;

/** The event time of a branch, and how late a row may be. */
export interface Watermark {
  /** The slot of the column. */
  readonly slot: number;
  readonly column: string;
  readonly delayMs: number;
}

/** Lets a row of the same keys through once, as long as the watermark remembers it. */
export interface Deduplication {
  /** Columns of the stream. */
  readonly keys: readonly number[];
  readonly keyTypes: readonly DataType[];
}

/** What is done with the records of one stream. */
export interface Branch {
  readonly stream: string;
  /** The columns that are decoded: slots 0 and on. */
  readonly columns: Schema;
  /** Slots of a row in all. */
  readonly width: number;
  /** Conditions for a row to count at all: they are asked before the event time is looked at. */
  readonly early?: readonly Expression[];
  readonly steps: readonly RowStep[];
  readonly watermark?: Watermark;
  /** Done before all steps; the branch then has a watermark. */
  readonly deduplication?: Deduplication;
  /** What is handed on: the output row, or what the aggregate takes. */
  readonly output: readonly Expression[];
}

/** An aggregate function over the rows of a group. */
export interface AggregateCall {
  /** A name in the registry of aggregates. */
  readonly name: string;
  /** Slots of the stage row. */
  readonly args: readonly number[];
  readonly argTypes: readonly DataType[];
  /** Slot of a BOOLEAN: only rows where it is true count. */
  readonly filter?: number;
  readonly type: DataType;
}

/** How a group leaves the state, once the watermark has passed it. */
export interface EvictionKey {
  /** Which of the keys. */
  readonly key: number;
  /** Whether the key is a window, of which the end counts, or the event time itself. */
  readonly of: "window end" | "time";
}

/** A GROUP BY, over stage rows. The first slots of the stage row are the keys. */
export interface AggregatePlan {
  readonly keys: readonly DataType[];
  readonly calls: readonly AggregateCall[];
  readonly eviction?: EvictionKey;
  /** Which of the keys is a session window, where one is. */
  readonly sessionKey?: number;
}

/** One key of an ORDER BY, over the row that it sorts. */
export interface SortKey {
  readonly expression: Expression;
  readonly descending: boolean;
  readonly nullsFirst: boolean;
}

/** What becomes of the groups: over rows of keys and then results, in the order of the aggregate. */
export interface FinishPlan {
  readonly having?: Expression;
  readonly output: readonly Expression[];
  readonly sort: readonly SortKey[];
  readonly limit?: number;
}

/** A query that has passed every check. */
export interface QueryPlan {
  readonly name: string;
  readonly sql: string;
  readonly outputMode: OutputMode;
  readonly timeZone: string;
  readonly branches: readonly Branch[];
  /** Absent from a stateless query. */
  readonly aggregate?: AggregatePlan;
  /** Present exactly when there is an aggregate. */
  readonly finish?: FinishPlan;
  /** The rows that a query of append mode gives in all its batches together. */
  readonly rowsMax?: number;
  /** The columns of the result. */
  readonly output: Schema;
}
