/**
 * Whether a sink and a checkpoint match. A sink holds the output of the committed batches, and perhaps of the one batch
 * that was logged but not committed; after one of the two was restored or copied, that need not be so.
 *
 * Batches are compared by number and by the offsets that they read. Of a batch that an older version wrote, the sink
 * knows only the number, so only the number is compared.
 */
import { SfcrimeError } from "../../base/errors.ts";
import { positionsText, rangesText } from "../../base/text/positions.ts";
import type { Standing } from "../../checkpoint/checkpoint_file.ts";
import { offsetsOfText, type OffsetsRead, offsetsText } from "../../checkpoint/offsets_text.ts";
import type { SinkBatch } from "../../sinks/sink.ts";

/** A sink, and the checkpoint of its query. */
export interface SinkAndCheckpoint {
  readonly held: SinkBatch | undefined;
  readonly standing: Pick<Standing, "nextBatchId" | "offsets" | "pending">;
  /** What the checkpoint logged for the batch that the sink holds, if it still has that. */
  readonly logged: OffsetsRead | undefined;
  /** The last committed batch that emitted rows, as far as the checkpoint knows. */
  readonly lastWithRows: number | undefined;
}

/** Whether they match. */
export type SinkVerdict =
  | { readonly kind: "together" }
  /** The sink has rows of a batch that the checkpoint does not know, or of a different batch with that number. */
  | { readonly kind: "ahead" | "another batch"; readonly held: SinkBatch }
  /** The sink lacks rows of committed batches. */
  | { readonly kind: "behind"; readonly held: SinkBatch; readonly lastWithRows: number };

/** Compares a sink with its checkpoint. */
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

/** What a message calls a sink and a checkpoint that do not match. */
export interface SinkNames {
  readonly query: string;
  /** The sink, as `the json files in out`. */
  readonly sink: string;
  readonly directory: string;
  /** Whether the query could resume after what the sink holds. */
  readonly canResume: boolean;
}

/** The error for a sink that holds a batch its checkpoint does not know. */
export function sinkRefusal(
  { query, sink, directory, canResume }: SinkNames,
  { held, standing, logged }: SinkAndCheckpoint,
): SfcrimeError {
  const { batchId, offsets } = held!;
  const read = offsets === undefined ? undefined : offsetsOfText(offsets);
  const holds = `${sink}: batch ${batchId}${
    read !== undefined
      ? `, ${rangesText(read)}`
      : offsets === undefined
      ? ""
      : ", with different offsets (only their hash is stored)"
  }`;
  const resume = !canResume ? "" : " Or continue after the sink's last batch with --resume-after-sink.";
  return new SfcrimeError(
    "CHECKPOINT",
    `The sink of ${query} does not match its checkpoint ${directory}: ` +
      `one of them was restored or copied without the other.\n` +
      `  The sink holds:\n    ${holds}\n  The checkpoint has:\n    ${
        checkpointText(standing, { batchId, logged })
      }`,
    {
      hint:
        "Restore both from the same backup, or restart the query with a new --checkpoint and a new sink." +
        resume,
    },
  );
}

/** The warning for a sink that lacks rows. */
export function behindText(
  { query, sink }: Pick<SinkNames, "query" | "sink">,
  { held, lastWithRows }: SinkVerdict & { kind: "behind" },
): string {
  const first = held.batchId + 1;
  const batches = first === lastWithRows ? `batch ${first}` : `batches ${first} to ${lastWithRows}`;
  return `${query} wrote ${batches}, but the last batch in ${sink} is ${held.batchId}: the sink was restored without ` +
    `its checkpoint. The rows in between are missing there; restore both from the same backup to get them back.`;
}

function checkpointText(
  { nextBatchId, offsets, pending }: SinkAndCheckpoint["standing"],
  { batchId, logged }: { readonly batchId: number; readonly logged: OffsetsRead | undefined },
): string {
  if (logged !== undefined) return `batch ${batchId}, ${rangesText(logged)}`;
  if (pending !== undefined) return `batch ${pending.batchId} to run again, ${rangesText(pending)}`;
  const from = offsets === undefined ? "" : `, from ${positionsText(offsets)}`;
  return `batch ${nextBatchId} to run next${from}`;
}
