/** What settings Kafka's topics have, or would have. */
import { logger } from "../base/log.ts";
import type { KafkaConnection } from "./kafka_connection.ts";
import { isRetriable } from "./kafka_failures.ts";
import type { ConfigEntry } from "./kafka_internals.ts";
import { RETENTION, type TopicConfig, type TopicSetting } from "./topic_config.ts";

const log = logger("kafka");

/** The protocol's numbers of what has a configuration. */
const TOPIC = 2;
const BROKER = 4;
/** The source of a setting that a topic has of its own. */
const TOPIC_SOURCE = 1;

/** Which settings of what: those of a topic, or those of a node. */
export interface ConfigQuestion {
  /** Undefined for any node. */
  readonly topic?: string;
  /** Undefined for all settings. */
  readonly names?: readonly string[];
}

/** Settings as Kafka describes them; undefined where this user may not see them. */
export function configOf(
  connection: KafkaConnection,
  { topic, names: configNames = [] }: ConfigQuestion,
): Promise<readonly ConfigEntry[] | undefined> {
  return connection.retrying(async () => {
    // Before it has looked at the cluster, a connection does not know the id of the node that it leads to.
    if (topic === undefined) await connection.cluster.refreshMetadata();
    const node = await connection.cluster.brokerPool.findConnectedBroker();
    const [type, name] = topic === undefined ? [BROKER, String(node.nodeId)] : [TOPIC, topic];
    try {
      const { resources: [found] } = await node.describeConfigs({ resources: [{ type, name, configNames }] });
      return found?.configEntries;
    } catch (error) {
      if (isRetriable(error)) throw error;
      log.debug(`Cannot read the configuration of ${topic ?? "the broker"}`, { error: String(error) });
      return undefined;
    }
  });
}

/** The settings in effect for a topic; undefined where this user may not ask for them. */
export async function kafkaTopicConfig(
  connection: KafkaConnection,
  topic: string,
): Promise<ReadonlyMap<string, TopicSetting> | undefined> {
  const entries = await configOf(connection, { topic });
  return entries &&
    new Map(
      entries.flatMap(({ configName, configValue: value, configSource }) =>
        value === null ? [] : [[configName, { value, isOwn: configSource === TOPIC_SOURCE }] as const]
      ),
    );
}

/** The settings of brokers for how long records are kept, each with its unit in ms; the first one that is set counts. */
const RETENTION_BY_UNIT = [
  ["log.retention.ms", 1],
  ["log.retention.minutes", 60_000],
  ["log.retention.hours", 3_600_000],
] as const;
const OTHER_DEFAULTS = {
  "cleanup.policy": "log.cleanup.policy",
  "message.timestamp.type": "log.message.timestamp.type",
} as const;

/**
 * What decides how long records are kept in topics that have no settings of their own; undefined where this user may
 * not ask for it.
 */
export async function kafkaTopicDefaults(connection: KafkaConnection): Promise<TopicConfig | undefined> {
  const names = [...RETENTION_BY_UNIT.map(([name]) => name), ...Object.values(OTHER_DEFAULTS)];
  const entries = await configOf(connection, { names });
  if (entries === undefined) return undefined;
  const values = new Map(
    entries.map(({ configName, configValue }) => [configName, configValue ?? undefined]),
  );
  const defaults: Record<string, string> = {};
  const retention = RETENTION_BY_UNIT.find(([name]) => values.get(name) !== undefined);
  if (retention !== undefined) {
    const [name, unitMs] = retention;
    defaults[RETENTION] = String(Number(values.get(name)) * unitMs);
  }
  for (const [own, name] of Object.entries(OTHER_DEFAULTS)) {
    const value = values.get(name);
    if (value !== undefined) defaults[own] = value;
  }
  return defaults;
}
