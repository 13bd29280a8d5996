/**
 * The offsets that a batch reads, as a text of bounded length: sinks keep it beside the number of their last batch,
 * since a checkpoint that was restored counts the same numbers again, for other records.
 */
import { createHash } from "node:crypto";
import { OFFSETS_TEXT_LENGTH_MAX } from "../base/bounds.ts";
import type { CheckpointOffsets } from "./checkpoint_file.ts";

/** What a batch reads. */
export interface OffsetsRead {
  readonly from: CheckpointOffsets;
  readonly to: CheckpointOffsets;
}

/** JSON that is equal where the offsets are; of offsets that would be too long, their hash. */
export function offsetsText({ from, to }: OffsetsRead): string {
  const text = JSON.stringify({ from: sorted(from), to: sorted(to) });
  if (text.length <= OFFSETS_TEXT_LENGTH_MAX) return text;
  return JSON.stringify({ sha256: createHash("sha256").update(text).digest("hex") });
}

/** The offsets of a text; undefined where it has but their hash, or is none of ours. */
export function offsetsOfText(text: string): OffsetsRead | undefined {
  try {
    const { from, to } = JSON.parse(text) as Partial<OffsetsRead>;
    return from === undefined || to === undefined ? undefined : { from, to };
  } catch {
    return undefined;
  }
}

/** Topics by their names; partitions are in order in any case, as objects have their numbers. */
function sorted(offsets: CheckpointOffsets): CheckpointOffsets {
  return Object.fromEntries(Object.entries(offsets).sort(([left], [right]) => left < right ? -1 : 1));
}
