/**
 * What the stateful parts of a query have in common: keyed state whose changes are written behind each batch,
 * and which is read again when the query goes on.
 */
import type { DataType, Row, Value } from "../records/data_type.ts";
import type { OutputMode } from "../sql/plan.ts";
import type { PartialGroups } from "./partial_aggregate.ts";

/** The two watermarks of a batch, in milliseconds; undefined where the query has none. */
export interface BatchWatermarks {
  /** Rows whose group ends at or before this are late. */
  readonly lateMs: number | undefined;
  /** Groups that end at or before this leave the state. */
  readonly evictionMs: number | undefined;
  /** Rows with an event time after this are left out, as if they had not come; absent where all count. */
  readonly eventTimeMaxMs?: number | undefined;
}

/** What a batch did to the state. */
export interface StateMetrics {
  /** As Spark calls it. */
  readonly operatorName: OperatorName;
  readonly rowsTotal: number;
  readonly rowsUpdated: number;
  readonly rowsRemoved: number;
  /** Groups of late rows, as Spark counts them: each once, but sessions once for each of their origins. */
  readonly groupsDropped: number;
  /** The late rows themselves. */
  readonly lateRows: number;
  /** Rows that were dropped because their keys were seen before. */
  readonly duplicateRows: number;
  /** Estimated. */
  readonly memoryBytes: number;
}

/** Spark's names of the operators that keep state. */
export type OperatorName =
  | "stateStoreSave"
  | "sessionWindowStateStoreSaveExec"
  | "dedupeWithinWatermark"
  | "globalLimit";

/** One key of the state; a value of undefined is a key that has left it. */
export interface StateEntry {
  readonly key: readonly Value[];
  readonly value: readonly Value[] | undefined;
}

/** Keyed state. */
export interface StateOperator {
  /** What it keeps, one line for people; a query may go on only with state of the same description. */
  readonly description: string;
  readonly keyTypes: readonly DataType[];
  readonly valueTypes: readonly DataType[];
  /** The number of keys. */
  readonly size: number;
  /** What the last batch has changed. */
  changes(): Iterable<StateEntry>;
  /**
   * All there is, as it is when it comes. Batches may run meanwhile: a key that is there all the time comes
   * once at least.
   */
  entries(): Iterable<StateEntry>;
  /** Puts a key back, before the first batch. */
  restore(key: readonly Value[], value: readonly Value[]): void;
}

/** The state of an aggregation: groups come in, and rows go out as the output mode has it. */
export interface GroupState extends StateOperator {
  /** When the last of the groups ends, in microseconds; undefined where no watermark ends any. */
  readonly lastEndMicros: number | undefined;
  /** What the groups take in memory, estimated. */
  readonly memoryBytes: number;
  /** Begins a batch. */
  begin(mode: OutputMode, watermarks: BatchWatermarks): void;
  /** Merges what one worker has gathered. */
  merge(groups: PartialGroups): void;
  /** Ends a batch, and lets go what the watermark has passed. */
  finish(mode: OutputMode, watermarks: BatchWatermarks): FinishedGroups;
}

/** What a batch gives of the groups. */
export interface FinishedGroups {
  /** Rows of keys and then results, made as they are asked for; once, and before the next batch begins. */
  readonly rows: Iterable<Row>;
  /** The keys of the groups that have left the state. */
  readonly evicted: readonly (readonly Value[])[];
  readonly metrics: StateMetrics;
}
