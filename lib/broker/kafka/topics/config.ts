/** The settings of existing and new Kafka topics. */
import { logger } from "../../../base/log.ts";
import type { KafkaConnection } from "../connection/connection.ts";
import { isRetriable } from "../connection/failures.ts";
import type { ConfigEntry } from "../kafkajs/internals.ts";
import type { BatchLimit } from "../../writing/batch_limit.ts";
import { RETENTION, type TopicConfig, type TopicSetting } from "../../topics/topic_config.ts";

const log = logger("kafka");

/** The resource types of the protocol. */
const TOPIC = 2;
const BROKER = 4;
/** The source of a setting that is set on a topic. */
const TOPIC_SOURCE = 1;
/** The source of a setting that is set nowhere. */
const DEFAULT_SOURCE = 5;

/**
 * The settings with these names of a topic, or of any node; all settings if no name is given. Undefined if this
 * user is not allowed to see them.
 */
function configOf(
  connection: KafkaConnection,
  topic: string | undefined,
  configNames: readonly string[] = [],
): Promise<readonly ConfigEntry[] | undefined> {
  return connection.retrying(async () => {
    // Before it has metadata, a connection does not know the ID of its node.
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

/** The effective settings of a topic; undefined if this user is not allowed to see them. */
export async function kafkaTopicConfig(
  connection: KafkaConnection,
  topic: string,
): Promise<ReadonlyMap<string, TopicSetting> | undefined> {
  const entries = await configOf(connection, topic);
  return entries &&
    new Map(
      entries.flatMap(({ configName, configValue: value, configSource: source }) => {
        if (value === null) return [];
        const setting = { value, isOwn: source === TOPIC_SOURCE, isDefault: source === DEFAULT_SOURCE };
        return [[configName, setting] as const];
      }),
    );
}

/** The retention settings of brokers, each with its unit in ms; the first one that is set counts. */
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
 * The default retention settings of topics; undefined if this user is not allowed to see them.
 */
export async function kafkaTopicDefaults(connection: KafkaConnection): Promise<TopicConfig | undefined> {
  const names = [...RETENTION_BY_UNIT.map(([name]) => name), ...Object.values(OTHER_DEFAULTS)];
  const entries = await configOf(connection, undefined, names);
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

const LIMITS = ["max.message.bytes", "segment.bytes"] as const;

/** The smallest batch size limit of a topic; undefined if this user is not allowed to read its settings. */
export async function batchLimitOf(
  connection: KafkaConnection,
  topic: string,
): Promise<BatchLimit | undefined> {
  const entries = await configOf(connection, topic, LIMITS) ?? [];
  const limits = LIMITS.flatMap((setting) => {
    const bytes = Number(entries.find(({ configName }) => configName === setting)?.configValue ?? NaN);
    return Number.isNaN(bytes) ? [] : [{ bytes, setting }];
  });
  return limits.toSorted((left, right) => left.bytes - right.bytes)[0];
}
