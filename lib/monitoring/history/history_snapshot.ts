/** The history of a query at one moment, as plain data. */
import type { BatchPoint } from "./batch_point.ts";
import type { Bucket } from "./bucket.ts";

/**
 * See the module's description. A batch is in one place only: the latest ones are in full, those before them in
 * minutes, those before these in hours; all in order of time.
 */
export interface HistorySnapshot {
  /**
   * The number of batches that the history has ever taken: that of the last one in it. The events of later batches
   * have the numbers that follow.
   */
  readonly sequence: number;
  readonly batches: readonly BatchPoint[];
  readonly minutes: readonly Bucket[];
  readonly hours: readonly Bucket[];
  /** Everything from before the hours, in one bucket; null if there is nothing. */
  readonly earlier: Bucket | null;
}
