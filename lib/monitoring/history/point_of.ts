/** From the progress of a batch to the point that charts show. */
import {
  type BatchProgress,
  inputRowsOf,
  lateRowsOf,
  ratesOf,
  recordsBehind,
} from "../progress/batch_progress.ts";
import type { OperatorProgress } from "../../stream/operators/operator_list.ts";
import type { BatchPoint } from "./batch_point.ts";

/** The point of a batch; `lagMs` is the age of the oldest record that was waiting, if that was looked up. */
export function pointOf(progress: BatchProgress, lagMs: number | null = null): BatchPoint {
  const { batchId, triggeredAtMs, durationMs, durations, startsRun, watermarkMs = 0 } = progress;
  const inputRows = inputRowsOf(progress);
  const { inputRowsPerSecond = null, processedRowsPerSecond } = ratesOf(inputRows, progress);
  const sum = (of: (operator: OperatorProgress) => number) =>
    progress.state.reduce((total, operator) => total + of(operator), 0);
  const lagRecords = recordsBehind(progress.sources);
  return {
    batchId,
    atMs: triggeredAtMs + durationMs,
    triggeredAtMs,
    startsRun,
    phases: durations,
    inputRows,
    inputRowsPerSecond,
    processedRowsPerSecond,
    durationMs,
    // It is the epoch until the first event time, as in Spark.
    ...watermarkMs > 0
      ? { watermarkMs, watermarkGapMs: triggeredAtMs - watermarkMs }
      : { watermarkMs: null, watermarkGapMs: null },
    stateRows: sum(({ rowsTotal }) => rowsTotal),
    stateRowsUpdated: sum(({ rowsUpdated }) => rowsUpdated),
    stateBytes: sum(({ memoryBytes }) => memoryBytes),
    rowsDroppedByWatermark: sum(({ groupsDropped }) => groupsDropped),
    lateRows: lateRowsOf(progress),
    rowsAhead: progress.rowsAhead,
    malformed: progress.malformedRecords,
    outputRows: progress.outputRows,
    lagRecords,
    lagMs: lagRecords === 0 ? 0 : lagMs,
  };
}
