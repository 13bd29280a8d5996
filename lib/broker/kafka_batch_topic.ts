/**
 * A Kafka topic that takes batches exactly once. A batch is one transaction, and its number is committed in it
 * as the offset of a group of the query's own: what Kafka has of the rows and what it knows of the number can
 * not differ. Whoever opens the topic anew for the same query fences off a writer that was left behind.
 */
import type { Kafka, Message, Producer, Transaction } from "kafkajs";
import type { SfcrimeError } from "../base/errors.ts";
import type { BatchTopic, KeyedValue, TopicBatch } from "./broker.ts";
import { placeRows } from "./batch_rows.ts";
import { asBuffer } from "./bytes_buffer.ts";
import type { KafkaConnection } from "./kafka_connection.ts";
import { takenOver } from "./failures.ts";
import { errorType, kafkaFailure } from "./kafka_failures.ts";
import { keyPartitioner } from "./partitioner.ts";

/** A transaction that is open for longer is given up by the broker: its own default limit. */
const TRANSACTION_MS_MAX = 900_000;

/** What the broker answers to a writer whose place another one has taken, or whose transaction it has given up. */
const FENCED = [
  "INVALID_PRODUCER_EPOCH",
  "PRODUCER_FENCED",
  "INVALID_PRODUCER_ID_MAPPING",
  "INVALID_TXN_STATE",
];

/** What a topic is opened with. */
export interface KafkaBatchTopicOptions {
  readonly kafka: Kafka;
  readonly connection: KafkaConnection;
  readonly topic: string;
  readonly queryId: string;
  readonly partitionCount: number;
  /** What a group has committed of the first partition. */
  readonly committed: (group: string) => Promise<CommittedOffset | undefined>;
}

/** An offset that a group has committed, and the text that it has put to it. */
export interface CommittedOffset {
  readonly offset: number;
  readonly metadata: string | null;
}

/** See {@link BatchTopic}. */
export class KafkaBatchTopic implements BatchTopic {
  readonly lastBatch: TopicBatch | undefined;
  readonly #options: KafkaBatchTopicOptions;
  readonly #producer: Producer;
  #batch: TopicBatch = { batchId: 0 };
  #isEmpty = true;
  #partitionOf: (key: Uint8Array | null) => number;
  #transaction: Transaction | undefined;

  private constructor(
    options: KafkaBatchTopicOptions,
    producer: Producer,
    lastBatch: TopicBatch | undefined,
  ) {
    this.#options = options;
    this.#producer = producer;
    this.lastBatch = lastBatch;
    this.#partitionOf = keyPartitioner(options.partitionCount);
  }

  static async open(options: KafkaBatchTopicOptions): Promise<KafkaBatchTopic> {
    const { kafka, connection, queryId } = options;
    const producer = kafka.producer({
      allowAutoTopicCreation: false,
      idempotent: true,
      transactionalId: groupOf(queryId),
      transactionTimeout: TRANSACTION_MS_MAX,
      maxInFlightRequests: 1,
      // Transactions back to back meet each other's end, which a short pause outlasts.
      retry: { retries: 20, initialRetryTime: 2, maxRetryTime: 4_000 },
      createPartitioner: () => ({ message }) => message.partition!,
    });
    await connection.retrying(() => producer.connect());
    try {
      // Only a transaction makes the broker end one that was left open, and with it the number it may hold.
      await connection.retrying(async () => await (await producer.transaction()).abort());
      return new KafkaBatchTopic(options, producer, batchOf(await options.committed(groupOf(queryId))));
    } catch (error) {
      await producer.disconnect();
      throw kafkaFailure(error, connection.servers);
    }
  }

  async begin(batch: TopicBatch): Promise<void> {
    this.#batch = batch;
    this.#isEmpty = true;
    // Each batch begins the turns anew, so that one that comes again is shared out in the same way.
    this.#partitionOf = keyPartitioner(this.#options.partitionCount);
    this.#transaction = await this.#guard(() => this.#producer.transaction());
  }

  async append(rows: readonly KeyedValue[]): Promise<void> {
    const { topic } = this.#options;
    for (const batch of placeRows(rows, this.#partitionOf)) {
      this.#isEmpty = false;
      // A partition a call: kafkajs leaves a leader that has answered out of a call that is sent again, also where
      // another partition of the call has moved to it meanwhile.
      for (const placed of Map.groupBy(batch, ({ partition }) => partition).values()) {
        const messages = placed.map(({ row: { key, value }, partition }): Message => ({
          partition,
          key: key === null ? null : asBuffer(key),
          value: value === null ? null : asBuffer(value),
        }));
        await this.#guard(() => this.#transaction!.send({ topic, messages, acks: -1 }));
      }
    }
  }

  async commit(): Promise<void> {
    const { topic, queryId } = this.#options;
    await this.#guard(async () => {
      // A batch without rows leaves nothing that could come twice. It would also ask for the end of the
      // transaction before too early: only sending rows waits for that.
      if (this.#isEmpty) return await this.#transaction!.abort();
      const { batchId, offsets } = this.#batch;
      // kafkajs passes the metadata on, though its types do not say so.
      const committed = { partition: 0, offset: String(batchId + 1), metadata: offsets ?? null };
      await this.#transaction!.sendOffsets({
        consumerGroupId: groupOf(queryId),
        topics: [{ topic, partitions: [committed] }],
      });
      await this.#transaction!.commit();
    });
    this.#transaction = undefined;
  }

  async close(): Promise<void> {
    // What was not committed is not to be seen; if the broker is gone, it will find that out by itself.
    await this.#transaction?.abort().catch(() => {});
    await this.#producer.disconnect();
  }

  async #guard<T>(call: () => Promise<T>): Promise<T> {
    try {
      return await call();
    } catch (error) {
      throw this.#failure(error);
    }
  }

  #failure(error: unknown): SfcrimeError {
    if (FENCED.includes(errorType(error) ?? "")) return takenOver(this.#options.topic, error);
    return kafkaFailure(error, this.#options.connection.servers);
  }
}

/** The group of a query has committed the number of the batch that comes next. */
function batchOf(committed: CommittedOffset | undefined): TopicBatch | undefined {
  if (committed === undefined) return undefined;
  const { offset, metadata } = committed;
  return { batchId: offset - 1, ...(metadata === null || metadata === "" ? {} : { offsets: metadata }) };
}

/** The transactional id of a query, and the group in which its batches are counted. */
function groupOf(queryId: string): string {
  return `sfcrime-sink-${queryId}`;
}
