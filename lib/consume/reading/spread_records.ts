/** Records of a topic that are spread evenly over all that it has, for an impression of what is in it. */
import type { Broker, ConsumedRecord, OffsetRange, Reader } from "../../broker/broker.ts";
import { consumedRecords } from "../../broker/consumed_records.ts";
import { missingTopic } from "../../broker/failures.ts";
import { offsetCount, topicRanges } from "../../broker/topics/topic_ranges.ts";

/** How much is fetched at once for a single record. */
const FETCHED_BYTES = 16_384;

/** What to look at. */
export interface SpreadOptions {
  readonly broker: Broker;
  readonly count: number;
  readonly signal: AbortSignal;
}

/**
 * At most `count` records, by partition and offset. Offsets do not count records: where an offset has none, the
 * next record stands for it, so there may be fewer.
 *
 * @throws {SfcrimeError} TOPIC_MISSING
 */
export async function* spreadRecords(
  topic: string,
  { broker, count, signal }: SpreadOptions,
): AsyncIterable<ConsumedRecord> {
  if (await broker.describeTopic(topic) === undefined) throw missingTopic(topic, await broker.listTopics());
  const ranges = await topicRanges(broker, topic);
  const reader = await broker.openReader();
  try {
    for (const { range, offsets } of spreadOver(ranges, count)) {
      let next = range.from;
      for (const offset of offsets) {
        if (signal.aborted) return;
        const record = await firstRecord({ ...range, from: Math.max(offset, next) }, reader, signal);
        if (record === undefined) break;
        next = record.offset + 1;
        yield record;
      }
    }
  } finally {
    await reader.close();
  }
}

/** Which offsets of which range are looked at. */
interface SpreadOffsets {
  readonly range: OffsetRange;
  readonly offsets: readonly number[];
}

/** Offsets of the ranges, at equal distances, as if they were one after the other. */
export function spreadOver(ranges: readonly OffsetRange[], count: number): readonly SpreadOffsets[] {
  const total = offsetCount(ranges);
  const wanted = Math.min(count, total);
  const positions = Array.from({ length: wanted }, (_, index) => Math.floor((index * total) / wanted));
  let start = 0;
  return ranges.map((range) => {
    const first = start;
    start += range.to - range.from;
    const inside = positions.filter((position) => position >= first && position < start);
    return { range, offsets: inside.map((position) => position - first + range.from) };
  });
}

/** The first record of a range; undefined if it has none. */
async function firstRecord(
  range: OffsetRange,
  reader: Reader,
  signal: AbortSignal,
): Promise<ConsumedRecord | undefined> {
  if (range.from >= range.to) return undefined;
  for await (const chunk of reader.read({ ...range, bytesMax: FETCHED_BYTES }, signal)) {
    const [record] = consumedRecords(chunk, range);
    if (record !== undefined) return record;
  }
  return undefined;
}
