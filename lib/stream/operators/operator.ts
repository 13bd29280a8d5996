/**
 * The interface of stateful operators: keyed state whose changes are written after each batch, and which is
 * restored when the query resumes.
 */
import type { DataType, Row, Value } from "../../records/data_type.ts";
import type { Micros } from "../../records/values/micros.ts";
import type { OutputMode } from "../../sql/plan.ts";
import type { PartialGroups } from "../aggregates/partial_aggregate.ts";

/** The two watermarks of a batch, in milliseconds; undefined if the query has none. */
export interface BatchWatermarks {
  /** Rows whose group ends at or before this are late. */
  readonly lateMs: number | undefined;
  /** Groups that end at or before this are evicted. */
  readonly evictionMs: number | undefined;
  /** Rows with an event time after this are dropped; absent if none are. */
  readonly eventTimeMaxMs?: number | undefined;
}

/** The state metrics of a batch. */
export interface StateMetrics {
  /** The name of the operator in Spark. */
  readonly operatorName: OperatorName;
  readonly rowsTotal: number;
  readonly rowsUpdated: number;
  readonly rowsRemoved: number;
  /** Groups of late rows, each counted once, as in Spark, but sessions once per origin. */
  readonly groupsDropped: number;
  /** The late rows themselves. */
  readonly lateRows: number;
  /** Rows that were dropped because their keys were seen before. */
  readonly duplicateRows: number;
  /** Estimated. */
  readonly memoryBytes: number;
}

/** Spark's names of the stateful operators. */
export type OperatorName =
  | "stateStoreSave"
  | "sessionWindowStateStoreSaveExec"
  | "dedupeWithinWatermark"
  | "globalLimit";

/** A key of the state; its value is undefined if it was removed. */
export interface StateEntry {
  readonly key: readonly Value[];
  readonly value: readonly Value[] | undefined;
}

/** Keyed state. */
export interface StateOperator {
  /** What the state contains, in one line; a query may resume only with state of the same description. */
  readonly description: string;
  readonly keyTypes: readonly DataType[];
  readonly valueTypes: readonly DataType[];
  /** The number of keys. */
  readonly size: number;
  /** The changes of the last batch. */
  changes(): Iterable<StateEntry>;
  /**
   * All entries, each as it is when it is returned. Batches may run meanwhile: a key that exists all the time
   * is returned at least once.
   */
  entries(): Iterable<StateEntry>;
  /** Restores a key, before the first batch. */
  restore(key: readonly Value[], value: readonly Value[]): void;
}

/** The state of an aggregation: takes partial groups, and returns rows according to the output mode. */
export interface GroupState extends StateOperator {
  /** The latest end of any group, in microseconds; undefined if no watermark evicts groups. */
  readonly lastEndMicros: Micros | undefined;
  /** Estimated memory of the groups. */
  readonly memoryBytes: number;
  /** Begins a batch. */
  begin(mode: OutputMode, watermarks: BatchWatermarks): void;
  /** Merges the partial groups of a worker. */
  merge(groups: PartialGroups): void;
  /** Ends a batch, and evicts what the watermark has passed. */
  finish(mode: OutputMode, watermarks: BatchWatermarks): FinishedGroups;
}

/** The output of a batch. */
export interface FinishedGroups {
  /** Group rows, computed on demand; to be read once, before the next batch begins. */
  readonly rows: Iterable<Row>;
  /** The keys of the groups that were evicted. */
  readonly evicted: readonly (readonly Value[])[];
  readonly metrics: StateMetrics;
}
