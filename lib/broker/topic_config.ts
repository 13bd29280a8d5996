/**
 * The settings of topics, by Kafka's names, and what they come to: how long a topic keeps a record. A record's age is
 * counted from its timestamp, so records that are dated by events of the past may be deleted as soon as they are
 * written.
 */
import { formatDuration } from "../base/duration.ts";

/** Settings of a topic, by Kafka's names. */
export type TopicConfig = Readonly<Record<string, string>>;

/** A setting that is in effect for a topic. */
export interface TopicSetting {
  readonly value: string;
  /** Whether the topic has it of its own, and not from its broker. */
  readonly isOwn: boolean;
}

/** The setting for how long records are kept, in milliseconds; -1 is forever. */
export const RETENTION = "retention.ms";
const CLEANUP = "cleanup.policy";
const TIMESTAMP_TYPE = "message.timestamp.type";

/** The settings that decide how long a record is kept. */
export const RETENTION_SETTINGS = [RETENTION, CLEANUP, TIMESTAMP_TYPE] as const;

const DAY_MS = 86_400_000;

/** Whether records are deleted when others of their key come, and never for their age. */
function isCompactedOnly({ [CLEANUP]: policy }: TopicConfig): boolean {
  return policy !== undefined && !policy.split(",").map((word) => word.trim()).includes("delete");
}

/** The age at which records are deleted by these settings, in milliseconds; undefined where they do not say it. */
export function retentionMsOf(config: TopicConfig): number | undefined {
  if (isCompactedOnly(config)) return Infinity;
  const ms = Number(config[RETENTION] ?? NaN);
  return Number.isNaN(ms) ? undefined : ms < 0 ? Infinity : ms;
}

/** The settings for records that are kept for so long. */
export function retentionConfig(ms: number): TopicConfig {
  return { [RETENTION]: ms === Infinity ? "-1" : String(ms) };
}

/** Whether a record's age is counted from when it was written, whatever its producer says. */
export function datesByWriting(config: TopicConfig): boolean {
  return config[TIMESTAMP_TYPE] === "LogAppendTime";
}

/**
 * How long records are kept, for people.
 *
 * @example
 * ```ts
 * import { equal } from "assert";
 * equal(retentionText(604_800_000), "retention 7 d");
 * equal(retentionText(90_000), "retention 1 min 30 s");
 * equal(retentionText(Infinity), "keeps records forever");
 * ```
 */
export function retentionText(ms: number): string {
  if (ms === Infinity) return "keeps records forever";
  return `retention ${ms >= DAY_MS && ms % DAY_MS === 0 ? `${ms / DAY_MS} d` : formatDuration(ms)}`;
}

/** What a topic keeps by these settings, for people; undefined where they do not say it. */
export function keepingText(config: TopicConfig): string | undefined {
  if (isCompactedOnly(config)) return "compacted";
  const ms = retentionMsOf(config);
  return ms === undefined ? undefined : retentionText(ms);
}

/** Whether {@link keepingText} has told a setting. */
export function isTold(name: string, config: TopicConfig): boolean {
  return name === RETENTION ? !isCompactedOnly(config) : name === CLEANUP && isCompactedOnly(config);
}
