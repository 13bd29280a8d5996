/**
 * The offsets of a batch, as a text of bounded length: sinks store it with the number of their last batch,
 * since a checkpoint that was restored uses the same numbers again, for other records.
 */
import { createHash } from "node:crypto";
import { OFFSETS_TEXT_LENGTH_MAX } from "../base/bounds.ts";
import type { CheckpointOffsets, OffsetsRead } from "./checkpoint_file.ts";

/** JSON that is equal for equal offsets; if it would be too long, a hash. */
export function offsetsText({ from, to }: OffsetsRead): string {
  const text = JSON.stringify({ from: sorted(from), to: sorted(to) });
  if (text.length <= OFFSETS_TEXT_LENGTH_MAX) return text;
  return JSON.stringify({ sha256: createHash("sha256").update(text).digest("hex") });
}

/** The offsets in a text; undefined if it is a hash or invalid. */
export function offsetsOfText(text: string): OffsetsRead | undefined {
  try {
    const { from, to } = JSON.parse(text) as Partial<OffsetsRead>;
    return from === undefined || to === undefined ? undefined : { from, to };
  } catch {
    return undefined;
  }
}

/** Sorts topics by name; integer keys of objects, the partitions, are always in order. */
function sorted(offsets: CheckpointOffsets): CheckpointOffsets {
  return Object.fromEntries(Object.entries(offsets).sort(([left], [right]) => left < right ? -1 : 1));
}
