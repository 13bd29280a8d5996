/**
 * How far a query has read, from its checkpoint, whichever engine wrote it: so that a query can start on one engine
 * where it was stopped on the other. Offsets are all that both engines have in common.
 */
import { SfcrimeError } from "../../base/errors.ts";
import type { CheckpointEpochs, CheckpointOffsets } from "../checkpoint_file.ts";
import { CheckpointView } from "../checkpoint_view.ts";
import { isSparkCheckpoint, readSparkCheckpoint } from "./spark_checkpoint.ts";

/** What wrote a checkpoint: this program, or Spark. */
export type CheckpointEngine = "local" | "spark";

/** A checkpoint of either engine. */
export interface CheckpointStanding {
  readonly engine: CheckpointEngine;
  /** The last committed batch, and where it ended; undefined if there is none. */
  readonly last: CommittedOffsets | undefined;
  /** A batch that was begun, but not committed: its sink may have rows of it. */
  readonly unfinished: number | undefined;
}

/** The end of a committed batch. */
export interface CommittedOffsets {
  readonly batchId: number;
  readonly offsets: CheckpointOffsets;
  /** The broker's ids of the topics, and the epochs of the last records; Spark keeps neither. */
  readonly topicIds: Readonly<Record<string, string>>;
  readonly epochs: CheckpointEpochs;
}

/** The engine whose checkpoint a directory has; undefined if it has none. */
export async function checkpointEngine(directory: string): Promise<CheckpointEngine | undefined> {
  if (await CheckpointView.isIn(directory)) return "local";
  return await isSparkCheckpoint(directory) ? "spark" : undefined;
}

/** @throws {SfcrimeError} CHECKPOINT if there is no checkpoint in the directory, or it cannot be read. */
export async function readStanding(directory: string): Promise<CheckpointStanding> {
  switch (await checkpointEngine(directory)) {
    case "local":
      return localStanding(directory);
    case "spark": {
      const { last, unfinished } = await readSparkCheckpoint(directory);
      return { engine: "spark", last: last && { ...last, topicIds: {}, epochs: {} }, unfinished };
    }
    case undefined:
      throw new SfcrimeError("CHECKPOINT", `There is no checkpoint in ${directory}.`);
  }
}

/** The error for a checkpoint whose query has not committed a batch. */
export function uncommitted(directory: string): SfcrimeError {
  return new SfcrimeError("CHECKPOINT", `No batch in the checkpoint ${directory} was committed.`, {
    hint: "Start with --starting-offsets earliest.",
  });
}

function localStanding(directory: string): CheckpointStanding {
  const view = CheckpointView.openIfAny(directory);
  if (view === undefined) return { engine: "local", last: undefined, unfinished: undefined };
  try {
    const { nextBatchId, offsets, epochs, pending } = view.standing();
    return {
      engine: "local",
      last: offsets && { batchId: nextBatchId - 1, offsets, epochs, topicIds: view.topicIds() },
      unfinished: pending?.batchId,
    };
  } finally {
    view.close();
  }
}
