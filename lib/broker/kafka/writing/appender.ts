/**
 * Writes to Kafka with our own produce requests over kafkajs's connections: batches are encoded once, as for
 * the embedded broker, and sent as they are. With acks = all, the producer is idempotent: it has a producer
 * ID, by which the broker detects duplicate batches.
 */
import type { BatchLimit } from "../../writing/batch_limit.ts";
import type {
  Appended,
  Appender,
  AppendOptions,
  PartitionRecords,
  ProducerId,
} from "../../writing/appender.ts";
import { missingPartition } from "../../failures.ts";
import { KafkaBatchSender } from "./batch_sender.ts";
import { asking } from "../connection/denied.ts";
import type { KafkaConnection } from "../connection/connection.ts";
import { initProducerIdCall } from "../protocol/produce.ts";

/** See {@link Appender}. */
export class KafkaAppender implements Appender {
  readonly id: ProducerId | undefined;
  readonly #connection: KafkaConnection;
  readonly #sender: KafkaBatchSender;
  /** Kept, as a server that has just restarted may not know a topic yet. */
  readonly #partitions = new Map<string, readonly number[]>();

  constructor(
    connection: KafkaConnection,
    { sender, id }: { readonly sender: KafkaBatchSender; readonly id: ProducerId | undefined },
  ) {
    this.#connection = connection;
    this.#sender = sender;
    this.id = id;
  }

  /** Opens one without transactions. */
  static async open(connection: KafkaConnection, options: AppendOptions): Promise<KafkaAppender> {
    const request = () =>
      asking(
        { operation: "IdempotentWrite", resource: "cluster" },
        () => connection.sendToAny(initProducerIdCall()),
      );
    const identity = options.acks === "all"
      ? options.resumed?.id ?? await connection.retrying(request)
      : undefined;
    const sender = new KafkaBatchSender(connection, { ...options, leavesOutTooLarge: true, identity });
    return new KafkaAppender(connection, { sender, id: identity });
  }

  async append(topic: string, batches: readonly PartitionRecords[]): Promise<readonly Appended[]> {
    const known = await this.#follow(topic);
    for (const { partition } of batches) {
      if (!known.includes(partition)) throw missingPartition(topic, partition);
    }
    return await this.#sender.send(topic, batches);
  }

  async batchLimit(topic: string): Promise<BatchLimit | undefined> {
    await this.#follow(topic);
    return await this.#sender.batchLimit(topic);
  }

  /** The connection belongs to the broker, which closes it. */
  close(): Promise<void> {
    return Promise.resolve();
  }

  async #follow(topic: string): Promise<readonly number[]> {
    const known = this.#partitions.get(topic) ?? await this.#connection.follow(topic);
    this.#partitions.set(topic, known);
    return known;
  }
}
