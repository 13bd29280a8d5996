/** Writes to Kafka by kafkajs's producer: idempotent where all replicas confirm, partitions always explicit. */
import { CompressionTypes, type Kafka, type Message, type Producer } from "kafkajs";
import type { Appended, Appender, AppendOptions, PartitionRecords } from "./broker.ts";
import { missingPartition } from "./failures.ts";
import { asBuffer, type KafkaConnection } from "./kafka_connection.ts";
import { kafkaFailure } from "./kafka_failures.ts";
import { CODECS } from "./record_batch/codecs.ts";
import type { ProducerRecord } from "./record_batch/encode.ts";

/** Retries of one request: with the growing pauses between them, about a minute. */
const RETRIES = 20;
const RETRY_MS_MAX = 4_000;
const ACKS = { all: -1, "1": 1, "0": 0 } as const;

/** See {@link Appender}. */
export class KafkaAppender implements Appender {
  readonly #producer: Producer;
  readonly #connection: KafkaConnection;
  readonly #options: AppendOptions;
  readonly #partitions = new Map<string, ReadonlySet<number>>();

  private constructor(producer: Producer, connection: KafkaConnection, options: AppendOptions) {
    this.#producer = producer;
    this.#connection = connection;
    this.#options = options;
  }

  static async open(
    kafka: Kafka,
    connection: KafkaConnection,
    options: AppendOptions,
  ): Promise<KafkaAppender> {
    const producer = kafka.producer({
      allowAutoTopicCreation: false,
      idempotent: options.acks === "all",
      maxInFlightRequests: options.acks === "all" ? 1 : 5,
      retry: { retries: RETRIES, initialRetryTime: 50, maxRetryTime: RETRY_MS_MAX },
      // Every message names its partition; without one it would be lost, so nothing is chosen here.
      createPartitioner: () => ({ message }) => message.partition!,
    });
    await connection.retrying(() => producer.connect());
    return new KafkaAppender(producer, connection, options);
  }

  async append(topic: string, batches: readonly PartitionRecords[]): Promise<readonly Appended[]> {
    await this.#requirePartitions(topic, batches);
    const sent = await Promise.allSettled(
      batches.filter(({ records }) => records.length > 0).map((batch) => this.#send(topic, batch)),
    );
    const failure = sent.find((result) => result.status === "rejected");
    if (failure !== undefined) throw kafkaFailure(failure.reason, this.#connection.servers);
    return sent.flatMap((result) => result.status === "fulfilled" ? result.value : []);
  }

  /**
   * One call a partition: when a leader is lost, kafkajs sends a call again to those servers that have not answered
   * it. A partition that has moved to one that has answered, for others, would be left out, and its records lost.
   */
  async #send(topic: string, { partition, records }: PartitionRecords): Promise<Appended[]> {
    const messages = records.map((record) => message(record, partition));
    const confirmed = await this.#producer.sendBatch({
      topicMessages: [{ topic, messages }],
      acks: ACKS[this.#options.acks],
      compression: CODECS.indexOf(this.#options.codec) as CompressionTypes,
    });
    return confirmed.map(({ baseOffset }) => ({ partition, baseOffset: Number(baseOffset ?? -1) }));
  }

  async close(): Promise<void> {
    await this.#producer.disconnect();
  }

  /** kafkajs drops messages for partitions that do not exist without a word. */
  async #requirePartitions(topic: string, batches: readonly PartitionRecords[]): Promise<void> {
    let known = this.#partitions.get(topic);
    if (known === undefined) {
      await this.#connection.follow(topic);
      known = new Set(
        this.#connection.partitionsOf(topic).map(({ partitionId }) => partitionId),
      );
      this.#partitions.set(topic, known);
    }
    for (const { partition } of batches) {
      if (!known.has(partition)) throw missingPartition(topic, partition);
    }
  }
}

function message({ key, value, timestampMs, headers }: ProducerRecord, partition: number): Message {
  return {
    partition,
    key: key === null ? null : asBuffer(key),
    value: value === null ? null : asBuffer(value),
    timestamp: String(timestampMs),
    ...(headers === undefined ? {} : {
      headers: Object.fromEntries(
        headers.map((
          header,
        ) => [header.key, header.value === null ? undefined : asBuffer(header.value)]),
      ),
    }),
  };
}
