/** A batch of a query: what goes in, and what it comes to. */
import type { CheckpointEpochs, CheckpointOffsets } from "../checkpoint/checkpoint_file.ts";
import type { EventTimeSummary } from "../stream/watermark.ts";
import type { OperatorProgress } from "./progress.ts";

/** What a batch reads, as it is logged. */
export interface BatchOffsets {
  readonly from: CheckpointOffsets;
  readonly to: CheckpointOffsets;
  /** The broker's own ids of the topics. */
  readonly topicIds: Readonly<Record<string, string>>;
  /** The epochs of the last records that it reads. */
  readonly epochs?: CheckpointEpochs;
}

/** What a batch of a query came to, for its progress. */
export interface QueryBatchResult {
  readonly batchId: number;
  readonly outputRows: number;
  readonly watermarkMs: number | undefined;
  readonly eventTimes: EventTimeSummary;
  /** Rows that were left out since their event time lies too far ahead of the clock. */
  readonly rowsAhead: number;
  /** By stateful operator; empty for a stateless query. */
  readonly state: readonly OperatorProgress[];
  /** How long steps 1, and 4, took. */
  readonly walCommitMs: number;
  readonly commitMs: number;
}

/** The steps of a batch, by the numbers of `query_run.ts`. */
export type BatchStep = 1 | 2 | 3 | 4;
