/** A batch of a query: its offsets and its result. */
import type { CheckpointEpochs, CheckpointOffsets } from "../../checkpoint/checkpoint_file.ts";
import type { EventTimeSummary } from "../../stream/time/watermark.ts";
import type { OperatorProgress } from "../../stream/operators/operator_list.ts";

/** The offsets of a batch, as logged. */
export interface BatchOffsets {
  readonly from: CheckpointOffsets;
  readonly to: CheckpointOffsets;
  /** The broker's ids of the topics. */
  readonly topicIds: Readonly<Record<string, string>>;
  /** The epochs of the last records that it reads. */
  readonly epochs?: CheckpointEpochs;
}

/** The result of a batch, for its progress. */
export interface QueryBatchResult {
  readonly batchId: number;
  readonly outputRows: number;
  readonly watermarkMs: number | undefined;
  readonly eventTimes: EventTimeSummary;
  /** Rows that were dropped because their event time is too far ahead of the clock. */
  readonly rowsAhead: number;
  /** By stateful operator; empty for a stateless query. */
  readonly state: readonly OperatorProgress[];
  /** The durations of steps 1 and 4. */
  readonly walCommitMs: number;
  readonly commitMs: number;
}
