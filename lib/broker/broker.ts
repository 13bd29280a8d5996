/**
 * What a broker is to the rest of the program, whether it is Apache Kafka or the embedded one: topics of
 * partitions, records appended in batches and read by ranges of offsets, and groups that remember how far
 * they have read. One contract suite (`tests/contract`) holds both to what is said here.
 *
 * Offsets are numbers below 2^53. Every call that can wait takes a signal, and returns early, without an
 * error, once it is aborted.
 */
import type { BatchLimit } from "./batch_limit.ts";
import type { Outages } from "./outages.ts";
import type { Codec } from "./record_batch/codecs.ts";
import type { AbortedTransaction } from "./record_batch/decode.ts";
import type { RecordsBuilder } from "./record_batch/encode.ts";
import type { TopicConfig, TopicSetting } from "./topic_config.ts";

/** A topic, as its broker describes it. */
export interface TopicDescription {
  readonly name: string;
  /** Different for a topic of the same name that is created later. */
  readonly id: string;
  readonly partitions: readonly PartitionDescription[];
}

/** A partition; the servers are Kafka's node ids, and one number 0 on the embedded broker. */
export interface PartitionDescription {
  readonly partition: number;
  readonly leader: number;
  readonly replicas: readonly number[];
  readonly inSync: readonly number[];
}

/** How a topic is created. */
export interface TopicOptions {
  readonly numPartitions: number;
  readonly replicationFactor: number;
  /** Settings of its own; a broker without settings of topics passes over them. */
  readonly config?: TopicConfig;
}

/** Offsets by partition. */
export type PartitionOffsets = ReadonlyMap<number, number>;

/** A place in a partition, without knowing its offset. */
export type OffsetSpec = "earliest" | "latest" | { readonly timestampMs: number };

/** Offsets by topic and partition. */
export type TopicOffsets = ReadonlyMap<string, PartitionOffsets>;

/**
 * Whether any partition reaches beyond its position. One without a position stands at its beginning, one at Infinity is
 * not waited for.
 */
export function hasArrived(latest: TopicOffsets, positions: TopicOffsets): boolean {
  return [...latest].some(([topic, ends]) =>
    [...ends].some(([partition, end]) => end > (positions.get(topic)?.get(partition) ?? 0))
  );
}

/** Some offsets of a partition: from the first, up to but without the last. */
export interface OffsetRange {
  readonly topic: string;
  /** The topic's id, where records of another topic that has its name since must not be read. */
  readonly topicId?: string;
  readonly partition: number;
  readonly from: number;
  readonly to: number;
}

/**
 * A part of a partition's log that one writer has begun. A log that was restored from a copy, and written on, has
 * other epochs from there on.
 */
export interface LogEpoch {
  /** The offset of its first record. */
  readonly start: number;
  readonly id: string;
}

/** A part of a range, as whole record batches; for `decodeBatches`. Its bytes are good until the next is asked for. */
export interface RecordChunk {
  readonly bytes: Uint8Array;
  readonly aborted: readonly AbortedTransaction[];
}

/** A record that a topic does not take, however it is sent. */
export interface TooLarge {
  /** Which one of those that were given for the partition, from 0. */
  readonly index: number;
  /** The bytes of a batch with nothing but this record. */
  readonly bytes: number;
}

/** What one append came to. */
export interface Appended {
  readonly partition: number;
  /** Of the first record that was appended. */
  readonly baseOffset: number;
  /** The records that were left out, in order. Absent where all were appended. */
  readonly tooLarge?: readonly TooLarge[];
}

/** Records for one partition. */
export interface PartitionRecords {
  readonly partition: number;
  readonly records: RecordsBuilder;
}

/** How a producer writes. */
export interface AppendOptions {
  readonly codec: Codec;
  readonly acks: "all" | "1" | "0";
}

