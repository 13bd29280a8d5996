/**
 * The checked plan of a query: plain data, so that it can be sent to worker threads and to a Spark job, and
 * stored in a checkpoint. Everything in it is resolved: columns are slots of a row, and every expression has
 * a type.
 *
 * A plan is a graph: branches read streams, at the workers, and operators process the rows of branches and of
 * operators before them, at the coordinator. Each says where its rows go.
 *
 * ```
 * record ─▶ branch: columns ─▶ filter · join · window ─▶ output row ─▶ aggregate ─▶ select: filter · join · sort ─▶ row
 * ```
 *
 * The steps of a branch or a select modify a row in place: the columns of the stream or of the operator come first,
 * then those that joins and windows add.
 */
import type { DataType, RecordColumn, Schema } from "../records/data_type.ts";

/** Which rows a micro-batch emits to the sink. */
export type OutputMode = "append" | "update" | "complete";

/** An expression over a row. */
export type Expression =
  | { readonly kind: "slot"; readonly slot: number; readonly type: DataType }
  /**
   * `value` is text for BIGINT and DECIMAL (the unscaled number), and for a TIMESTAMP where it is a bigint, so
   * that the plan is JSON.
   */
  | { readonly kind: "literal"; readonly value: string | number | boolean | null; readonly type: DataType }
  /** A function or operator, by its name in the registry. */
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
  }
  /** A parameter of a lambda function around it, by its number. */
  | { readonly kind: "variable"; readonly variable: number; readonly type: DataType }
  /** A lambda function: an argument of a call. The type is that of its body. */
  | {
    readonly kind: "lambda";
    readonly parameters: readonly number[];
    readonly body: Expression;
    readonly type: DataType;
  };

/** Keeps rows for which the condition is true. */
export interface FilterStep {
  readonly kind: "filter";
  readonly condition: Expression;
}

/**
 * The type of a join. EXISTENCE keeps all rows, and adds to each whether it has a match. SINGLE is a LEFT join that fails
 * if a row has more than one match.
 */
export type JoinType = "INNER" | "LEFT" | "LEFT SEMI" | "LEFT ANTI" | "EXISTENCE" | "SINGLE";

/** A join with a static table: by keys, if there are any, where those that are NULL do not match. */
export interface JoinStep {
  readonly kind: "join";
  readonly type: JoinType;
  readonly table: string;
  /** Computed from the row. */
  readonly rowKeys: readonly Expression[];
  /** The table columns of the keys. */
  readonly tableKeys: readonly number[];
  /** The table columns that are added to the row, and the slot of the first one. */
  readonly columns: readonly number[];
  readonly firstSlot: number;
  /** The keys that are compared with <=>, so that NULL matches NULL. */
  readonly nullSafe?: readonly number[];
  /** Whether a NULL on either side of the last key matches everything, as of NOT IN; without a condition. */
  readonly isNullAware?: true;
  /** The rest of the join condition, over the row with the table columns. */
  readonly condition?: Expression;
  /** The slot for whether the row has a match, a BOOLEAN; of EXISTENCE and SINGLE. */
  readonly matchSlot?: number;
  /** Whether it comes before the event time is observed, since filters that do so read it. It keeps every row. */
  readonly isEarly?: true;
}

/** Assigns a row to every window that contains its time; a row with a NULL time is dropped. */
export interface WindowStep {
  readonly kind: "window";
  readonly time: Expression;
  readonly sizeMicros: number;
  readonly slideMicros: number;
  readonly startMicros: number;
  /** The slot for the window, a STRUCT of start and end. */
  readonly slot: number;
}

/**
 * Assigns a row to a session of its own, from its time to the end of the gap; overlapping sessions of a group
 * are merged. A row with a NULL time is dropped.
 */
export interface SessionStep {
  readonly kind: "session window";
  readonly time: Expression;
  readonly gapMicros: number;
  /** How much of the gap is in days, which are calendar days in the time zone of the session. */
  readonly gapDays: number;
  /**
   * A text or an INTERVAL with the gap, in place of the fixed one, for gaps that differ by row or are in months. A row whose gap is no
   * interval, or not longer than zero, is dropped.
   */
  readonly gap?: Expression;
  /** The slot for the session, a STRUCT of start and end. */
  readonly slot: number;
}

