/** What a restart says of a sink and a checkpoint that do not match. */
import { SfcrimeError } from "../../base/errors.ts";
import { positionsText, rangesText } from "../../base/text/positions.ts";
import type { OffsetsRead } from "../../checkpoint/checkpoint_file.ts";
import { offsetsOfText } from "../../checkpoint/offsets_text.ts";
import type { MissingBatches, Restart, RestartFacts } from "./restart.ts";

/** What messages call them. */
export interface SinkNames {
  readonly query: string;
  /** The sink, as `the json files in out`. */
  readonly sink: string;
}

/** The error of a restart that is refused; `directory` is that of the checkpoint. */
export function restartRefusal(
  { held: { batchId, offsets }, reason, canAdopt }: Restart & { readonly kind: "refuse" },
  { standing, logged }: RestartFacts,
  { query, sink, directory }: SinkNames & { readonly directory: string },
): SfcrimeError {
  const restart =
    "Restore both from the same backup, or restart the query with a new --checkpoint and a new sink.";
  if (reason !== "mismatch") {
    const why = reason === "has state"
      ? "its state would lack the records in between"
      : "its sink has no offsets for its last batch";
    return new SfcrimeError("CHECKPOINT", `${query} cannot resume after its sink: ${why}.`, {
      hint: restart,
    });
  }
  const read = offsets === undefined ? undefined : offsetsOfText(offsets);
  const holds = `${sink}: batch ${batchId}${
    read !== undefined
      ? `, ${rangesText(read)}`
      : offsets === undefined
      ? ""
      : ", with different offsets (only their hash is stored)"
  }`;
  return new SfcrimeError(
    "CHECKPOINT",
    `The sink of ${query} does not match its checkpoint ${directory}: ` +
      `one of them was restored or copied without the other.\n` +
      `  The sink holds:\n    ${holds}\n  The checkpoint has:\n    ${
        checkpointText(standing, { batchId, logged })
      }`,
    {
      hint: canAdopt
        ? `${restart} Or continue after the sink's last batch with --resume-after-sink.`
        : restart,
    },
  );
}

/** The warning for a sink that lacks rows. */
export function missingText({ query, sink }: SinkNames, { held, lastWithRows }: MissingBatches): string {
  const first = held + 1;
  const batches = first === lastWithRows ? `batch ${first}` : `batches ${first} to ${lastWithRows}`;
  return `${query} wrote ${batches}, but the last batch in ${sink} is ${held}: the sink was restored without ` +
    `its checkpoint. The rows in between are missing there; restore both from the same backup to get them back.`;
}

function checkpointText(
  { nextBatchId, offsets, pending }: RestartFacts["standing"],
  { batchId, logged }: { readonly batchId: number; readonly logged: OffsetsRead | undefined },
): string {
  if (logged !== undefined) return `batch ${batchId}, ${rangesText(logged)}`;
  if (pending !== undefined) return `batch ${pending.batchId} to run again, ${rangesText(pending)}`;
  const from = offsets === undefined ? "" : `, from ${positionsText(offsets)}`;
  return `batch ${nextBatchId} to run next${from}`;
}