/** Writes records. What it has confirmed is kept, in the order of the calls for each partition. */
export interface Appender {
  /**
   * Appends the records of each partition behind each other, and resolves when the broker has confirmed them
   * all, but for those that are too large by themselves; until then the builders stay as they are. Callers keep a
   * call within {@link "../base/bounds.ts".APPEND_BYTES_MAX} per partition.
   *
   * @throws {SfcrimeError} When others are not confirmed; some may be kept nevertheless.
   */
  append(topic: string, batches: readonly PartitionRecords[]): Promise<readonly Appended[]>;
  /**
   * How large a batch of a topic may be; undefined where it may have any size, or where the broker does not say.
   *
   * @throws {SfcrimeError} TOPIC_MISSING, on Kafka
   */
  batchLimit(topic: string): Promise<BatchLimit | undefined>;
  close(): Promise<void>;
}

/** A key and a value, without a time of their own. */
export interface KeyedValue {
  readonly key: Uint8Array | null;
  readonly value: Uint8Array | null;
}

/** A batch, as a topic remembers the last one. */
export interface TopicBatch {
  readonly batchId: number;
  /** What its writer knows it by, besides its number; absent where none was given. */
  readonly offsets?: string;
}

/**
 * A topic that takes batches whole or not at all, and remembers the last one: with a writer that asks for it and
 * skips what is there already, each row is written exactly once.
 */
export interface BatchTopic {
  /** The last batch that the topic holds of this query; undefined where it holds none. */
  readonly lastBatch: TopicBatch | undefined;
  begin(batch: TopicBatch): Promise<void>;
  /** Adds rows to the batch. Those of the same key go to the same partition. */
  append(rows: readonly KeyedValue[]): Promise<void>;
  /** Makes the batch visible and remembers it, both at once. */
  commit(): Promise<void>;
  /** Drops a batch that was begun and not committed. */
  close(): Promise<void>;
}

/** Reads ranges of offsets. Workers hold one each; it is cheap to open where nothing is read. */
export interface Reader {
  /**
   * The range's record batches, in order. The next part is fetched while the caller works on the last one.
   * A batch may begin before the range or end behind it. A leader that is new, and does not know yet how far
   * the others have come, is given time.
   *
   * @throws {SfcrimeError} OFFSET_OUT_OF_RANGE when some of the range is no longer, or not yet, there; DATA_LOSS
   * when the topic with the id of the range is gone.
   */
  read(range: OffsetRange, signal?: AbortSignal): AsyncIterable<RecordChunk>;
  close(): Promise<void>;
}

/** A record with all its parts, for those who show records rather than analyse them. */
export interface ConsumedRecord {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly timestampMs: number;
  readonly key: Uint8Array | null;
  readonly value: Uint8Array | null;
}

/** What became of records that were given. */
export interface Taken {
  /** How many of them were taken, from the first one on. */
  readonly count: number;
  /** Whether more are wanted; otherwise the subscription ends. */
  readonly wantsMore: boolean;
}

/** How a member of a group reads. */
export interface Subscription {
  readonly group: string;
  readonly topic: string;
  /** Where partitions start for which the group has committed nothing. */
  readonly autoOffsetReset: "earliest" | "latest";
  readonly signal: AbortSignal;
  /** Ends the subscription once every assigned partition has reached its offset here. */
  readonly until?: PartitionOffsets;
  /** Takes records of one partition, in order. Those it says it has taken are then committed. */
  readonly onRecords: (records: readonly ConsumedRecord[]) => Promise<Taken>;
  /** Is told whenever the member's partitions change. */
  readonly onAssigned?: (partitions: readonly number[]) => void;
}

/**
 * For how long an answer may fall behind earlier ones, where several servers answer: one that has just come back
 * may not know yet what the others do. What is still said after that time holds.
 */
export interface Staleness {
  /** Which topics there are, their ids and their partitions. */
  readonly topicsMs: number;
  /** How far partitions reach. */
  readonly endsMs: number;
}

/** A connection to a broker. */
export interface Broker {
  /** Which broker it is and where, for people: `Kafka at localhost:9092`. */
  readonly description: string;
  /** How old an answer may be. */
  readonly staleness: Staleness;
  /** Whether topics have settings of their own. */
  readonly hasTopicSettings: boolean;

