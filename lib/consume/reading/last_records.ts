/**
 * Finds the start of the last N records of a partition. Offsets do not count records: transaction markers have offsets,
 * too, and records may have been aborted or compacted. So the records are counted, in growing steps back from the end.
 */
import type { Broker, OffsetRange, Reader, RecordChunk } from "../../broker/broker.ts";
import { missingTopic } from "../../broker/failures.ts";
import { decodeBatches } from "../../broker/record_batch/decode.ts";
import { topicRanges } from "../../broker/topics/topic_ranges.ts";

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

/** Which records to read. */
export interface LastRecordsOptions {
  readonly broker: Broker;
  /** How many of the last records, over all partitions. */
  readonly count: number;
  readonly signal: AbortSignal;
}

/** The last records of a topic, by partition; each chunk with the range that is wanted of it. @throws {SfcrimeError} TOPIC_MISSING */
export async function* lastChunks(
  topic: string,
  { broker, count, signal }: LastRecordsOptions,
): AsyncIterable<{ readonly chunk: RecordChunk; readonly range: OffsetRange }> {
  if (await broker.describeTopic(topic) === undefined) throw missingTopic(topic, await broker.listTopics());
  const filled = (await topicRanges(broker, topic)).filter(({ from, to }) => from < to);
  const ofEach = Math.ceil(count / Math.max(1, filled.length));
  const reader = await broker.openReader();
  try {
    for (const all of filled) {
      const range = { ...all, from: await offsetBeforeLast(ofEach, all, { reader, signal }) };
      for await (const chunk of reader.read(range, signal)) yield { chunk, range };
    }
  } finally {
    await reader.close();
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
