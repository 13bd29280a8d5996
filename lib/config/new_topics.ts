/** What topics are like that a run creates, by its settings. */
import { SfcrimeError } from "../base/errors.ts";
import { specificApplies } from "./effective.ts";
import type { Provenance } from "./gather.ts";
import type { Settings } from "./settings.ts";

/** A setting for new topics, as it was given. */
export interface GivenTopicSetting {
  /** For people: `--retention 7d`. */
  readonly text: string;
  /** Whether it is for this run, and stands in no file. */
  readonly isOfRun: boolean;
  /** Whether it asks for what a broker does that has no settings of topics. */
  readonly keepsForever: boolean;
}

/** See the module's description. */
export interface NewTopicSettings {
  readonly numPartitions: number;
  readonly replicationFactor: number;
  /** How long records are kept, in milliseconds, or Infinity; absent where that is not set. */
  readonly retentionMs?: number;
  /** Settings by Kafka's names. */
  readonly config: Readonly<Record<string, string>>;
  /** The last two, as they were given. */
  readonly given: readonly GivenTopicSetting[];
}

const RETENTION = "kafka.retention";
const TOPIC_CONFIG = "kafka.topic_config";
const RETENTION_NAME = "retention.ms";

/**
 * Reads the settings for new topics.
 *
 * @throws {SfcrimeError} USAGE or CONFIG where two of them say how long records are kept.
 */
export function newTopicsOf(settings: Settings): NewTopicSettings {
  const {
    kafka: { num_partitions: numPartitions, replication_factor: replicationFactor, ...kafka },
    provenance,
  } = settings;
  const { [RETENTION_NAME]: ownRetention, ...others } = kafka.topic_config ?? {};
  const bothSayRetention = kafka.retention !== undefined && ownRetention !== undefined;
  const [retention, config] = [provenance.get(RETENTION)!, provenance.get(TOPIC_CONFIG)!];
  if (bothSayRetention && retention.origin === config.origin) {
    throw new SfcrimeError(
      retention.origin === "flag" ? "USAGE" : "CONFIG",
      `${retention.place} and ${RETENTION_NAME} of ${config.place} both say how long records are kept.`,
      { hint: "Keep one of them." },
    );
  }
  // The one of higher precedence holds, as it does of two values of one setting.
  const retentionApplies = bothSayRetention && specificApplies(settings, RETENTION, TOPIC_CONFIG);
  return {
    numPartitions,
    replicationFactor,
    ...(kafka.retention === undefined || (bothSayRetention && !retentionApplies)
      ? {}
      : { retentionMs: kafka.retention }),
    config: retentionApplies ? others : kafka.topic_config ?? {},
    given: [
      ...givenSetting("retention", { ...retention, keepsForever: kafka.retention === Infinity }),
      ...givenSetting("topic_config", { ...config, keepsForever: false }),
    ],
  };
}

function givenSetting(
  key: string,
  { origin, place, raw, keepsForever }: Provenance & { readonly keepsForever: boolean },
): readonly GivenTopicSetting[] {
  if (raw === "") return [];
  const inFile = `[kafka] ${key} (${place})`;
  const text = origin === "flag"
    ? `${place} ${raw.replaceAll("\n", ` ${place} `)}`
    : origin === "file"
    ? inFile
    : place;
  return [{ text, isOfRun: origin === "flag" || origin === "environment", keepsForever }];
}
