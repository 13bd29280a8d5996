/** Appending records to topics. */
import type { Codec } from "../record_batch/codecs.ts";
import type { ProducerSequence, RecordsBuilder } from "../record_batch/encode.ts";
import type { BatchLimit } from "./batch_limit.ts";

/** A record that is too large for its topic, however it is sent. */
export interface TooLarge {
  /** Its index among the given records of the partition, from 0. */
  readonly index: number;
  /** The bytes of a batch with only this record. */
  readonly bytes: number;
}

/** The result of an append. */
export interface Appended {
  readonly partition: number;
  /** The offset of the first appended record. */
  readonly baseOffset: number;
  /** The offset of the last one; −1 if it is not known. */
  readonly lastOffset: number;
  /** The records that were left out, in order; absent if all were appended. */
  readonly tooLarge?: readonly TooLarge[];
}

/** Records for one partition. */
export interface PartitionRecords {
  readonly partition: number;
  readonly records: RecordsBuilder;
}

/** By what the batches of a producer are told from those of others: each of them carries it. */
export type ProducerId = Pick<ProducerSequence, "producerId" | "epoch">;

/** A producer that goes on where another process has left off. */
export interface ResumedProducer {
  readonly id: ProducerId;
  readonly topic: string;
  /** How many records of the producer each partition has. */
  readonly counts: ReadonlyMap<number, number>;
}

/** A committed offset of a group, with its metadata. */
export interface CommittedOffset {
  readonly offset: number;
  readonly metadata: string | null;
}

/** By partition. */
export type CommittedOffsets = ReadonlyMap<number, CommittedOffset>;

/** A producer whose records are in transactions. */
export interface TransactionalProducer {
  /** An earlier producer with the same one is fenced off, and its open transaction aborted. */
  readonly transactionalId: string;
  /** The broker aborts a transaction that is open for longer. */
  readonly transactionMsMax: number;
}

/** Producer options. */
export interface AppendOptions {
  readonly codec: Codec;
  readonly acks: "all" | "1" | "0";
  /** Needs acks = all. */
  readonly resumed?: ResumedProducer | undefined;
  /** Needs acks = all, and Kafka. */
  readonly transactional?: TransactionalProducer | undefined;
}

/**
 * The transactions of an appender: the records that it appends are in the open one, and readers of committed records see
 * them when it is committed.
 */
export interface AppenderTransactions {
  /** What was committed with the records of a topic, by this producer or an earlier one with its transactional ID. */
  progress(topic: string): Promise<CommittedOffsets>;
  /**
   * Commits the open transaction, and progress with it; without an open one, the progress alone.
   *
   * @throws {SfcrimeError} Also if it is not known whether it is committed.
   */
  commit(topic: string, progress: CommittedOffsets): Promise<void>;
  /** Aborts the open transaction, if there is one. Does not fail: without an answer the broker aborts it by itself. */
  abort(): Promise<void>;
}

/** Sequence numbers have 31 bits and wrap around. */
export const SEQUENCE_MASK = 0x7fff_ffff;

/** Writes records. Confirmed records are stored, in call order for each partition. */
export interface Appender {
  /** Absent without acks = all: batches are then not told from those of others. */
  readonly id: ProducerId | undefined;
  /** Absent if records are not in transactions. */
  readonly transactions?: AppenderTransactions;
  /**
   * Appends the records of each partition in order, and resolves when the broker has confirmed all of them,
   * except those that are too large by themselves; until then, the builders do not change. Callers keep a
   * call within {@link "../../base/bounds.ts".APPEND_BYTES_MAX} per partition.
   *
   * @throws {SfcrimeError} If other records are not confirmed; some may be stored nevertheless.
   */
  append(topic: string, batches: readonly PartitionRecords[]): Promise<readonly Appended[]>;
  /**
   * The maximum batch size of a topic; undefined if there is none, or if the broker does not return it.
   *
   * @throws {SfcrimeError} TOPIC_MISSING, on Kafka
   */
  batchLimit(topic: string): Promise<BatchLimit | undefined>;
  close(): Promise<void>;
}
