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

/** Producer options. */
export interface AppendOptions {
  readonly codec: Codec;
  readonly acks: "all" | "1" | "0";
  /** Needs acks = all. */
  readonly resumed?: ResumedProducer | undefined;
}

/** Sequence numbers have 31 bits and wrap around. */
export const SEQUENCE_MASK = 0x7fff_ffff;

/** Writes records. Confirmed records are stored, in call order for each partition. */
export interface Appender {
  /** Absent without acks = all: batches are then not told from those of others. */
  readonly id: ProducerId | undefined;
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
