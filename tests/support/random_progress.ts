/** The progress of batches that never ran, at random. */
import type { BatchProgress } from "../../lib/monitoring/progress/batch_progress.ts";

/** What a batch has; the rest is random. */
export interface BatchBegun {
  readonly batchId: number;
  readonly triggeredAtMs: number;
  readonly startsRun: boolean;
}

/** A batch of integers, with one stateful operator and one partition. */
export function randomProgress(
  { batchId, triggeredAtMs, startsRun }: BatchBegun,
  random: () => number,
): BatchProgress {
  const upTo = (max: number) => Math.floor(random() * max);
  const records = upTo(1_000);
  const rowsTotal = upTo(1_000);
  return {
    query: "q",
    queryId: "id",
    runId: "run",
    sink: "none",
    batchId,
    triggeredAtMs,
    startsRun,
    previousTriggerMs: startsRun ? undefined : triggeredAtMs - 1_000,
    durationMs: upTo(500),
    sinceTriggerMs: 1_000,
    inputRecords: records,
    malformedRecords: upTo(3),
    outputRows: upTo(100),
    watermarkMs: random() < 0.2 ? undefined : triggeredAtMs - upTo(100_000),
    eventTimes: { count: 0, sumMs: 0, minMs: 0, maxMs: 0, rowsAhead: 0 },
    rowsAhead: upTo(3),
    durations: { latestOffset: upTo(9), walCommit: upTo(9), addBatch: upTo(99), commitOffsets: upTo(9) },
    state: [{
      operatorName: "stateStoreSave",
      rowsTotal,
      rowsUpdated: upTo(100),
      rowsRemoved: 0,
      memoryBytes: rowsTotal * 100,
      groupsDropped: upTo(3),
      lateRows: upTo(3),
      duplicateRows: 0,
      updatesMs: 0,
      removalsMs: 0,
    }],
    sources: [{
      description: "Subscribe[t]",
      from: { t: { "0": 0 } },
      to: { t: { "0": records } },
      latest: { t: { "0": records + upTo(3) } },
      records,
    }],
  };
}
