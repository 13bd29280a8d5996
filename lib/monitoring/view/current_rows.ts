/** The current rows of a running query, on request: what an interactive query asks, and the answer. */
import type { Row, Schema } from "../../records/data_type.ts";

/** What is asked for. */
export interface RowsRequest {
  /** A condition over the columns of the result, as after WHERE. */
  readonly where?: string;
  /** As after ORDER BY. Without it, rows are in the order of the result, and recent ones newest first. */
  readonly order?: string;
  /** How many rows, at most. */
  readonly limit: number;
}

/**
 * What the rows are, by output mode: the whole `result` in complete mode; the groups in `state` in update mode, as rows
 * of the result; in append mode, and for queries without groups, the `recent` rows that were emitted.
 */
export type RowsKind = "result" | "state" | "recent";

/** Rows as of the end of a batch. */
export interface RowsAnswer {
  /** The last committed batch; null before the first one. */
  readonly batchId: number | null;
  readonly kind: RowsKind;
  readonly columns: Schema;
  /** The time zone of the query, in which its times are shown. */
  readonly timeZone: string;
  readonly rows: readonly Readonly<Row>[];
  /** How many rows the condition holds for, with those beyond the limit. */
  readonly total: number;
  /** Whether there are more than `rows`. */
  readonly truncated: boolean;
}

/** Reads the rows of a running query. */
export interface CurrentRows {
  /**
   * The rows as the last batch left them. While a batch is running, this waits for its end, at most
   * `READ_WAIT_MS_MAX`.
   *
   * @throws {SfcrimeError} SQL if the condition or the order is wrong, in the words of the planner; USAGE for a limit
   * that is out of range; another error that is retriable if there was no time between two batches, if too many reads
   * are waiting, or if the query has ended.
   */
  read(request: RowsRequest): Promise<RowsAnswer>;
}