  listTopics(): Promise<readonly string[]>;
  /** Undefined where there is no such topic. */
  describeTopic(topic: string): Promise<TopicDescription | undefined>;
  /**
   * False where the topic was there already.
   *
   * @throws {SfcrimeError} BROKER, also for a setting that the broker does not know or take.
   */
  createTopic(topic: string, options: TopicOptions): Promise<boolean>;
  /**
   * What decides how long records are kept in topics without settings of their own; undefined where the broker does
   * not let this user see it.
   */
  topicDefaults(): Promise<TopicConfig | undefined>;
  /**
   * The settings in effect for a topic, by Kafka's names; undefined where the broker does not let this user see them.
   *
   * @throws {SfcrimeError} TOPIC_MISSING
   */
  topicConfig(topic: string): Promise<ReadonlyMap<string, TopicSetting> | undefined>;
  /** False where there was no such topic. */
  deleteTopic(topic: string): Promise<boolean>;

  /**
   * The offset of each partition at a place. `latest` is behind the last record that readers may see: on
   * Kafka the last stable offset. A time gives the first record of that time or later; partitions that have
   * none are left out.
   *
   * @throws {SfcrimeError} TOPIC_MISSING
   */
  listOffsets(topic: string, at: OffsetSpec): Promise<PartitionOffsets>;

  /**
   * Resolves to the latest offsets of the topics as soon as one of them lies behind its position, or when the
   * signal or the time limit ends the wait. Nothing polls meanwhile. A partition without a position stands at its
   * beginning; of one at Infinity nothing is awaited.
   *
   * @throws {SfcrimeError} TOPIC_MISSING, also when a topic is deleted during the wait.
   */
  waitForData(
    positions: TopicOffsets,
    options: { readonly timeoutMs: number; readonly signal: AbortSignal },
  ): Promise<TopicOffsets>;

  /**
   * The epochs of the records of a range, in order. Absent where the broker itself sees to it that its logs are not
   * replaced by older ones.
   */
  logEpochs?(range: OffsetRange): Promise<readonly LogEpoch[]>;

  openAppender(options: AppendOptions): Promise<Appender>;
  openReader(): Promise<Reader>;
  /**
   * Opens a topic for the batches of one query. Another writer that has it open for the same query can not
   * commit any more, on Kafka.
   *
   * @throws {SfcrimeError} TOPIC_MISSING
   */
  openBatchTopic(topic: string, queryId: string): Promise<BatchTopic>;
  /**
   * The last batch that a topic holds of a query, without any effect on a writer that has it open; undefined where
   * it holds none, or does not exist. A writer that was killed may leave a commit that shows only once the topic is
   * opened.
   */
  lastBatchOf(topic: string, queryId: string): Promise<TopicBatch | undefined>;

  /** What a group has committed; partitions without a commit are left out. */
  committedOffsets(group: string, topic: string): Promise<PartitionOffsets>;
  /** Commits without being a member, which Kafka allows while the group has none. */
  commitOffsets(group: string, topic: string, offsets: PartitionOffsets): Promise<void>;
  /**
   * Reads as a member of a group: each partition is read by one member at a time, from where the group has
   * committed. Resolves after the signal is aborted, `until` is reached or no more is wanted, with all
   * that was taken committed.
   */
  subscribe(subscription: Subscription): Promise<void>;

  close(): Promise<void>;
}

/** What it takes to reach a broker: plain data, so that worker threads can open their own. */
export type BrokerAddress = { readonly kind: "embedded"; readonly path: string } | KafkaAddress;

/** What it takes to reach a Kafka. */
export interface KafkaAddress {
  readonly kind: "kafka";
  readonly servers: readonly string[];
  readonly clientId: string;
  readonly properties: Readonly<Record<string, string>>;
}

/** How a broker is opened. */
export interface OpenOptions {
  /** Takes that Kafka does not answer; nobody is told where it is absent. */
  readonly outages?: Outages;
  /** Whether Kafka has been there before, and is waited for where it is not there now. */
  readonly isKnown?: boolean;
}
