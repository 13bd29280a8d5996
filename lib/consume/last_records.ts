/**
 * Finds the start of the last N records of a partition. Offsets do not count records: transaction markers have offsets,
 * too, and records may have been aborted or compacted. So the records are counted, in growing steps back from the end.
 */
import type { OffsetRange, Reader } from "../broker/broker.ts";
import { decodeBatches } from "../broker/record_batch/decode.ts";

/** How much further back each step goes. */
const STEP_GROWTH = 4;

/** The offset of the `count`-th record before the end of the range, or its start if it has fewer. */
export async function offsetBeforeLast(
  count: number,
  range: OffsetRange,
  { reader, signal }: { readonly reader: Reader; readonly signal: AbortSignal },
): Promise<number> {
  if (range.to - range.from <= count) return range.from;
  for (let reach = count;; reach *= STEP_GROWTH) {
    const part = { ...range, from: Math.max(range.from, range.to - reach) };
    let surplus = -count;
    for await (const offsets of recordOffsets(part, reader, signal)) surplus += offsets.length;
    if (signal.aborted || surplus === 0 || (surplus < 0 && part.from === range.from)) return part.from;
    if (surplus < 0) continue;
    for await (const offsets of recordOffsets(part, reader, signal)) {
      if (surplus < offsets.length) return offsets[surplus]!;
      surplus -= offsets.length;
    }
  }
}

/** The offsets of the range's records, chunk by chunk. */
async function* recordOffsets(
  range: OffsetRange,
  reader: Reader,
  signal: AbortSignal,
): AsyncIterable<readonly number[]> {
  let from = range.from;
  for await (const { bytes, aborted } of reader.read(range, signal)) {
    const offsets: number[] = [];
    from = decodeBatches(bytes, { from, to: range.to, aborted }, ({ offset }) => void offsets.push(offset));
    yield offsets;
  }
}
