/**
 * Creates missing topics, and logs their retention: the default of the broker, unless it is set, or the
 * records to be written are older than that and would be deleted immediately.
 */
import { plural } from "../../base/text/format.ts";
import { logger } from "../../base/log.ts";
import type { GivenTopicSetting } from "../../config/new_topics.ts";
import type { Broker, TopicOptions } from "../broker.ts";
import { missingTopic } from "../failures.ts";
import {
  datesByWriting,
  isShown,
  RETENTION,
  retentionConfig,
  retentionDefaultText,
  retentionMsOf,
  retentionText,
  type TopicConfig,
} from "./topic_config.ts";

const log = logger("topic");

/** Options for a topic to be created. */
export interface NewTopicOptions extends TopicOptions {
  /** The retention in milliseconds, or Infinity; undefined if not set. */
  readonly retentionMs?: number;
  /** The settings that were given. */
  readonly given?: readonly GivenTopicSetting[];
  /** Absent if timestamps of records are the time of writing, as of the rows of queries. */
  readonly askForOldRecords?: AskForOldRecords | undefined;
}

/** Returns why records may be older than `ageMs` when they are written; undefined if none are. */
export type AskForOldRecords = (ageMs: number) => Promise<string | undefined>;

/** A topic that now exists. */
export interface EnsuredTopic {
  readonly created: boolean;
  readonly partitionCount: number;
}

/**
 * Creates a topic if it is missing, and logs it.
 *
 * @throws {SfcrimeError} BROKER, including for a setting that the broker does not accept.
 */
export async function ensureTopic(
  broker: Broker,
  topic: string,
  options: NewTopicOptions,
): Promise<EnsuredTopic> {
  const { given = [] } = options;
  const existing = await broker.describeTopic(topic);
  if (existing !== undefined) {
    const useless = given.filter(({ isOfRun }) => isOfRun);
    if (useless.length > 0) {
      log.warn(`Topic ${topic} already exists: ${have(useless)} no effect on it.`);
    }
    return { created: false, partitionCount: existing.partitions.length };
  }
  const { config, details } = await choose(broker, options);
  if (!await broker.createTopic(topic, { ...options, config })) {
    // Another process was faster.
    return await ensureTopic(broker, topic, options);
  }
  const description = await broker.describeTopic(topic);
  if (description === undefined) throw missingTopic(topic, await broker.listTopics());
  const partitionCount = description.partitions.length;
  log.info(`Created topic ${topic} (${[plural(partitionCount, "partition"), ...details].join(", ")})`);
  const useless = broker.hasTopicSettings ? [] : given.filter(({ keepsForever }) => !keepsForever);
  if (useless.length > 0) {
    log.warn(
      `The embedded broker keeps all records and has no topic configuration: ${have(useless)} no effect.`,
    );
  }
  return { created: true, partitionCount };
}

function have(settings: readonly GivenTopicSetting[]): string {
  return `${settings.map(({ text }) => text).join(" and ")} ${settings.length === 1 ? "has" : "have"}`;
}

/** The settings of a new topic, and details to log. */
async function choose(
  broker: Broker,
  { config = {}, retentionMs, askForOldRecords }: NewTopicOptions,
): Promise<{ readonly config: TopicConfig; readonly details: readonly string[] }> {
  const defaults = await broker.topicDefaults() ?? {};
  if (!broker.hasTopicSettings) return { config: {}, details: [retentionDefaultText(defaults)!] };
  const own = { ...config, ...retentionMs === undefined ? {} : retentionConfig(retentionMs) };
  const all = { ...defaults, ...own };
  const others = Object.entries(config).filter(([name]) => !isShown(name, all)).map((pair) => pair.join("="));
  if (RETENTION in own || retentionMsOf(own) !== undefined) {
    return { config: own, details: [...[retentionDefaultText(all) ?? []].flat(), ...others] };
  }
  const keptMs = retentionMsOf(all);
  const mayBeOlder = keptMs !== Infinity && !datesByWriting(all);
  const reason = mayBeOlder ? await askForOldRecords?.(keptMs ?? 0) : undefined;
  if (reason !== undefined) {
    const forever = { ...own, ...retentionConfig(Infinity) };
    return { config: forever, details: [`${retentionText(Infinity)}: ${reason}`, ...others] };
  }
  const known = retentionDefaultText(all);
  const byDefault = known === undefined ? "the broker's default retention" : `${known}, the broker's default`;
  return { config: own, details: [byDefault, ...others] };
}
