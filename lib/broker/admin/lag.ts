/** How far readers are behind the ends of topics, whoever keeps their positions: a group, or a checkpoint. */
import { SfcrimeError } from "../../base/errors.ts";
import type { Broker, PartitionOffsets, TopicOffsets } from "../broker.ts";

/** A partition, how far it was read, and how far it goes. */
export interface PartitionLag {
  readonly topic: string;
  readonly partition: number;
  /** The next offset to read; undefined if nothing was committed. */
  readonly committed: number | undefined;
  /** Undefined if the topic, or the partition, no longer exists. */
  readonly earliest: number | undefined;
  readonly end: number | undefined;
  /** Undefined if one of the two ends is. */
  readonly lag: number | undefined;
}

/** The lag in all partitions of the topics with a position, sorted by topic. */
export async function partitionLags(broker: Broker, committed: TopicOffsets): Promise<PartitionLag[]> {
  const topics = [...committed].sort(([left], [right]) => left < right ? -1 : 1);
  const lags = await Promise.all(topics.map(async ([topic, offsets]) => {
    const ends = await endsOf(broker, topic);
    const partitions = new Set([...ends.latest.keys(), ...offsets.keys()]);
    return [...partitions].sort((left, right) => left - right).map((partition): PartitionLag => {
      const [read, end] = [offsets.get(partition), ends.latest.get(partition)];
      return {
        topic,
        partition,
        committed: read,
        earliest: ends.earliest.get(partition),
        end,
        lag: read === undefined || end === undefined ? undefined : Math.max(0, end - read),
      };
    });
  }));
  return lags.flat();
}

/** The ends of all partitions of a topic; none if it does not exist. */
async function endsOf(
  broker: Broker,
  topic: string,
): Promise<{ readonly earliest: PartitionOffsets; readonly latest: PartitionOffsets }> {
  try {
    const [earliest, latest] = await Promise.all([
      broker.listOffsets(topic, "earliest"),
      broker.listOffsets(topic, "latest"),
    ]);
    return { earliest, latest };
  } catch (error) {
    if (!(error instanceof SfcrimeError) || error.code !== "TOPIC_MISSING") throw error;
    return { earliest: new Map(), latest: new Map() };
  }
}

/** The sum of the lag of all partitions whose lag is known. */
export function totalLag(lags: readonly PartitionLag[]): number {
  return lags.reduce((total, { lag = 0 }) => total + lag, 0);
}
