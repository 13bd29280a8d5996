/**
 * The contract of keyed state.
 *
 * An operator gets the row of a key, changes it in place, and puts it back: from then on it belongs to the
 * changes of the batch. In between it holds a reference to the row, so that a key is looked up once. A store that
 * spills to disk would load a row in `get`, and could drop it from memory once its changes are committed.
 */
import type { DataType, Value } from "../../records/data_type.ts";
import type { Micros } from "../../records/values/micros.ts";

/** A key of the state; its value is undefined if it was removed. */
export interface StateEntry {
  readonly key: readonly Value[];
  readonly value: readonly Value[] | undefined;
}

/** What state contains, as the identity of a query has it. */
export interface StateLayout {
  /** In one line; a query may resume only with state of the same description. */
  readonly description: string;
  readonly keyTypes: readonly DataType[];
  readonly valueTypes: readonly DataType[];
}

/** State, as a checkpoint stores and restores it. */
export interface KeyedState extends StateLayout {
  /** The number of keys. */
  readonly size: number;
  /** Estimated. */
  readonly memoryBytes: number;
  /** The changes since {@link StateStore.begin}. Applied to the entries before, they give those after. */
  changes(): Iterable<StateEntry>;
  /**
   * All entries, each as it is when it is returned. Batches may run meanwhile: a key that exists all the time
   * is returned at least once.
   */
  entries(): Iterable<StateEntry>;
  /** Restores a key, before the first batch. */
  restore(key: readonly Value[], value: readonly Value[]): void;
}

/** Rows that can be counted without looking at each. */
export interface StateRows<Row> extends Iterable<Row> {
  readonly length: number;
}

/** State, as an operator uses it. */
export interface StateStore<Row> extends KeyedState {
  /** The latest time at which a row expires; undefined if none does. */
  readonly latestExpiry: Micros | undefined;
  /** Begins a batch: the changes of the last one are committed. */
  begin(): void;
  /** Stores a row that is new or has changed. */
  put(row: Row): void;
  /** Removes and returns the rows that expire at or before a time. */
  expire(until: Micros): StateRows<Row>;
  /** The rows that were put in this batch, including those that have expired since. */
  updated(): Iterable<Row>;
  /** All rows. */
  rows(): Iterable<Row>;
}
