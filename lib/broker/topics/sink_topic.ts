/** Creates missing topics that an analysis writes to. */
import type { Broker } from "../broker.ts";
import { ensureTopic, type NewTopicOptions } from "./new_topic.ts";

/** One partition, one replica. */
const SMALLEST: NewTopicOptions = { numPartitions: 1, replicationFactor: 1 };

/**
 * Creates the topic if it is missing, and returns the number of its partitions. Record timestamps are the
 * time of writing, whatever the times in the rows, so no row is too old for the topic.
 */
export async function makeIfMissing(
  broker: Broker,
  topic: string,
  options: NewTopicOptions = SMALLEST,
): Promise<number> {
  return (await ensureTopic(broker, topic, options)).partitionCount;
}
