/**
 * Topic settings, with Kafka's names, and the retention that results from them. The age of a record is
 * counted from its timestamp, so records with timestamps in the past may be deleted as soon as they are
 * written.
 */
import { formatDuration } from "../../base/text/duration.ts";

/** Settings of a topic, with Kafka's names. */
export type TopicConfig = Readonly<Record<string, string>>;

/** An effective setting of a topic. */
export interface TopicSetting {
  readonly value: string;
  /** Whether it is set on the topic itself, not on the broker. */
  readonly isOwn: boolean;
  /** Whether it is what it is without any configuration. */
  readonly isDefault: boolean;
}

/** The retention setting in milliseconds; -1 is forever. */
export const RETENTION = "retention.ms";
const CLEANUP = "cleanup.policy";
const TIMESTAMP_TYPE = "message.timestamp.type";

const DAY_MS = 86_400_000;

/** Whether records are only compacted, and never deleted because of their age. */
function isCompactedOnly({ [CLEANUP]: policy }: TopicConfig): boolean {
  return policy !== undefined && !policy.split(",").map((word) => word.trim()).includes("delete");
}

/**
 * The age at which records are deleted by these settings, in milliseconds; undefined if they do not define
 * it.
 */
export function retentionMsOf(config: TopicConfig): number | undefined {
  if (isCompactedOnly(config)) return Infinity;
  const ms = Number(config[RETENTION] ?? NaN);
  return Number.isNaN(ms) ? undefined : ms < 0 ? Infinity : ms;
}

/** The settings for a retention. */
export function retentionConfig(ms: number): TopicConfig {
  return { [RETENTION]: ms === Infinity ? "-1" : String(ms) };
}

/** Whether the age of a record is counted from the time it was written, regardless of its producer. */
export function datesByWriting(config: TopicConfig): boolean {
  return config[TIMESTAMP_TYPE] === "LogAppendTime";
}

/**
 * A retention in words.
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

/** The retention of these settings in words; undefined if they do not define it. */
export function retentionDefaultText(config: TopicConfig): string | undefined {
  if (isCompactedOnly(config)) return "compacted";
  const ms = retentionMsOf(config);
  return ms === undefined ? undefined : retentionText(ms);
}

/** Whether {@link retentionDefaultText} includes a setting. */
export function isShown(name: string, config: TopicConfig): boolean {
  return name === RETENTION ? !isCompactedOnly(config) : name === CLEANUP && isCompactedOnly(config);
}
