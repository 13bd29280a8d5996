/** The last records of a topic, and the times of its first and last ones. */
import { SAMPLED_RECORDS } from "../../../../base/bounds.ts";
import type { Broker, ConsumedRecord, OffsetRange, Reader } from "../../../../broker/broker.ts";
import { consumedRecords } from "../../../../broker/consumed_records.ts";
import { offsetCount, topicRanges } from "../../../../broker/topics/topic_ranges.ts";
import { offsetBeforeLast } from "../../../../consume/reading/last_records.ts";

/** See the module's description. */
export interface SampledTopic {
  readonly topic: string;
  readonly partitions: number;
  /** As many as there are records, unless some were compacted or belong to transactions. */
  readonly offsets: number;
  /** Undefined without records. */
  readonly times: { readonly minMs: number; readonly maxMs: number } | undefined;
  /** The last ones of each partition. */
  readonly records: readonly ConsumedRecord[];
}

/** Looks at a topic that exists. @throws {SfcrimeError} */
export async function lastRecords(broker: Broker, topic: string, signal: AbortSignal): Promise<SampledTopic> {
  const ranges = await topicRanges(broker, topic);
  const filled = ranges.filter(({ from, to }) => from < to);
  const ofEach = Math.ceil(SAMPLED_RECORDS / Math.max(1, filled.length));
  const records: ConsumedRecord[] = [];
  const firstMs: number[] = [];
  const reader = await broker.openReader();
  try {
    for (const range of filled) {
      const first = await firstOf(range, reader, signal);
      if (first !== undefined) firstMs.push(first.timestampMs);
      const from = await offsetBeforeLast(ofEach, range, { reader, signal });
      records.push(...await recordsOf({ ...range, from }, reader, signal));
    }
  } finally {
    await reader.close();
  }
  // A record of an old client may have no time, which is −1.
  const times = [...firstMs, ...records.map(({ timestampMs }) => timestampMs)].filter((ms) => ms >= 0);
  return {
    topic,
    partitions: ranges.length,
    offsets: offsetCount(ranges),
    times: times.length === 0
      ? undefined
      : times.reduce(({ minMs, maxMs }, ms) => ({ minMs: Math.min(minMs, ms), maxMs: Math.max(maxMs, ms) }), {
        minMs: Infinity,
        maxMs: -Infinity,
      }),
    records,
  };
}

async function recordsOf(range: OffsetRange, reader: Reader, signal: AbortSignal): Promise<ConsumedRecord[]> {
  const records: ConsumedRecord[] = [];
  let { from } = range;
  for await (const chunk of reader.read(range, signal)) {
    records.push(...consumedRecords(chunk, { ...range, from }));
    from = (records.at(-1)?.offset ?? from - 1) + 1;
  }
  return records;
}

async function firstOf(
  range: OffsetRange,
  reader: Reader,
  signal: AbortSignal,
): Promise<ConsumedRecord | undefined> {
  for await (const chunk of reader.read(range, signal)) {
    const [first] = consumedRecords(chunk, range);
    if (first !== undefined) return first;
  }
  return undefined;
}
