/** Asks Kafka how large a batch of a topic may be. */
import { logger } from "../base/log.ts";
import type { BatchLimit } from "./batch_limit.ts";
import type { KafkaConnection } from "./kafka_connection.ts";
import { isRetriable } from "./kafka_failures.ts";

const log = logger("kafka");

/** The protocol's number of topics, among what has a configuration. */
const TOPIC = 2;
const SETTINGS = ["max.message.bytes", "segment.bytes"] as const;

/** The smaller of a topic's limits; undefined where one may not see its configuration. */
export async function batchLimitOf(
  connection: KafkaConnection,
  topic: string,
): Promise<BatchLimit | undefined> {
  const entries = await connection.retrying(async () => {
    const node = await connection.cluster.brokerPool.findConnectedBroker();
    try {
      const resource = { type: TOPIC, name: topic, configNames: SETTINGS };
      const { resources: [found] } = await node.describeConfigs({ resources: [resource] });
      return found?.configEntries ?? [];
    } catch (error) {
      if (isRetriable(error)) throw error;
      log.debug(`The configuration of topic ${topic} is not shown`, { error: String(error) });
      return [];
    }
  });
  const limits = SETTINGS.flatMap((setting) => {
    const bytes = Number(entries.find(({ configName }) => configName === setting)?.configValue ?? NaN);
    return Number.isNaN(bytes) ? [] : [{ bytes, setting }];
  });
  return limits.toSorted((left, right) => left.bytes - right.bytes)[0];
}
