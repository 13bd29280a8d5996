/**
 * The broker interface of the program, for Apache Kafka and the embedded broker: topics with partitions,
 * records that are appended in batches and read by offset ranges, and groups with committed offsets. One
 * contract test suite (`tests/contract`) covers both.
 *
 * Offsets are numbers below 2^53. Every call that can wait takes a signal, and returns early, without an
 * error, when the signal is aborted.
 */
import type { Host } from "../base/host.ts";
import type { BrokerAdmin } from "./admin/broker_admin.ts";
import type { Appender, AppendOptions } from "./writing/appender.ts";
import type { BatchTopic, TopicBatch } from "./writing/batch_topic.ts";
import type { Outages } from "./outages/outages.ts";
import type { PrefetchedRecords } from "./prefetched_records.ts";
import type { AbortedTransaction } from "./record_batch/decode.ts";
import type { RecordHeader } from "./record_batch/encode.ts";
import type { TopicConfig, TopicSetting } from "./topics/topic_config.ts";
import type { PartitionOffsets, TopicDescription, TopicOffsets } from "./topics/topic_description.ts";

export type {
  PartitionDescription,
  PartitionOffsets,
  TopicDescription,
  TopicOffsets,
} from "./topics/topic_description.ts";

/** Options for creating a topic. */
export interface TopicOptions {
  readonly numPartitions: number;
  readonly replicationFactor: number;
  /** Topic configuration; ignored by a broker without topic configuration. */
  readonly config?: TopicConfig;
}

/** A position in a partition whose offset is not known. */
export type OffsetSpec = "earliest" | "latest" | { readonly timestampMs: number };

/**
 * Whether any partition has records after its position. A partition without a position is at its beginning;
 * one at Infinity is ignored.
 */
export function hasArrived(latest: TopicOffsets, positions: TopicOffsets): boolean {
  return [...latest].some(([topic, ends]) =>
    [...ends].some(([partition, end]) => end > (positions.get(topic)?.get(partition) ?? 0))
  );
}

/** An offset range of a partition, without its end. */
export interface OffsetRange {
  readonly topic: string;
  /** The ID of the topic, if records of a later topic of the same name must not be read. */
  readonly topicId?: string;
  readonly partition: number;
  readonly from: number;
  readonly to: number;
  /** How many bytes to fetch at once, about, if few are enough. */
  readonly bytesMax?: number;
}

/**
 * A part of the log of a partition, started by one writer. A log that was restored from a copy and written to
 * has different epochs from there on.
 */
export interface LogEpoch {
  /** The offset of its first record. */
  readonly start: number;
  readonly id: string;
}

/**
 * A part of a range, as whole record batches, for `decodeBatches`. Its bytes are valid until the next part is
 * requested.
 */
export interface RecordChunk {
  readonly bytes: Uint8Array;
  readonly aborted: readonly AbortedTransaction[];
}

/** Reads offset ranges. Each worker has one; it is cheap to open if nothing is read. */
export interface Reader {
  /**
   * The record batches of the range, in order. The next part is fetched while the caller processes the last
   * one. A batch may start before the range or end after it. A new leader that does not yet know the high
   * watermark is given time.
   *
   * @throws {SfcrimeError} OFFSET_OUT_OF_RANGE if part of the range no longer exists, or does not exist yet;
   * DATA_LOSS if the topic with the ID of the range was deleted.
   */
  read(range: OffsetRange, signal?: AbortSignal): AsyncIterable<RecordChunk>;
  close(): Promise<void>;
}

/** A record with all its parts, for displaying records rather than analysing them. */
export interface ConsumedRecord {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly timestampMs: number;
  /** Who set it, by Kafka's numbers: 0 is the producer, 1 the broker. */
  readonly timestampType: 0 | 1;
  readonly headers: readonly RecordHeader[];
  readonly key: Uint8Array | null;
  readonly value: Uint8Array | null;
}

/** The result of handing over records. */
export interface Taken {
  /** How many of them were accepted, starting with the first. */
  readonly count: number;
  /** Whether to continue; otherwise the subscription ends. */
  readonly wantsMore: boolean;
}

/** Partitions by topic; a topic may be left out if it has none. */
export type TopicPartitions = ReadonlyMap<string, readonly number[]>;

/** Options of a group member. */
export interface Subscription {
  readonly group: string;
  readonly topics: readonly string[];
  /** Where to start in partitions without a committed offset. */
  readonly autoOffsetReset: "earliest" | "latest";
  readonly signal: AbortSignal;
  /** Ends the subscription when every assigned partition has reached its offset in this map. */
  readonly until?: TopicOffsets;
  /** Accepts records of one partition, in order. Those that it reports as accepted are then committed. */
  readonly onRecords: (records: readonly ConsumedRecord[]) => Promise<Taken>;
  /** Called whenever the partitions of the member change. */
  readonly onAssigned?: (partitions: TopicPartitions) => void;
}

/**
 * How long a response may be older than previous ones, if there are several servers: one that has just
 * restarted may not be up to date yet. What servers still report after that time is true.
 */
export interface Staleness {
  /** For the list of topics, their IDs and partitions. */
  readonly topicsMs: number;
  /** For the end offsets of partitions. */
  readonly endsMs: number;
}

