/**
 * The progress of a batch in the format of Spark's `StreamingQueryProgress`: with its names, in its order.
 * What Spark omits (event times of a batch without any, empty maps) is omitted.
 */
import type { CheckpointOffsets } from "../../checkpoint/checkpoint_file.ts";
import { doubleText } from "../../records/values/double_text.ts";
import type { OperatorProgress } from "../../stream/operators/operator_list.ts";
import { type BatchProgress, inputRowsOf, offsetsBehind, ratesOf, watermarkText } from "./batch_progress.ts";

/** The progress as a line of JSON. */
export function streamingQueryProgress(progress: BatchProgress): string {
  const { durationMs, durations, triggeredAtMs } = progress;
  const rates = (numInputRows: number) => {
    const { inputRowsPerSecond, processedRowsPerSecond } = ratesOf(numInputRows, progress);
    return {
      numInputRows,
      ...(inputRowsPerSecond === undefined ? {} : { inputRowsPerSecond: double(inputRowsPerSecond) }),
      processedRowsPerSecond: double(processedRowsPerSecond),
    };
  };
  return JSON.stringify({
    id: progress.queryId,
    runId: progress.runId,
    name: progress.query,
    timestamp: new Date(triggeredAtMs).toISOString(),
    batchId: progress.batchId,
    batchDuration: durationMs,
    ...rates(inputRowsOf(progress)),
    durationMs: {
      addBatch: durations.addBatch,
      commitOffsets: durations.commitOffsets,
      // Nothing is planned or looked up between the offsets and the batch, so these two take no time.
      getBatch: 0,
      latestOffset: durations.latestOffset,
      queryPlanning: 0,
      triggerExecution: durationMs,
      walCommit: durations.walCommit,
    },
    ...eventTime(progress),
    stateOperators: progress.state.map((operator) => stateOperator(operator, durations.commitOffsets)),
    sources: progress.sources.map(({ description, from, to, latest, records }) => ({
      description: `KafkaV2[${description}]`,
      startOffset: from,
      endOffset: to,
      latestOffset: latest,
      ...rates(records),
      metrics: lag(to, latest),
    })),
    sink: { description: progress.sink, numOutputRows: progress.outputRows },
  });
}

/** A Java double in JSON, which always has a decimal place; raw JSON is not yet in the compiler's types. */
function double(value: number): unknown {
  return (JSON as unknown as { rawJSON(text: string): unknown }).rawJSON(doubleText(value));
}

function eventTime({ eventTimes, watermarkMs }: BatchProgress): Record<string, unknown> {
  if (watermarkMs === undefined) return {};
  const { count, sumMs, maxMs, minMs } = eventTimes;
  return {
    eventTime: {
      ...(count === 0 ? {} : {
        avg: watermarkText(Math.floor(sumMs / count)),
        max: watermarkText(maxMs),
        min: watermarkText(minMs),
      }),
      watermark: watermarkText(watermarkMs),
    },
  };
}

function stateOperator(metrics: OperatorProgress, commitTimeMs: number): Record<string, unknown> {
  return {
    operatorName: metrics.operatorName,
    numRowsTotal: metrics.rowsTotal,
    numRowsUpdated: metrics.rowsUpdated,
    allUpdatesTimeMs: metrics.updatesMs,
    numRowsRemoved: metrics.rowsRemoved,
    allRemovalsTimeMs: metrics.removalsMs,
    commitTimeMs,
    memoryUsedBytes: metrics.memoryBytes,
    numRowsDroppedByWatermark: metrics.groupsDropped,
    numShufflePartitions: 1,
    // Of each side of a join: its keys, and its rows.
    numStateStoreInstances: metrics.operatorName === "symmetricHashJoin" ? 4 : 1,
    customMetrics: {
      ...(metrics.operatorName === "dedupeWithinWatermark"
        ? { numDroppedDuplicateRows: metrics.duplicateRows }
        : {}),
      numLateRows: metrics.lateRows,
    },
  };
}

/** The lag of a batch, over all partitions; as strings, as in Spark. */
function lag(to: CheckpointOffsets, latest: CheckpointOffsets): Record<string, string> {
  const behind = offsetsBehind(to, latest);
  if (behind.length === 0) return {};
  return {
    avgOffsetsBehindLatest: doubleText(behind.reduce((sum, offsets) => sum + offsets, 0) / behind.length),
    maxOffsetsBehindLatest: String(Math.max(...behind)),
    minOffsetsBehindLatest: String(Math.min(...behind)),
  };
}
