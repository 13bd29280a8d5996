/** What a batch adds to the counters of its query, whoever exports them: their names, and how long a batch may take. */
import { type BatchProgress, lateRowsOf } from "./batch_progress.ts";

/** The bounds of a histogram: from a batch of a few records to one that nobody should have to wait for. */
export const DURATION_BUCKETS_S = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300];

/** A counter. */
export interface BatchCount {
  readonly help: string;
  readonly of: (progress: BatchProgress) => number;
}

/** The counters, by name. */
export const BATCH_COUNTS: Readonly<Record<string, BatchCount>> = {
  batches: { help: "Batches committed.", of: () => 1 },
  input_records: { help: "Records read.", of: ({ inputRecords }) => inputRecords },
  output_rows: { help: "Rows written to the sink.", of: ({ outputRows }) => outputRows },
  malformed_records: {
    help: "Records whose value is not a JSON object.",
    of: ({ malformedRecords }) => malformedRecords,
  },
  late_rows: { help: "Rows behind the watermark, each of them.", of: lateRowsOf },
  rows_dropped_by_watermark: {
    help: "Rows dropped by the watermark as Spark counts them, after they are grouped.",
    of: ({ state }) => state.reduce((sum, { groupsDropped }) => sum + groupsDropped, 0),
  },
  rows_ahead: {
    help: "Rows dropped because their event time is too far ahead of the clock.",
    of: ({ rowsAhead }) => rowsAhead,
  },
};
