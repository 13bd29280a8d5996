/**
 * How aggregates are computed, in two steps: workers update a buffer with the rows that they read, and the
 * coordinator merges the buffers of the same group. A buffer is a few values in an array that all aggregates
 * of the query share.
 */
import type { DataType, Row, Value } from "../../records/data_type.ts";

/** An aggregate, at its position in the buffer. */
export interface Accumulator {
  /** The types of its values in the buffer, from its position on. */
  readonly types: readonly DataType[];
  /** The values of a group without rows. */
  readonly initial: readonly Value[];
  /** Estimated memory per element of its list, in addition to the list itself; 0 by default. */
  readonly elementBytes?: number;
  /** Whether its values are numbers that merging adds up. */
  readonly adds?: boolean;
  /** If its only value is a number of rows, from 0 on: whether a row is counted. */
  readonly counts?: (row: Readonly<Row>) => boolean;
  /** Whether its result depends on the order of rows: other buffers are then merged in the order of theirs. */
  readonly isOrdered?: boolean;
  update(buffer: Value[], at: number, row: Readonly<Row>): void;
  /** Merges the values of rows that follow. */
  merge(buffer: Value[], at: number, other: readonly Value[]): void;
  /**
   * Ends the buffer of a partition, or of a batch, once all of its rows are in it, and before it is merged into
   * another one: checks that values are in the range of their types, or makes a summary of them.
   */
  readonly seal?: (buffer: Value[], at: number) => void;
  result(buffer: readonly Value[], at: number): Value;
}
