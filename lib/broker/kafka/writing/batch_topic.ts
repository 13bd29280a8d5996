/**
 * A Kafka topic with exactly-once batches. A batch is one transaction, and its number is committed in it as
 * the offset of a group that belongs to the query, so the rows and the number are always consistent. Opening
 * the topic again for the same query fences off the previous writer.
 */
import type { BatchTopic, KeyedValue, TopicBatch } from "../../writing/batch_topic.ts";
import { committedBy, recordsOfRows } from "../../writing/batch_rows.ts";
import { takenOver } from "../../failures.ts";
import { KafkaBatchSender } from "./batch_sender.ts";
import type { KafkaConnection } from "../connection/connection.ts";
import { errorType, UNKNOWN_TOPIC } from "../connection/failures.ts";
import { isFenced, type KafkaTransactions } from "./transactions.ts";
import { keyPartitioner } from "../../writing/partitioner.ts";

/** How long dropping a batch is tried: Kafka drops it by itself when the next run begins, or its time is over. */
const ABORT_MS_MAX = 5_000;

/** A topic, and the transactions of a query that writes to it. */
export interface KafkaBatchTopicOptions {
  readonly connection: KafkaConnection;
  readonly topic: string;
  readonly partitionCount: number;
  readonly transactions: KafkaTransactions;
  readonly findLastBatch: () => Promise<TopicBatch | undefined>;
}

/** See {@link BatchTopic}. */
export class KafkaBatchTopic implements BatchTopic {
  readonly lastBatch: TopicBatch | undefined;
  readonly #options: KafkaBatchTopicOptions;
  #sender: KafkaBatchSender;
  #batch: TopicBatch = { batchId: 0 };
  /** The last batch with rows, or −1. */
  #committedId: number;
  #partitionOf: (key: Uint8Array | null) => number;

  private constructor(options: KafkaBatchTopicOptions, lastBatch: TopicBatch | undefined) {
    this.#options = options;
    this.#sender = this.#newSender();
    this.lastBatch = lastBatch;
    this.#committedId = lastBatch?.batchId ?? -1;
    this.#partitionOf = keyPartitioner(options.partitionCount);
  }

  static async open(options: KafkaBatchTopicOptions): Promise<KafkaBatchTopic> {
    return new KafkaBatchTopic(options, await options.findLastBatch());
  }

  async begin(batch: TopicBatch): Promise<void> {
    this.#batch = batch;
    // Each batch restarts the round-robin, so that a repeated batch is distributed in the same way.
    this.#partitionOf = keyPartitioner(this.#options.partitionCount);
    if (this.#options.transactions.isDoubtful) await this.#renew();
  }

  async append(rows: readonly KeyedValue[]): Promise<void> {
    const { connection, topic, transactions } = this.#options;
    for (const batches of recordsOfRows(rows, this.#partitionOf, connection.host)) {
      await this.#guard(async () => {
        await transactions.add(topic, batches.map(({ partition }) => partition));
        await this.#sender.send(topic, batches);
      });
    }
  }

  async commit(): Promise<void> {
    const { topic, transactions } = this.#options;
    // A batch without rows has not started a transaction, and leaves nothing that could be repeated.
    if (!transactions.isOpen) return;
    await this.#guard(() =>
      transactions.commit({ topic, partitions: [{ partition: 0, ...committedBy(this.#batch) }] })
    );
    this.#committedId = this.#batch.batchId;
  }

  async close(): Promise<void> {
    const { transactions } = this.#options;
    // Uncommitted rows must not become visible.
    if (transactions.isOpen) await transactions.abort({ withinMs: ABORT_MS_MAX }).catch(() => {});
  }

  /** A new epoch takes the topic back from another run, which must not have written to it. */
  async #renew(): Promise<void> {
    const { transactions, findLastBatch, topic } = this.#options;
    await transactions.renew();
    const last = await findLastBatch();
    if (last !== undefined && last.batchId > this.#committedId) throw takenOver(topic);
    this.#sender = this.#newSender();
  }

  #newSender(): KafkaBatchSender {
    const { connection, transactions: { identity } } = this.#options;
    return new KafkaBatchSender(connection, { codec: "none", acks: "all", identity });
  }

  async #guard(call: () => Promise<void>): Promise<void> {
    try {
      await call();
    } catch (error) {
      const { connection, topic } = this.#options;
      if (isFenced(error)) throw takenOver(topic, error);
      if (errorType((error as Error).cause) === UNKNOWN_TOPIC.type) await connection.requireTopic(topic);
      throw error;
    }
  }
}
