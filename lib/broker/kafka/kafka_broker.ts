/**
 * Implements the broker interface for Apache Kafka.
 *
 * Analysis never joins a consumer group: ranges are read with our own fetch requests over kafkajs's
 * connections. Topics are checked first, since kafkajs retries requests for missing topics for many seconds.
 */
import { ENDS_STALE_MS_MAX, IDLE_WAIT_MS_MAX, TOPICS_STALE_MS_MAX } from "../../base/bounds.ts";
import {
  type Appender,
  type AppendOptions,
  type BatchTopic,
  type Broker,
  hasArrived,
  type KafkaAddress,
  type OffsetSpec,
  type OpenOptions,
  type PartitionOffsets,
  type Reader,
  type Subscription,
  type TopicBatch,
  type TopicDescription,
  type TopicOffsets,
  type TopicOptions,
} from "../broker.ts";
import { KafkaAppender } from "./writing/appender.ts";
import { KafkaBatchTopic } from "./writing/batch_topic.ts";
import { KafkaTransactions } from "./writing/transactions.ts";
import { batchGroupOf, batchOf } from "../writing/batch_rows.ts";
import { KafkaConnection } from "./connection/connection.ts";
import { KafkaCoordinator } from "./connection/coordinators.ts";
import { subscribeKafka } from "./group/group.ts";
import { commitCall, committedCall } from "./group/protocol.ts";
import { LongPolls } from "./long_poll.ts";
import { KafkaReader } from "./reader.ts";
import { createKafkaTopic } from "./topics/create.ts";
import { deleteKafkaTopic } from "./topics/delete.ts";
import { kafkaTopicConfig, kafkaTopicDefaults } from "./topics/config.ts";
import type { TopicConfig, TopicSetting } from "../topics/topic_config.ts";
import { Outages } from "../outages/outages.ts";

/** Connects to Kafka. @throws {SfcrimeError} BROKER_UNREACHABLE within seconds; BROKER. */
export async function openKafkaBroker(
  address: KafkaAddress,
  { host, outages = new Outages(() => {}, host), isKnown = false }: OpenOptions,
): Promise<Broker> {
  const connection = await KafkaConnection.open(address, { host, outages, isKnown });
  return new KafkaBroker(connection, {
    outages,
    open: () => KafkaConnection.open(address, { host, outages }),
  });
}

class KafkaBroker implements Broker {
  readonly description: string;
  readonly hasTopicSettings = true;
  readonly staleness = { topicsMs: TOPICS_STALE_MS_MAX, endsMs: ENDS_STALE_MS_MAX };
  readonly #connection: KafkaConnection;
  readonly #polls: LongPolls;
  readonly outages: Outages;

  /** @param open Opens another connection to the same cluster. */
  constructor(
    connection: KafkaConnection,
    { outages, open }: { readonly outages: Outages; readonly open: () => Promise<KafkaConnection> },
  ) {
    this.#connection = connection;
    this.outages = outages;
    this.#polls = new LongPolls({ main: connection, open, outages });
    this.description = `Kafka at ${connection.servers.join(", ")}`;
  }

  listTopics(): Promise<readonly string[]> {
    return this.#connection.topicNames();
  }

  async describeTopic(topic: string): Promise<TopicDescription | undefined> {
    const found = await this.#connection.topicMetadata(topic);
    if (found === undefined) return undefined;
    await this.#connection.bringUpToDate(found);
    return {
      name: topic,
      id: found.id,
      partitions: [...found.partitions].sort((left, right) => left.partition - right.partition),
    };
  }