/** Makes a row for each set of keys by which a row is grouped: ROLLUP, CUBE and GROUPING SETS. */
export interface ExpandStep {
  readonly kind: "expand";
  readonly keys: readonly Expression[];
  /** The keys of each set, by their index; in its row the others are NULL. */
  readonly sets: readonly (readonly number[])[];
  /** The slots for the keys. */
  readonly keySlots: readonly number[];
  /** The slot for the id of the set: a BIGINT with a bit for each key that is not in it, the last one lowest. */
  readonly idSlot: number;
  /** The slot for the index of the set, an INT; only where there are equal sets. */
  readonly indexSlot?: number;
}

/** What makes rows of one: a generator, such as `explode`, of its arguments. */
export interface Generator {
  /** Its name in the engine. */
  readonly name: string;
  readonly args: readonly Expression[];
  /** The columns of its rows, by the names that they have without an alias. */
  readonly columns: Schema;
  /** Whether a row of which it makes none is kept, with NULL in these columns. */
  readonly outer: boolean;
}

/** Makes the rows of a generator of each row: a generator in SELECT, or LATERAL VIEW. */
export interface GenerateStep {
  readonly kind: "generate";
  readonly generator: Generator;
  /** The slots for its columns. */
  readonly slots: readonly number[];
}

/** Draws a seed for each row, from which a call such as `rand()` makes its value: `lib/stream/functions/random`. */
export interface RandomStep {
  readonly kind: "random";
  /** The number of the call, from 1, among those of the pipeline. */
  readonly draw: number;
  /** The slot for the seed: a BINARY of 16 bytes. */
  readonly slot: number;
}

/** A step of a branch or a select. */
export type RowStep =
  | FilterStep
  | JoinStep
  | WindowStep
  | SessionStep
  | ExpandStep
  | GenerateStep
  | RandomStep;

/** The event time of a branch, and the allowed lateness. */
export interface Watermark {
  /** The slot of the column. */
  readonly slot: number;
  readonly column: string;
  readonly delayMs: number;
}

/** Drops rows with the same keys, within the watermark. */
export interface Deduplication {
  /** Columns of the stream. */
  readonly keys: readonly number[];
  readonly keyTypes: readonly DataType[];
}

/** An input of an operator. */
export interface Target {
  /** The index of the operator: a later one. */
  readonly operator: number;
  /** Which of its inputs, if it joins several. */
  readonly port: number;
}

/** Whatever gives rows: a branch or an operator. */
export interface RowSource {
  /** Where its rows go; absent if they are rows of the result. */
  readonly to?: Target;
}

/** What becomes of the rows of a stream, or of an operator. */
export interface Pipeline {
  /** The number of slots of a row. */
  readonly width: number;
  readonly steps: readonly RowStep[];
  /** The output row. */
  readonly output: readonly Expression[];
}

/** A column of the stream that is computed from those that are decoded, and from computed ones before it. */
export interface ComputedSlot {
  readonly slot: number;
  readonly name: string;
  readonly expression: Expression;
}

/** How the rows of a static table are processed: all of them, once. */
export interface TableBranch extends Pipeline, RowSource {
  /** Absent for a single row without columns: a SELECT without FROM. */
  readonly table?: string;
  /** The columns that the first slots are, by their index in the table. */
  readonly columns: readonly number[];
}

/**
 * A query over static tables alone, whose rows are read like a table. They are computed when the tables are loaded, and
 * whenever one of them changes.
 */
export interface TablePlan {
  /** The name by which joins, and table plans that follow, read it. No table that is declared has it. */
  readonly name: string;
  /** Its place in the statement, as text. */
  readonly text: string;
  readonly branches: readonly TableBranch[];
  readonly operators: readonly OperatorPlan[];
  readonly output: Schema;
}

/** How the records of one stream are processed. */
export interface Branch extends Pipeline, RowSource {
  readonly stream: string;
  /** The columns to decode: slots from 0 on. */
  readonly columns: readonly RecordColumn[];
  /** Filters that are applied before the event time is observed, behind the joins that are early. */
  readonly early?: readonly Expression[];
  /**
   * Computed after them, and before anything else: columns that the watermark or the deduplication needs. Their slots
   * follow those of the columns.
   */
  readonly computed?: readonly ComputedSlot[];
  readonly watermark?: Watermark;
  /** Applied before all steps; requires a watermark. Its rows go to an operator that deduplicates. */
  readonly deduplication?: Deduplication;
}

/** A constant that an aggregate is computed with. */
export type AggregateParameter = boolean | number | string | readonly (boolean | number)[];

/** An aggregate function over the rows of a group. */
export interface AggregateCall {
  /** Its name in the registry of aggregates. */
  readonly name: string;
  /** Slots of the stage row. */
  readonly args: readonly number[];
  readonly argTypes: readonly DataType[];
  /** Its constants, by name. */
  readonly parameters?: Readonly<Record<string, AggregateParameter>>;
  /** The slot of a BOOLEAN: only rows for which it is true count. */
  readonly filter?: number;
  readonly type: DataType;
}

