/**
 * A Kafka topic with exactly-once batches. A batch is one transaction, and its number is committed in it as
 * the offset of a group that belongs to the query, so the rows and the number are always consistent. Opening
 * the topic again for the same query fences off the previous writer.
 */
import type { BatchTopic, KeyedValue, TopicBatch } from "../../broker.ts";
import { placeRows } from "../../writing/batch_rows.ts";
import { takenOver } from "../../failures.ts";
import { KafkaBatchSender } from "./batch_sender.ts";
import type { KafkaConnection } from "../connection/connection.ts";
import { errorType, UNKNOWN_TOPIC } from "../connection/failures.ts";
import { KafkaTransactions } from "./transactions.ts";
import { keyPartitioner } from "../../writing/partitioner.ts";
import { RecordsBuilder } from "../../record_batch/encode.ts";

/** What the broker answers to a writer whose place another one has taken, or whose transaction it has given up. */
const FENCED = [
  "INVALID_PRODUCER_EPOCH",
  "PRODUCER_FENCED",
  "INVALID_PRODUCER_ID_MAPPING",
  "INVALID_TXN_STATE",
];

/** How long dropping a batch is tried: Kafka drops it by itself when the next run begins, or its time is over. */
const ABORT_MS_MAX = 5_000;

/** The options for opening a topic. */
export interface KafkaBatchTopicOptions {
  readonly connection: KafkaConnection;
  readonly topic: string;
  readonly queryId: string;
  readonly partitionCount: number;
  readonly committed: CommittedOf;
}

/** The committed offset of a group in the first partition. */
export type CommittedOf = (group: string) => Promise<CommittedOffset | undefined>;

/** A committed offset of a group, with its metadata. */
export interface CommittedOffset {
  readonly offset: number;
  readonly metadata: string | null;
}

/** See {@link BatchTopic}. */
export class KafkaBatchTopic implements BatchTopic {
  readonly lastBatch: TopicBatch | undefined;
  readonly #options: KafkaBatchTopicOptions;
  readonly #transactions: KafkaTransactions;
  #sender: KafkaBatchSender;
  #batch: TopicBatch = { batchId: 0 };
  /** The last batch with rows. */
  #committedId: number | undefined;
  #partitionOf: (key: Uint8Array | null) => number;

  private constructor(
    options: KafkaBatchTopicOptions,
    transactions: KafkaTransactions,
    lastBatch: TopicBatch | undefined,
  ) {
    this.#options = options;
    this.#transactions = transactions;
    this.#sender = this.#newSender();
    this.lastBatch = lastBatch;
    this.#committedId = lastBatch?.batchId;
    this.#partitionOf = keyPartitioner(options.partitionCount);
  }

  static async open(options: KafkaBatchTopicOptions): Promise<KafkaBatchTopic> {
    const group = groupOf(options.queryId);
    // Aborts an open transaction, with the number that it may contain.
    const transactions = await KafkaTransactions.open(options.connection, { transactionalId: group, group });
    return new KafkaBatchTopic(options, transactions, await lastBatchOf(options.queryId, options.committed));
  }

  async begin(batch: TopicBatch): Promise<void> {
    this.#batch = batch;
    // Each batch restarts the round-robin, so that a repeated batch is distributed in the same way.
    this.#partitionOf = keyPartitioner(this.#options.partitionCount);
    if (this.#transactions.isDoubtful) await this.#renew();
  }

  async append(rows: readonly KeyedValue[]): Promise<void> {
    const { connection, topic } = this.#options;
    for (const placed of placeRows(rows, this.#partitionOf)) {
      const timestampMs = connection.host.nowMs();
      const byPartition = Map.groupBy(placed, ({ partition }) => partition);
      const batches = [...byPartition].map(([partition, rows]) => ({
        partition,
        records: RecordsBuilder.of(rows.map(({ row }) => ({ ...row, timestampMs }))),
      }));
      await this.#guard(async () => {
        await this.#transactions.add(topic, byPartition.keys());
        await this.#sender.send(topic, batches);
      });
    }
  }

  async commit(): Promise<void> {
    // A batch without rows has not started a transaction, and leaves nothing that could be repeated.
    if (!this.#transactions.isOpen) return;
    const { topic } = this.#options;
    const { batchId, offsets = null } = this.#batch;
    await this.#guard(() =>
      this.#transactions.commit({ topic, partition: 0, offset: batchId + 1, metadata: offsets })
    );
    this.#committedId = batchId;
  }

  async close(): Promise<void> {
    // Uncommitted rows must not become visible.
    if (this.#transactions.isOpen) await this.#transactions.abort({ withinMs: ABORT_MS_MAX }).catch(() => {});
  }

  /** A new epoch takes the topic back from another run, which must not have written to it. */
  async #renew(): Promise<void> {
    const { queryId, committed, topic } = this.#options;
    await this.#transactions.renew();
    if ((await lastBatchOf(queryId, committed))?.batchId !== this.#committedId) throw takenOver(topic);
    this.#sender = this.#newSender();
  }

  #newSender(): KafkaBatchSender {
    const { identity } = this.#transactions;
    return new KafkaBatchSender(this.#options.connection, { codec: "none", acks: "all", identity });
  }

  async #guard(call: () => Promise<void>): Promise<void> {
    try {
      await call();
    } catch (error) {
      const { connection, topic } = this.#options;
      const type = errorType((error as Error).cause) ?? "";
      if (FENCED.includes(type)) throw takenOver(topic, error);
      if (type === UNKNOWN_TOPIC.type) await connection.requireTopic(topic);
      throw error;
    }
  }
}

/** The last batch of a query, from its group. This does not take over the transactional ID. */
export async function lastBatchOf(queryId: string, committed: CommittedOf): Promise<TopicBatch | undefined> {
  return batchOf(await committed(groupOf(queryId)));
}

/** The group of a query has committed the number of the next batch. */
function batchOf(committed: CommittedOffset | undefined): TopicBatch | undefined {
  if (committed === undefined) return undefined;
  const { offset, metadata } = committed;
  return { batchId: offset - 1, ...(metadata === null || metadata === "" ? {} : { offsets: metadata }) };
}

/** The transactional ID of a query, and the group that stores its batch number. */
function groupOf(queryId: string): string {
  return `sfcrime-sink-${queryId}`;
}
