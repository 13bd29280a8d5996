/** Distributes the limit of a batch over the partitions of all topics of a stream, as Spark does. */
import { RATE_MS_MIN } from "../../base/bounds.ts";
import type { TopicOffsets } from "../../broker/broker.ts";
import { topicFilter, type TopicSelection } from "../../config/values/topic_selection.ts";
import type { TriggerSpec } from "../../config/values/values.ts";
import { type BatchLimits, limitOffsets, NO_LIMITS, type RateLimits } from "../../stream/time/rate_limit.ts";

/** The limits that apply with a trigger: `once` takes everything, and only a run that continues waits for more. */
export function limitsOf({ kind }: TriggerSpec, limits: RateLimits): RateLimits {
  if (kind === "once") return NO_LIMITS;
  return kind === "processing-time" ? limits : { ...limits, minOffsetsPerTrigger: undefined };
}

/** The limits of one batch. */
export function batchLimits(
  trigger: TriggerSpec,
  { maxOffsetsPerTrigger, maxRatePerPartition }: RateLimits,
): BatchLimits {
  const intervalMs = trigger.kind === "processing-time" ? trigger.intervalMs : 0;
  const seconds = Math.max(RATE_MS_MIN, intervalMs) / 1_000;
  return {
    maxOffsetsPerTrigger,
    maxOffsetsPerPartition: maxRatePerPartition === undefined
      ? undefined
      : Math.max(1, Math.floor(maxRatePerPartition * seconds)),
  };
}

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
