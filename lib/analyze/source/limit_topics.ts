/** Distributes the limit of a batch over the partitions of all topics of a stream, as Spark does. */
import type { TopicOffsets } from "../../broker/broker.ts";
import { topicFilter, type TopicSelection } from "../../config/values/topic_selection.ts";
import { type BatchLimits, limitOffsets } from "../../stream/time/rate_limit.ts";

/**
 * The end offsets of a batch. The limit applies to each selection separately, as each is a source of its own
 * in Spark; a topic in two selections is read once, and only as far as both allow.
 */
export function limitTopics(
  available: TopicOffsets,
  { positions, selections, limits }: {
    readonly positions: TopicOffsets;
    readonly selections: readonly TopicSelection[];
    readonly limits: BatchLimits;
  },
): TopicOffsets {
  const ends = new Map([...available].map(([topic, partitions]) => [topic, new Map(partitions)]));
  for (const selection of selections) {
    const isRead = topicFilter(selection);
    const places = [...available].flatMap(([topic, partitions]) =>
      isRead(topic) ? [...partitions].map(([partition, end]) => ({ topic, partition, end })) : []
    );
    const begin = new Map(
      places.map(({ topic, partition }, index) => [index, positions.get(topic)?.get(partition) ?? 0]),
    );
    const limited = limitOffsets(begin, new Map(places.map(({ end }, index) => [index, end])), limits);
    places.forEach(({ topic, partition }, index) => {
      const own = ends.get(topic)!;
      own.set(partition, Math.min(own.get(partition)!, limited.get(index)!));
    });
  }
  return ends;
}
