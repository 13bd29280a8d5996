/** The progress of batches, and how it is reported. */
import { formatDuration } from "../../base/text/duration.ts";
import { formatCount, formatRate, plural } from "../../base/text/format.ts";
import { UTC } from "../../base/time_zone.ts";
import type { CheckpointOffsets } from "../../checkpoint/checkpoint_file.ts";
import { selectionText, topicFilter, type TopicSelection } from "../../config/values/topic_selection.ts";
import { microsOfMillis } from "../../records/values/micros.ts";
import { timestampIso } from "../../records/values/timestamp.ts";
import type { OperatorProgress } from "../../stream/operators/operator_list.ts";
import type { IdleQueries } from "../idleness.ts";
import type { EventTimeSummary } from "../../stream/time/watermark.ts";

/** One batch of one query. */
export interface BatchProgress {
  readonly query: string;
  readonly batchId: number;
  /** When the batch was triggered, in milliseconds since the epoch. */
  readonly triggeredAtMs: number;
  readonly durationMs: number;
  /** From the end of the previous trigger to the end of the batch; for the first batch, its duration. */
  readonly sinceTriggerMs: number;
  readonly inputRecords: number;
  /** Records whose value is not a JSON object: rows of NULLs. */
  readonly malformedRecords: number;
  readonly outputRows: number;
  /** The watermark that the batch ran with; undefined if the query has none. */
  readonly watermarkMs: number | undefined;
  /** By stateful operator, last one first, as in Spark; empty for a stateless query. */
  readonly state: readonly OperatorProgress[];
  /** The same in every run of a query with a checkpoint. */
  readonly queryId: string;
  /** Unique to this run. */
  readonly runId: string;
  /** The event times of the batch, from the first stream that had any. */
  readonly eventTimes: EventTimeSummary;
  /** Rows that were dropped because their event time is too far ahead of the clock. */
  readonly rowsAhead: number;
  /** Whether it is the first batch of its query in this run. */
  readonly startsRun: boolean;
  /** When the previous batch was triggered; undefined for the first one of a run. */
  readonly previousTriggerMs: number | undefined;
  readonly durations: BatchDurations;
  /** By stream. */
  readonly sources: readonly SourceProgress[];
  /** The sink, for people. */
  readonly sink: string;
}

/** The durations of the parts of a batch, in milliseconds. */
export interface BatchDurations {
  /** Getting the end offsets of the topics. */
  readonly latestOffset: number;
  /** Step 1. */
  readonly walCommit: number;
  /** Steps 2 and 3. */
  readonly addBatch: number;
  /** Step 4. */
  readonly commitOffsets: number;
}

/** What a batch read from a stream. */
export interface SourceProgress {
  /** As Spark describes it, such as `Subscribe[calls]`. */
  readonly description: string;
  /** Null for the first batch of a query. */
  readonly from: CheckpointOffsets | null;
  readonly to: CheckpointOffsets;
  /** The end offsets of the topics. */
  readonly latest: CheckpointOffsets;
  readonly records: number;
}

/** The progress of a stream in a batch. */
export function sourceProgress(
  selection: TopicSelection,
  batch: Omit<SourceProgress, "description" | "records">,
  recordsByTopic: ReadonlyMap<string, number>,
): SourceProgress {
  const isRead = topicFilter(selection);
  const own = (offsets: CheckpointOffsets) =>
    Object.fromEntries(Object.entries(offsets).filter(([topic]) => isRead(topic)));
  return {
    description: selectionText(selection),
    from: batch.from === null ? null : own(batch.from),
    to: own(batch.to),
    latest: own(batch.latest),
    records: [...recordsByTopic].reduce((sum, [topic, records]) => isRead(topic) ? sum + records : sum, 0),
  };
}

/**
 * A line for users: `by_type batch 3: 100 records (100/s, 0 behind) in 16 ms, 415 rows, watermark …`. The
 * rate is over wall-clock time, including the wait for the trigger.
 */
