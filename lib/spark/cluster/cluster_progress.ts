/** Spark's `StreamingQueryProgress` as progress of ours; the other way round is `streaming_query_progress.ts`. */
import * as z from "zod";
import type { CheckpointOffsets } from "../../checkpoint/checkpoint_file.ts";
import type { BatchProgress } from "../../monitoring/progress/batch_progress.ts";
import type { OperatorName } from "../../stream/operators/operator.ts";
import type { OperatorProgress } from "../../stream/operators/operator_list.ts";
import { NO_EVENT_TIMES } from "../../stream/time/watermark.ts";

const count = z.number().catch(0);
const offsets = z.string().transform((text): unknown => JSON.parse(text))
  .pipe(z.record(z.string(), z.record(z.string(), z.number()))).nullable().catch(null);

/** What is read of it; all else may change from version to version. A server writes offsets as texts of JSON. */
const PROGRESS = z.object({
  id: z.string(),
  runId: z.string(),
  timestamp: z.string().transform(Date.parse),
  batchId: z.number(),
  durationMs: z.record(z.string(), z.number()).catch({}),
  eventTime: z.record(z.string(), z.string().transform(Date.parse)).catch({}),
  stateOperators: z.array(z.object({
    operatorName: z.string(),
    numRowsTotal: count,
    numRowsUpdated: count,
    allUpdatesTimeMs: count,
    numRowsRemoved: count,
    allRemovalsTimeMs: count,
    memoryUsedBytes: count,
    numRowsDroppedByWatermark: count,
    customMetrics: z.record(z.string(), z.number()).catch({}),
  })).catch([]),
  sources: z.array(z.object({
    description: z.string(),
    startOffset: offsets,
    endOffset: offsets,
    latestOffset: offsets,
    numInputRows: count,
  })).catch([]),
  sink: z.object({ numOutputRows: count }).catch({ numOutputRows: 0 }),
});

/** Spark's progress of a batch, checked. */
export type SparkProgress = z.infer<typeof PROGRESS>;

/** Parses the progress of a batch; undefined for one of a trigger that had nothing to do. */
export function parseProgress(json: string): SparkProgress | undefined {
  const progress = PROGRESS.parse(JSON.parse(json));
  return "addBatch" in progress.durationMs ? progress : undefined;
}

/** What is known of a batch besides its progress. */
export interface BatchContext {
  readonly query: string;
  /** The sink, for people. */
  readonly sink: string;
  /** The batch before it in this run, if there was one. */
  readonly previous: BatchProgress | undefined;
}

/** The progress of a batch. Spark counts no malformed records. */
export function batchProgress(
  progress: SparkProgress,
  { query, sink, previous }: BatchContext,
): BatchProgress {
  const { durationMs, eventTime, sources, timestamp: triggeredAtMs } = progress;
  const duration = durationMs["triggerExecution"] ?? 0;
  return {
    query,
    batchId: progress.batchId,
    triggeredAtMs,
    durationMs: duration,
    sinceTriggerMs: previous === undefined ? duration : triggeredAtMs + duration - endOf(previous),
    inputRecords: sources.reduce((sum, { numInputRows }) => sum + numInputRows, 0),
    malformedRecords: 0,
    outputRows: Math.max(0, progress.sink.numOutputRows),
    watermarkMs: eventTime["watermark"],
    state: progress.stateOperators.map(operatorProgress),
    queryId: progress.id,
    runId: progress.runId,
    eventTimes: eventTimesOf(eventTime),
    rowsAhead: 0,
    startsRun: previous === undefined,
    previousTriggerMs: previous?.triggeredAtMs,
    durations: {
      latestOffset: durationMs["latestOffset"] ?? 0,
      walCommit: durationMs["walCommit"] ?? 0,
      addBatch: durationMs["addBatch"] ?? 0,
      commitOffsets: durationMs["commitOffsets"] ?? 0,
    },
    sources: sources.map(({ description, startOffset, endOffset, latestOffset, numInputRows }) => ({
      description: /^KafkaV2\[(.*)\]$/.exec(description)?.[1] ?? description,
      from: startOffset,
      to: endOffset ?? NO_OFFSETS,
      latest: latestOffset ?? NO_OFFSETS,
      records: numInputRows,
    })),
    sink,
  };
}

const NO_OFFSETS: CheckpointOffsets = {};

function endOf({ triggeredAtMs, durationMs }: BatchProgress): number {
  return triggeredAtMs + durationMs;
}

function operatorProgress(operator: SparkProgress["stateOperators"][number]): OperatorProgress {
  return {
    operatorName: operator.operatorName as OperatorName,
    rowsTotal: operator.numRowsTotal,
    rowsUpdated: operator.numRowsUpdated,
    rowsRemoved: operator.numRowsRemoved,
    groupsDropped: operator.numRowsDroppedByWatermark,
    lateRows: 0,
    duplicateRows: operator.customMetrics["numDroppedDuplicateRows"] ?? 0,
    memoryBytes: operator.memoryUsedBytes,
    updatesMs: operator.allUpdatesTimeMs,
    removalsMs: operator.allRemovalsTimeMs,
  };
}

/** Spark gives the mean, not the number of rows. */
function eventTimesOf({ avg, max, min }: Readonly<Record<string, number>>): BatchProgress["eventTimes"] {
  if (avg === undefined || max === undefined || min === undefined) return NO_EVENT_TIMES;
  return { count: 1, sumMs: avg, maxMs: max, minMs: min, rowsAhead: 0 };
}