  createTopic(topic: string, options: TopicOptions): Promise<boolean> {
    return createKafkaTopic(this.#connection, topic, options);
  }

  topicDefaults(): Promise<TopicConfig | undefined> {
    return kafkaTopicDefaults(this.#connection);
  }

  async topicConfig(topic: string): Promise<ReadonlyMap<string, TopicSetting> | undefined> {
    await this.#connection.requireTopic(topic);
    return await kafkaTopicConfig(this.#connection, topic);
  }

  deleteTopic(topic: string): Promise<boolean> {
    return deleteKafkaTopic(this.#connection, topic);
  }

  async listOffsets(topic: string, at: OffsetSpec): Promise<PartitionOffsets> {
    const place = typeof at === "string"
      ? { fromBeginning: at === "earliest" }
      : { fromTimestamp: at.timestampMs };
    return await this.#connection.offsets(topic, await this.#connection.follow(topic), place);
  }

  async waitForData(
    positions: TopicOffsets,
    { timeoutMs, signal }: { readonly timeoutMs: number; readonly signal: AbortSignal },
  ): Promise<TopicOffsets> {
    const { host } = this.#connection;
    const untilMs = host.monotonicMs() + timeoutMs;
    for (;;) {
      const latest: TopicOffsets = new Map(
        await Promise.all(
          [...positions.keys()].map(async (topic) =>
            [topic, await this.listOffsets(topic, "latest")] as const
          ),
        ),
      );
      const leftMs = Math.ceil(untilMs - host.monotonicMs());
      if (hasArrived(latest, positions) || leftMs <= 0 || signal.aborted) return latest;
      await this.#polls.wait(positions, { maxWaitMs: Math.min(leftMs, IDLE_WAIT_MS_MAX), signal });
    }
  }

  async openAppender(options: AppendOptions): Promise<Appender> {
    return await KafkaAppender.open(this.#connection, options);
  }

  async openBatchTopic(topic: string, queryId: string): Promise<BatchTopic> {
    const connection = this.#connection;
    const { length: partitionCount } = await this.#connection.follow(topic);
    // Aborts an open transaction, with the number that it may contain.
    const transactions = await KafkaTransactions.open(connection, batchGroupOf(queryId));
    const findLastBatch = () => this.#lastBatch(topic, queryId);
    return await KafkaBatchTopic.open({ connection, topic, partitionCount, transactions, findLastBatch });
  }

  async lastBatchOf(topic: string, queryId: string): Promise<TopicBatch | undefined> {
    if (await this.describeTopic(topic) === undefined) return undefined;
    return await this.#lastBatch(topic, queryId);
  }

  async #lastBatch(topic: string, queryId: string): Promise<TopicBatch | undefined> {
    const [found] = await this.#committedOf(batchGroupOf(queryId), topic, [0]);
    return batchOf(found);
  }

  openReader(): Promise<Reader> {
    return Promise.resolve(new KafkaReader(this.#connection));
  }

  async committedOffsets(group: string, topic: string): Promise<PartitionOffsets> {
    const found = await this.#committedOf(group, topic, await this.#connection.follow(topic));
    const offsets = found.map(({ partition, offset }) => [partition, offset] as const);
    return new Map(offsets.sort(([left], [right]) => left - right));
  }

  /** The committed offsets of a group in some partitions; those without one are left out. */
  async #committedOf(group: string, topic: string, partitions: readonly number[]) {
    const coordinator = new KafkaCoordinator(this.#connection, { kind: "group", key: group });
    const { responses } = await coordinator.send(committedCall(group, { topic, partitions }));
    return responses.flatMap(({ partitions }) => partitions)
      .map((committed) => ({ ...committed, offset: Number(committed.offset) }))
      .filter(({ offset }) => offset >= 0);
  }

  async commitOffsets(group: string, topic: string, offsets: PartitionOffsets): Promise<void> {
    const coordinator = new KafkaCoordinator(this.#connection, { kind: "group", key: group });
    // Without a generation, this is a commit by a non-member: kafkajs's admin takes five seconds for the
    // same.
    await coordinator.send(commitCall({ group, memberId: "", generationId: -1 }, topic, offsets));
  }

  async subscribe(subscription: Subscription): Promise<void> {
    await this.#connection.follow(subscription.topic);
    await subscribeKafka({ connection: this.#connection, broker: this }, subscription);
  }

  async close(): Promise<void> {
    await this.#polls.close();
    await this.#connection.close();
  }
}
