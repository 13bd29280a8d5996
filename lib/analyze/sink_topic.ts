/** Topics that an analysis writes to: they are made where they are missing. */
import { plural } from "../base/format.ts";
import { logger } from "../base/log.ts";
import type { Broker, TopicOptions } from "../broker/broker.ts";

const log = logger("analyze");

/** How a topic is made that is missing. */
export type SinkTopicOptions = Pick<TopicOptions, "numPartitions" | "replicationFactor">;

/** One partition, kept once. */
const SMALLEST: SinkTopicOptions = { numPartitions: 1, replicationFactor: 1 };

/** Makes the topic when it is missing, and gives the number of its partitions. */
export async function makeIfMissing(
  broker: Broker,
  topic: string,
  options: SinkTopicOptions = SMALLEST,
): Promise<number> {
  const existing = await broker.describeTopic(topic);
  if (existing !== undefined) return existing.partitions.length;
  // Rows are written now, whatever the times in them, so the broker's own rule of keeping records is right.
  const created = await broker.createTopic(topic, { ...options, keepForever: false });
  if (created) log.info(`Created topic ${topic} (${plural(options.numPartitions, "partition")})`);
  return options.numPartitions;
}
