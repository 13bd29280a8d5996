/** The charts of a query, under the names of Spark's page, in its order; then those that Spark does not have. */
import type { Measure, Phase } from "../../../monitoring/history/batch_point.ts";
import type { Unit } from "../text/format.ts";

/** A chart of one measure. */
export interface MeasureChart {
  readonly title: string;
  readonly measure: Measure;
  readonly unit: Unit;
}

/** The charts before the one of the phases. */
export const CHARTS: readonly MeasureChart[] = [
  { title: "Input Rate", measure: "inputRowsPerSecond", unit: "rows/s" },
  { title: "Process Rate", measure: "processedRowsPerSecond", unit: "rows/s" },
  { title: "Input Rows", measure: "inputRows", unit: "rows" },
  { title: "Batch Duration", measure: "durationMs", unit: "ms" },
];

/** The chart of the phases, stacked. */
export const PHASES_TITLE = "Operation Duration";

/** The colors of the phases. */
export const PHASE_COLORS: Readonly<Record<Phase, string>> = {
  latestOffset: "--series-1",
  walCommit: "--series-2",
  addBatch: "--series-3",
  commitOffsets: "--series-4",
};

/** Of queries with a watermark. */
export const WATERMARK_CHARTS: readonly MeasureChart[] = [
  { title: "Global Watermark Gap", measure: "watermarkGapMs", unit: "ms" },
];

/** Of queries with state. */
export const STATE_CHARTS: readonly MeasureChart[] = [
  { title: "Aggregated Number Of Total State Rows", measure: "stateRows", unit: "rows" },
  { title: "Aggregated Number Of Updated State Rows", measure: "stateRowsUpdated", unit: "rows" },
  { title: "Aggregated State Memory Used In Bytes", measure: "stateBytes", unit: "bytes" },
  {
    title: "Aggregated Number Of Rows Dropped By Watermark",
    measure: "rowsDroppedByWatermark",
    unit: "rows",
  },
];

/** What Spark has no charts of. */
export const OTHER_CHARTS: readonly MeasureChart[] = [
  { title: "Lag", measure: "lagRecords", unit: "rows" },
  { title: "Lag In Time", measure: "lagMs", unit: "ms" },
  { title: "Output Rows", measure: "outputRows", unit: "rows" },
  { title: "Late Rows", measure: "lateRows", unit: "rows" },
  { title: "Malformed Records", measure: "malformed", unit: "rows" },
];
