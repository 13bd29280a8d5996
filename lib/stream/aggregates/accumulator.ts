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
  update(buffer: Value[], at: number, row: Readonly<Row>): void;
  merge(buffer: Value[], at: number, other: readonly Value[]): void;
  /** Checks that the values are in the range of their types, if they may be out of it until then. */
  readonly checkRange?: (buffer: readonly Value[], at: number) => void;
  result(buffer: readonly Value[], at: number): Value;
}
