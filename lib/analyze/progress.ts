/** What a batch came to, and how it is told. */
import { formatDuration } from "../base/duration.ts";
import { formatCount, formatRate, plural } from "../base/format.ts";
import type { CheckpointOffsets } from "../checkpoint/checkpoint_file.ts";
import { selectionText, topicFilter, type TopicSelection } from "../config/topic_selection.ts";
import type { StateMetrics } from "../stream/state_operator.ts";
import type { EventTimeSummary } from "../stream/watermark.ts";

/** One batch of one query. */
export interface BatchProgress {
  readonly query: string;
  readonly batchId: number;
  /** When the batch was triggered, in milliseconds since the epoch. */
  readonly triggeredAtMs: number;
  readonly durationMs: number;
  readonly inputRecords: number;
  /** Records whose value is no JSON object: rows of NULLs. */
  readonly malformedRecords: number;
  readonly outputRows: number;
  /** The watermark that the batch ran with; undefined where the query has none. */
  readonly watermarkMs: number | undefined;
  /** By stateful operator, the last to see a row first, as Spark has them; empty for a stateless query. */
  readonly state: readonly OperatorProgress[];
  /** Stays the same from run to run of a query with a checkpoint. */
  readonly queryId: string;
  /** Is of this run alone. */
  readonly runId: string;
  /** The event times of the batch's rows, of the first stream that had any. */
  readonly eventTimes: EventTimeSummary;
  /** When the batch before was triggered; undefined for the first one of a run. */
  readonly previousTriggerMs: number | undefined;
  readonly durations: BatchDurations;
  /** By stream. */
  readonly sources: readonly SourceProgress[];
  /** The sink, for people. */
  readonly sink: string;
}

/** A stateful operator, and how long its parts took, in milliseconds. */
export interface OperatorProgress extends StateMetrics {
  readonly updatesMs: number;
  readonly removalsMs: number;
}

/** How long the parts of a batch took, in milliseconds. */
export interface BatchDurations {
  /** Asking how far the topics reach. */
  readonly latestOffset: number;
  /** Step 1. */
  readonly walCommit: number;
  /** Steps 2 and 3. */
  readonly addBatch: number;
  /** Step 4. */
  readonly commitOffsets: number;
}

/** What a batch read of a stream. */
export interface SourceProgress {
  /** As Spark describes it, such as `Subscribe[calls]`. */
  readonly description: string;
  /** Null for the first batch of a query. */
  readonly from: CheckpointOffsets | null;
  readonly to: CheckpointOffsets;
  /** How far the topics reached. */
  readonly latest: CheckpointOffsets;
  readonly records: number;
}

/** What a stream has of a batch. */
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

/** One line for people: `by_type batch 0: 6,802 records in 93 ms (73,140/s), 415 rows, watermark …`. */
export function progressLine(progress: BatchProgress): string {
  const { query, batchId, durationMs, inputRecords, malformedRecords, outputRows, watermarkMs, state } =
    progress;
  const parts = [
    `${plural(inputRecords, "record")} in ${formatDuration(durationMs)} (${
      formatRate(inputRecords, durationMs)
    }/s)`,
    plural(outputRows, "row"),
  ];
  if (state.length > 0) parts.push(`${plural(state[0]!.rowsTotal, "key")} kept`);
  if (malformedRecords > 0) parts.push(`${formatCount(malformedRecords)} malformed`);
  const lateRows = state.reduce((sum, operator) => sum + operator.lateRows, 0);
  if (lateRows > 0) parts.push(`${formatCount(lateRows)} late`);
  if (watermarkMs !== undefined && watermarkMs > 0) parts.push(`watermark ${watermarkText(watermarkMs)}`);
  return `${query} batch ${batchId}: ${parts.join(", ")}`;
}

/** A watermark as ISO 8601, in UTC. */
export function watermarkText(watermarkMs: number): string {
  return new Date(watermarkMs).toISOString();
}
