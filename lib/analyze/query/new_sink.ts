/** The warning for a sink that does not hold all that its query has emitted. */
import { positionsText } from "../../base/text/positions.ts";
import type { CheckpointOffsets } from "../../checkpoint/checkpoint_file.ts";
import type { StoredSink } from "../../checkpoint/identity.ts";
import type { OutputMode } from "../../sql/plan.ts";

/** A query that resumes from a checkpoint, and its sink. */
export interface OpenedSink {
  readonly query: string;
  readonly outputMode: OutputMode;
  /** The next batch, and the offsets at which it starts. */
  readonly batchId: number;
  readonly offsets: CheckpointOffsets | undefined;
  readonly sink: StoredSink & { readonly isNew?: boolean };
  /** The last batch in the sink, or −1. */
  readonly holds: number;
  /** Where the rows of the last run went, if known. */
  readonly before: StoredSink | undefined;
}

/** One line, or undefined if the sink lacks nothing. */
export function newSinkText(opened: OpenedSink): string | undefined {
  const { query, batchId, offsets, sink, holds, before } = opened;
  if (batchId === 0) return undefined;
  const isOther = before !== undefined && placeOf(before) !== placeOf(sink);
  const isNew = sink.place === undefined ? isOther : sink.isNew === true;
  if (!isNew && !(isOther && holds < batchId - 1)) return undefined;
  const from = offsets === undefined || Object.keys(offsets).length === 0
    ? ""
    : `, from ${positionsText(offsets)}`;
  return `${query} resumes at batch ${batchId}${from}. Its sink, ${sink.description}, ` +
    `${
      missing(opened, { isNew, isOther })
    } To get all rows there, restart the query with a new --checkpoint.`;
}

function missing(
  { outputMode, batchId, sink, holds, before }: OpenedSink,
  { isNew, isOther }: { readonly isNew: boolean; readonly isOther: boolean },
): string {
  const first = isNew ? 0 : holds + 1;
  const batches = first === batchId - 1 ? `batch ${first}` : `batches ${first} to ${batchId - 1}`;
  const went = isOther ? `, which went to ${before!.description}` : "";
  const lead = isNew ? "is new" : `has rows up to batch ${holds}`;
  if (outputMode === "complete") {
    return `${lead}; it gets the full result with the next batch that has records.`;
  }
  // A sink without a place stores nothing: an earlier run may have printed the same.
  if (sink.place !== undefined && isNew && !isOther && before !== undefined) {
    return `is new; the rows of ${batches}, which were written there, are gone.`;
  }
  return `${lead}; it lacks the rows of ${batches}${went}.`;
}

function placeOf({ place, description }: StoredSink): string {
  return place ?? description;
}
