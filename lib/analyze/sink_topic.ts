/** Topics that an analysis writes to: they are made where they are missing. */
import type { Broker } from "../broker/broker.ts";
import { ensureTopic, type NewTopicOptions } from "../broker/new_topic.ts";

/** One partition, kept once. */
const SMALLEST: NewTopicOptions = { numPartitions: 1, replicationFactor: 1 };

/**
 * Makes the topic when it is missing, and gives the number of its partitions. Rows are dated by when they are
 * written, whatever the times in them, so none is too old for its topic.
 */
export async function makeIfMissing(
  broker: Broker,
  topic: string,
  options: NewTopicOptions = SMALLEST,
): Promise<number> {
  return (await ensureTopic(broker, topic, options)).partitionCount;
}
