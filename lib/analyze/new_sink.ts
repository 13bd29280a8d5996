/** What a user has to know of a sink that has not got all that its query has given. */
import type { CheckpointOffsets } from "../checkpoint/checkpoint_file.ts";
import type { KeptSink } from "../checkpoint/identity.ts";
import type { OutputMode } from "../sql/plan.ts";

/** A query that goes on from a checkpoint, and its sink. */
export interface OpenedSink {
  readonly query: string;
  readonly outputMode: OutputMode;
  /** The number of the batch that comes next, and how far those before have read. */
  readonly batchId: number;
  readonly offsets: CheckpointOffsets | undefined;
  readonly sink: KeptSink & { readonly isNew?: boolean };
  /** The last batch that it holds; −1 where there is none. */
  readonly holds: number;
  /** Where the rows of the last run went, where that is known. */
  readonly before: KeptSink | undefined;
}

/** One line, or undefined where the sink has what it should have. */
export function newSinkText(opened: OpenedSink): string | undefined {
  const { query, batchId, offsets, sink, holds, before } = opened;
  if (batchId === 0) return undefined;
  const isOther = before !== undefined && placeOf(before) !== placeOf(sink);
  const isNew = sink.place === undefined ? isOther : sink.isNew === true;
  if (!isNew && !(isOther && holds < batchId - 1)) return undefined;
  const anew = "To have all rows there, start the query anew with another --checkpoint.";
  return `${query} goes on with batch ${batchId}${at(offsets)}. Its sink, ${sink.description}, ` +
    `${missing(opened, { isNew, isOther })} ${anew}`;
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
    return `${lead}; it gets the whole result with the next batch that has records.`;
  }
  // What has no place keeps nothing: a run before may have printed the same.
  if (sink.place !== undefined && isNew && !isOther && before !== undefined) {
    return `is new; the rows of ${batches} that went there are gone.`;
  }
  return `${lead}; it does not have the rows of ${batches}${went}.`;
}

function placeOf({ place, description }: KeptSink): string {
  return place ?? description;
}

function at(offsets: CheckpointOffsets | undefined): string {
  const positions = Object.entries(offsets ?? {}).flatMap(([topic, partitions]) =>
    Object.entries(partitions).map(([partition, offset]) => `${topic}-${partition} at ${offset}`)
  );
  return positions.length === 0 ? "" : `, ${positions.join(", ")}`;
}
