/**
 * Writes to Kafka by produce requests of our own, over kafkajs's connections: batches are encoded once, as the
 * embedded broker keeps them, and sent as they are.
 *
 * Where all replicas confirm, the producer is idempotent: the broker has given it an id, every batch carries
 * its number, and one that is sent again after an answer was lost is not kept twice. A partition has one
 * request under way at a time, so order is kept through every retry.
 */
import type { Appended, Appender, AppendOptions, PartitionRecords } from "./broker.ts";
import { missingPartition } from "./failures.ts";
import type { KafkaConnection } from "./kafka_connection.ts";
import { protocolError } from "./kafka_internals.ts";
import { initProducerIdCall, produceCall, type ProducerIdentity } from "./kafka_produce_protocol.ts";

const ACKS = { all: -1, "1": 1, "0": 0 } as const;
/** The broker has this batch already: an earlier try of it went through. */
const DUPLICATE_SEQUENCE_NUMBER = 46;
/** Sequence numbers are 31 bits and begin anew behind the last. */
const SEQUENCE_MASK = 0x7fff_ffff;

/** See {@link Appender}. */
export class KafkaAppender implements Appender {
  readonly #connection: KafkaConnection;
  readonly #options: AppendOptions;
  readonly #identity: ProducerIdentity | undefined;
  readonly #partitions = new Map<string, ReadonlySet<number>>();
  /** The number of the next record, by partition. */
  readonly #sequences = new Map<string, number>();

  private constructor(
    connection: KafkaConnection,
    options: AppendOptions,
    identity: ProducerIdentity | undefined,
  ) {
    this.#connection = connection;
    this.#options = options;
    this.#identity = identity;
  }

  static async open(connection: KafkaConnection, options: AppendOptions): Promise<KafkaAppender> {
    const identity = options.acks !== "all" ? undefined : await connection.retrying(async () => {
      const node = await connection.cluster.brokerPool.findConnectedBroker();
      const { errorCode, ...identity } = await connection.send(node, initProducerIdCall());
      if (errorCode !== 0) throw protocolError(errorCode);
      return identity;
    });
    return new KafkaAppender(connection, options, identity);
  }

  async append(topic: string, batches: readonly PartitionRecords[]): Promise<readonly Appended[]> {
    await this.#requirePartitions(topic, batches);
    const sent = await Promise.allSettled(
      batches.filter(({ records }) => records.count > 0).map((batch) => this.#send(topic, batch)),
    );
    const failure = sent.find((result) => result.status === "rejected");
    if (failure !== undefined) throw failure.reason;
    return sent.flatMap((result) => result.status === "fulfilled" ? [result.value] : []);
  }

  /** The connection is the broker's, which closes it. */
  close(): Promise<void> {
    return Promise.resolve();
  }

  async #send(topic: string, { partition, records }: PartitionRecords): Promise<Appended> {
    const name = `${topic}-${partition}`;
    const baseSequence = this.#sequences.get(name) ?? 0;
    const sequence = this.#identity === undefined ? undefined : { ...this.#identity, baseSequence };
    const batch = records.toBatch(this.#options.codec, sequence);
    const baseOffset = await this.#connection.retrying(async () => {
      const { cluster } = this.#connection;
      const leader = this.#connection.partitionsOf(topic).find(({ partitionId }) => partitionId === partition)
        ?.leader;
      const node = await cluster.findBroker({ nodeId: leader ?? -1 });
      const answer = await this.#connection.send(
        node,
        produceCall({ topic, partition, batch, acks: ACKS[this.#options.acks] }),
      );
      if (answer === undefined || answer.errorCode === DUPLICATE_SEQUENCE_NUMBER) return -1;
      if (answer.errorCode !== 0) throw protocolError(answer.errorCode);
      return answer.baseOffset;
    });
    this.#sequences.set(name, (baseSequence + records.count) & SEQUENCE_MASK);
    return { partition, baseOffset };
  }

  async #requirePartitions(topic: string, batches: readonly PartitionRecords[]): Promise<void> {
    let known = this.#partitions.get(topic);
    if (known === undefined) {
      await this.#connection.follow(topic);
      known = new Set(this.#connection.partitionsOf(topic).map(({ partitionId }) => partitionId));
      this.#partitions.set(topic, known);
    }
    for (const { partition } of batches) {
      if (!known.has(partition)) throw missingPartition(topic, partition);
    }
  }
}
