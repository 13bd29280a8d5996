/**
 * Whether a sink and a checkpoint belong together as they are. A sink holds what the committed batches have given, or
 * the one more that was logged and not committed; after a restore or a copy of one of the two that need not be so.
 *
 * Batches are compared by number and by the offsets that they have read. Of a batch that an older version has written,
 * a sink knows the number only, and is held to that.
 */
import { SfcrimeError } from "../base/errors.ts";
import type { CheckpointOffsets, Standing } from "../checkpoint/checkpoint_file.ts";
import { offsetsOfText, type OffsetsRead, offsetsText } from "../checkpoint/offsets_text.ts";
import type { SinkBatch } from "../sinks/sink.ts";

/** How many positions a message names. */
const POSITIONS_NAMED_MAX = 12;

/** A sink that was looked at, and the checkpoint of its query. */
export interface SinkAndCheckpoint {
  readonly held: SinkBatch | undefined;
  readonly standing: Pick<Standing, "nextBatchId" | "offsets" | "pending">;
  /** What the checkpoint has logged of the batch that is held, if it still has it. */
  readonly logged: OffsetsRead | undefined;
  /** The last committed batch that has given rows, as far as the checkpoint knows. */
  readonly lastWithRows: number | undefined;
}

/** What to do with them. */
export type SinkVerdict =
  | { readonly kind: "together" }
  /** The sink has rows of a batch that the checkpoint knows nothing of, or another one. */
  | { readonly kind: "ahead" | "another batch"; readonly held: SinkBatch }
  /** The sink has not got all that the committed batches have given. */
  | { readonly kind: "behind"; readonly held: SinkBatch; readonly lastWithRows: number };

/** Decides. */
export function judgeSink({ held, standing, logged, lastWithRows }: SinkAndCheckpoint): SinkVerdict {
  if (held === undefined) return { kind: "together" };
  const { nextBatchId, pending } = standing;
  const isPending = pending?.batchId === held.batchId;
  if (held.batchId >= nextBatchId && !isPending) return { kind: "ahead", held };
  if (held.offsets !== undefined && logged !== undefined && held.offsets !== offsetsText(logged)) {
    return { kind: "another batch", held };
  }
  if (lastWithRows !== undefined && held.batchId < lastWithRows) {
    return { kind: "behind", held, lastWithRows };
  }
  return { kind: "together" };
}

/** Those who do not go together, for people. */
export interface SinkNames {
  readonly query: string;
  /** The sink, as `the json files in out`. */
  readonly sink: string;
  readonly directory: string;
  /** Whether the query could go on after what the sink holds. */
  readonly canResume: boolean;
}

/** The error for a sink that holds what its checkpoint knows nothing of. */
export function sinkRefusal(
  { query, sink, directory, canResume }: SinkNames,
  { held, standing, logged }: SinkAndCheckpoint,
): SfcrimeError {
  const { batchId, offsets } = held!;
  const read = offsets === undefined ? undefined : offsetsOfText(offsets);
  const holds = `${sink}: batch ${batchId}${
    read !== undefined
      ? `, offsets ${rangesText(read)}`
      : offsets === undefined
      ? ""
      : ", of other offsets (only their hash is kept)"
  }`;
  const resume = !canResume ? "" : " Or go on after what the sink holds, with --resume-after-sink.";
  return new SfcrimeError(
    "CHECKPOINT",
    `The sink of ${query} does not belong to the checkpoint ${directory} as it is: ` +
      `one of them was restored or copied without the other.\n` +
      `  The sink holds:\n    ${holds}\n  The checkpoint has:\n    ${
        checkpointText(standing, { batchId, logged })
      }`,
    {
      hint:
        "Restore both from one backup, or start the query anew with another --checkpoint and another sink." +
        resume,
    },
  );
}

/** What to say of a sink that lacks rows. */
export function behindText(
  { query, sink }: SinkNames,
  { held, lastWithRows }: SinkVerdict & { kind: "behind" },
): string {
  const first = held.batchId + 1;
  const batches = first === lastWithRows ? `batch ${first}` : `batches ${first} to ${lastWithRows}`;
  return `${query} has written ${batches}, but ${sink} has only batches up to ${held.batchId}: it was restored ` +
    `without the checkpoint. The rows in between are missing there; restore both from one backup to have them.`;
}

function checkpointText(
  { nextBatchId, offsets, pending }: SinkAndCheckpoint["standing"],
  { batchId, logged }: { readonly batchId: number; readonly logged: OffsetsRead | undefined },
): string {
  if (logged !== undefined) return `batch ${batchId}, offsets ${rangesText(logged)}`;
  if (pending !== undefined) return `batch ${pending.batchId} to run again, offsets ${rangesText(pending)}`;
  const from = offsets === undefined ? "" : `, from ${positionsText(offsets)}`;
  return `batch ${nextBatchId} to run next${from}`;
}

function rangesText({ from, to }: OffsetsRead): string {
  return listed(
    Object.entries(to).flatMap(([topic, partitions]) =>
      Object.entries(partitions).map(([partition, end]) =>
        `${from[topic]?.[partition] ?? 0} to ${end} of ${topic}-${partition}`
      )
    ),
  );
}

function positionsText(offsets: CheckpointOffsets): string {
  return listed(
    Object.entries(offsets).flatMap(([topic, partitions]) =>
      Object.entries(partitions).map(([partition, offset]) => `offset ${offset} of ${topic}-${partition}`)
    ),
  );
}

function listed(positions: readonly string[]): string {
  const rest = positions.length - POSITIONS_NAMED_MAX;
  return positions.slice(0, POSITIONS_NAMED_MAX).join(", ") + (rest > 0 ? `, and ${rest} more` : "");
}
