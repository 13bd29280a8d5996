/** What a topic has, as ranges of offsets. */
import type { Broker, OffsetRange } from "../broker.ts";

/** All that each partition of a topic has now; the range of one without records is empty. @throws {SfcrimeError} TOPIC_MISSING */
export async function topicRanges(
  broker: Pick<Broker, "listOffsets">,
  topic: string,
): Promise<readonly OffsetRange[]> {
  const [earliest, latest] = await Promise.all([
    broker.listOffsets(topic, "earliest"),
    broker.listOffsets(topic, "latest"),
  ]);
  return [...latest].map(([partition, to]) => ({ topic, partition, from: earliest.get(partition) ?? 0, to }));
}

/** How many offsets there are in ranges: as many as records, unless some were compacted or belong to transactions. */
export function offsetCount(ranges: readonly OffsetRange[]): number {
  return ranges.reduce((sum, { from, to }) => sum + to - from, 0);
}