/** The key by which the watermark evicts groups from state. */
export interface EvictionKey {
  /** The index of the key. */
  readonly key: number;
  /** Whether the key is a window, by its end, or the event time itself. */
  readonly of: "window end" | "time";
}

/** A key that is a window, and always of the same length. */
export interface WindowKey {
  /** The index of the key. */
  readonly key: number;
  readonly sizeMicros: number;
}

/** A GROUP BY, over stage rows: the output rows of its input. Their first slots are the keys. */
export interface AggregatePlan {
  readonly keys: readonly DataType[];
  /** The keys that are windows of one length; those of sessions have any. */
  readonly windows?: readonly WindowKey[];
  readonly calls: readonly AggregateCall[];
  readonly eviction?: EvictionKey;
  /** The index of the key that is a session window, if there is one. */
  readonly sessionKey?: number;
}

/** A key of ORDER BY, over the row to sort. */
export interface SortKey {
  readonly expression: Expression;
  readonly descending: boolean;
  readonly nullsFirst: boolean;
}

/** A SELECT over the rows of an operator: the groups of an aggregate, say, with the keys first and then the results. */
export interface SelectPlan extends Pipeline {
  /** ORDER BY, over rows that have gone through the steps. */
  readonly sort: readonly SortKey[];
  /** LIMIT in complete mode: the maximum number of rows of a batch. */
  readonly limit?: number;
  /** OFFSET, over static tables: how many rows are left out before those of the limit. */
  readonly offset?: number;
  /** How many of the first slots no two rows have in common, for steps that draw seeds; absent if rows may be equal. */
  readonly uniqueSlots?: number;
}

/** An operator over the rows of branches and of operators before it. */
export type OperatorPlan =
  & RowSource
  & (
    | { readonly kind: "deduplicate"; readonly keyTypes: readonly DataType[]; readonly delayMs: number }
    | { readonly kind: "aggregate"; readonly aggregate: AggregatePlan }
    | { readonly kind: "stream join"; readonly join: StreamJoinPlan }
    | { readonly kind: "select"; readonly select: SelectPlan }
    /** LIMIT in append mode: the maximum number of rows over all batches. */
    | { readonly kind: "limit"; readonly rowsMax: number }
  );

/** The plan of a query that has passed all checks. */
export interface QueryPlan {
  readonly name: string;
  readonly sql: string;
  readonly outputMode: OutputMode;
  readonly timeZone: string;
  readonly branches: readonly Branch[];
  /** Each before those that its rows go to; a checkpoint numbers those with state in this order. */
  readonly operators: readonly OperatorPlan[];
  /** Queries over static tables that joins read like tables, each before those that read it; absent if there is none. */
  readonly tables?: readonly TablePlan[];
  /** The columns of the result. */
  readonly output: Schema;
}

/** Which rows a join of streams returns: pairs, and for outer joins those that match nothing. */
export type StreamJoinType = "INNER" | "LEFT" | "RIGHT" | "FULL" | "LEFT SEMI";

/** A join of the rows of two inputs by equal keys: its port 0 is the left one, port 1 the right one. */
export interface StreamJoinPlan {
  readonly type: StreamJoinType;
  readonly left: JoinSidePlan;
  readonly right: JoinSidePlan;
  /** What a pair with the same keys has to satisfy, over the slots of the left row and then those of the right one. */
  readonly condition?: Expression;
}

/** One of the inputs of a join of streams. */
export interface JoinSidePlan {
  /** The types of its rows. */
  readonly columns: readonly DataType[];
  /** The slots of the keys, in the same order on both sides. */
  readonly keys: readonly number[];
  /** Rows that do not satisfy it match nothing, and are not kept. */
  readonly condition?: Expression;
  /** By which rows are late. */
  readonly eventTime?: TimeSlot;
  /** By which rows are removed; absent if they are kept for ever. */
  readonly expiry?: JoinExpiry;
}

/** A slot with a time. */
export interface TimeSlot {
  readonly slot: number;
  readonly of: EvictionKey["of"];
}

/** A row is removed once its time is at or before the watermark of the state, which is the earliest of its bounds. */
export interface JoinExpiry extends TimeSlot {
  readonly bounds: readonly WatermarkBound[];
}

/** A watermark of the state: so much later than that of the query, or a millisecond less if it is exclusive. */
export interface WatermarkBound {
  readonly offsetMicros: number;
  readonly exclusive: boolean;
}