export function progressLine(progress: BatchProgress): string {
  const { query, batchId, durationMs, sinceTriggerMs, inputRecords, malformedRecords, outputRows } = progress;
  const { watermarkMs, state, sources, rowsAhead } = progress;
  const rate = formatRate(inputRecords, sinceTriggerMs);
  const behind = formatCount(recordsBehind(sources));
  const parts = [
    `${plural(inputRecords, "record")} (${rate}/s, ${behind} behind) in ${formatDuration(durationMs)}`,
    plural(outputRows, "row"),
  ];
  if (state.length > 0) parts.push(`${plural(state[0]!.rowsTotal, "key")} in state`);
  if (malformedRecords > 0) parts.push(`${formatCount(malformedRecords)} malformed`);
  const lateRows = lateRowsOf(progress);
  if (rowsAhead > 0) parts.push(`${formatCount(rowsAhead)} ahead of the clock`);
  if (lateRows > 0) parts.push(`${formatCount(lateRows)} late`);
  if (watermarkMs !== undefined && watermarkMs > 0) parts.push(`watermark ${watermarkText(watermarkMs)}`);
  return `${query} batch ${batchId}: ${parts.join(", ")}`;
}

/** The late rows of a batch, over all operators. */
export function lateRowsOf({ state }: BatchProgress): number {
  return state.reduce((sum, operator) => sum + operator.lateRows, 0);
}

/** The lag of some offsets, by partition. */
export function offsetsBehind(to: CheckpointOffsets, latest: CheckpointOffsets): number[] {
  return Object.entries(latest).flatMap(([topic, partitions]) =>
    Object.entries(partitions).map(([partition, end]) => end - (to[topic]?.[partition] ?? end))
  );
}

/** The rates of a batch, per second. */
export interface BatchRates {
  /** Over the time since the previous trigger; undefined if the clock has not moved on. */
  readonly inputRowsPerSecond: number | undefined;
  /** Over the duration of the batch. */
  readonly processedRowsPerSecond: number;
}

/** The rates of a number of rows in a batch; as in Spark, nothing arrives before the first batch of a run. */
export function ratesOf(
  rows: number,
  { durationMs, previousTriggerMs, triggeredAtMs }: Pick<
    BatchProgress,
    "durationMs" | "previousTriggerMs" | "triggeredAtMs"
  >,
): BatchRates {
  const sinceMs = previousTriggerMs === undefined ? Infinity : triggeredAtMs - previousTriggerMs;
  return {
    inputRowsPerSecond: sinceMs > 0 ? rows / (sinceMs / 1_000) : undefined,
    processedRowsPerSecond: processedPerSecond(rows, durationMs),
  };
}

/** The rate of a number of rows over the duration of their batch, per second. */
export function processedPerSecond(rows: number, durationMs: number): number {
  return rows / (Math.max(1, durationMs) / 1_000);
}

/** The rows that a batch read; records that are read by two streams count for both, as Spark reads them twice. */
export function inputRowsOf({ sources }: Pick<BatchProgress, "sources">): number {
  return sources.reduce((sum, { records }) => sum + records, 0);
}

/** The lag after a batch, by the end offsets at its start; a topic of two streams counts once. */
export function recordsBehind(sources: readonly SourceProgress[]): number {
  const to: CheckpointOffsets = Object.assign({}, ...sources.map((source) => source.to));
  const latest: CheckpointOffsets = Object.assign({}, ...sources.map((source) => source.latest));
  return offsetsBehind(to, latest).reduce((sum, offsets) => sum + offsets, 0);
}

/** A line for users: `by_type: idle for 20 s, 0 records behind`. */
export function idleLine({ queries, idleMs, behind }: IdleQueries): string {
  const duration = formatDuration(Math.round(idleMs / 1_000) * 1_000);
  return `${queries.join(", ")}: idle for ${duration}, ${plural(behind, "record")} behind`;
}

/** A watermark as ISO 8601, in UTC. */
export function watermarkText(watermarkMs: number): string {
  return timestampIso(microsOfMillis(watermarkMs), UTC);
}