/** A connection to a broker. */
export interface Broker {
  /** Describes the broker and its address for users: `Kafka at localhost:9092`. */
  readonly description: string;
  /** How old a response may be. */
  readonly staleness: Staleness;
  /** Whether topics have a configuration. */
  readonly hasTopicSettings: boolean;
  /** Collects the outages of all connections to it, including those of other threads; absent if it has none. */
  readonly outages?: Outages;
  /** The records that came with answers to waits; absent if records take no requests. */
  readonly prefetched?: PrefetchedRecords;

  listTopics(): Promise<readonly string[]>;
  /** Undefined if the topic does not exist. */
  describeTopic(topic: string): Promise<TopicDescription | undefined>;
  /**
   * False if the topic already existed.
   *
   * @throws {SfcrimeError} BROKER, including for a setting that the broker does not know or accept.
   */
  createTopic(topic: string, options: TopicOptions): Promise<boolean>;
  /**
   * The default retention settings of topics; undefined if this user is not allowed to see them.
   */
  topicDefaults(): Promise<TopicConfig | undefined>;
  /**
   * The effective settings of a topic, with Kafka's names; undefined if this user is not allowed to see them.
   *
   * @throws {SfcrimeError} TOPIC_MISSING
   */
  topicConfig(topic: string): Promise<ReadonlyMap<string, TopicSetting> | undefined>;
  /** False if the topic did not exist. */
  deleteTopic(topic: string): Promise<boolean>;

  /**
   * The offset of each partition at a position. `latest` is after the last record visible to readers: on
   * Kafka, the last stable offset. A time returns the first record at or after it; partitions without one are
   * left out.
   *
   * @throws {SfcrimeError} TOPIC_MISSING
   */
  listOffsets(topic: string, at: OffsetSpec): Promise<PartitionOffsets>;

  /**
   * Resolves to the latest offsets of the topics as soon as one of them is greater than its position, or when
   * the signal or the timeout ends the wait. There is no polling. A partition without a position is at its
   * beginning; one at Infinity is ignored.
   *
   * @throws {SfcrimeError} TOPIC_MISSING, including when a topic is deleted during the wait.
   */
  waitForData(
    positions: TopicOffsets,
    options: { readonly timeoutMs: number; readonly signal: AbortSignal },
  ): Promise<TopicOffsets>;

  /**
   * Waits in the same way for records of topics with these IDs, each with its position in all partitions, and
   * resolves to the end offsets as their servers reported them with the new records, which takes no other
   * requests. Undefined if the wait ended without records, or if the topics have to be looked at: one has another
   * ID, a position does not exist, or a server is too old to tell. Absent if the offsets of a broker take no
   * requests either.
   */
  waitForEnds?(
    positions: TopicOffsets,
    options: {
      /** The IDs of the topics, by name. */
      readonly ids: Readonly<Record<string, string>>;
      readonly timeoutMs: number;
      readonly signal: AbortSignal;
    },
  ): Promise<TopicOffsets | undefined>;

  /**
   * The epochs of the records of a range, in order. Absent if the broker itself prevents its logs from being
   * replaced by older ones.
   */
  logEpochs?(range: OffsetRange): Promise<readonly LogEpoch[]>;

  openAppender(options: AppendOptions): Promise<Appender>;
  openReader(): Promise<Reader>;
  /**
   * Opens a topic for the batches of one query. On Kafka, this fences off any other writer of the same query.
   *
   * @throws {SfcrimeError} TOPIC_MISSING
   */
  openBatchTopic(topic: string, queryId: string): Promise<BatchTopic>;
  /**
   * The last batch of a query in a topic, without affecting a writer that has it open; undefined if there is
   * none, or if the topic does not exist. A writer that was killed may leave a commit that becomes visible
   * only when the topic is opened.
   */
  lastBatchOf(topic: string, queryId: string): Promise<TopicBatch | undefined>;

  /** The committed offsets of a group; partitions without one are left out. */
  committedOffsets(group: string, topic: string): Promise<PartitionOffsets>;
  /** Commits without being a member, which Kafka allows while the group has no members. */
  commitOffsets(group: string, topic: string, offsets: PartitionOffsets): Promise<void>;
  /**
   * Reads as a member of a group: each partition is read by one member at a time, from the committed offset.
   * Resolves after the signal is aborted, `until` is reached or the consumer stops, with everything that was
   * accepted committed.
   */
  subscribe(subscription: Subscription): Promise<void>;

  /** Loads what administers the broker, over the same connection. */
  admin(): Promise<BrokerAdmin>;

  close(): Promise<void>;
}

/** The address of a broker: plain data, so that worker threads can open their own connections. */
export type BrokerAddress = { readonly kind: "embedded"; readonly path: string } | KafkaAddress;

/** The address of a Kafka cluster. */
export interface KafkaAddress {
  readonly kind: "kafka";
  readonly servers: readonly string[];
  readonly clientId: string;
  readonly properties: Readonly<Record<string, string>>;
  /** Whether records of open and aborted transactions are read, too. */
  readonly readsUncommitted?: boolean;
}

/** Options for opening a broker. */
export interface OpenOptions {
  readonly host: Host;
  /** Told when Kafka does not respond; without it, outages are not reported. */
  readonly outages?: Outages;
  /** The records that another connection of this thread has prefetched; its readers look there first. */
  readonly prefetched?: PrefetchedRecords;
  /** Whether Kafka was reachable before, so that an outage is waited out. */
  readonly isKnown?: boolean;
}
