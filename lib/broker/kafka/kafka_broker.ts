/**
 * Implements the broker interface for Apache Kafka.
 *
 * Analysis never joins a consumer group: ranges are read with our own fetch requests over kafkajs's
 * connections. Topics are checked first, since kafkajs retries requests for missing topics for many seconds.
 *
 * What is not needed to read is loaded when it is first used: each worker has a broker of its own, which only reads.
 */
import { ENDS_STALE_MS_MAX, IDLE_WAIT_MS_MAX, TOPICS_STALE_MS_MAX } from "../../base/bounds.ts";
import type { BrokerAdmin } from "../admin/broker_admin.ts";
import type { Appender, AppendOptions } from "../writing/appender.ts";
import type { BatchTopic, TopicBatch } from "../writing/batch_topic.ts";
import {
  type Broker,
  hasArrived,
  type KafkaAddress,
  type OffsetSpec,
  type OpenOptions,
  type PartitionOffsets,
  type Reader,
  type Subscription,
  type TopicDescription,
  type TopicOffsets,
  type TopicOptions,
} from "../broker.ts";
import { KafkaConnection } from "./connection/connection.ts";
import { LongPolls } from "./polling/long_poll.ts";
import { KafkaReader } from "./reader.ts";
import { reportedEnds } from "./polling/reported_ends.ts";
import type { TopicConfig, TopicSetting } from "../topics/topic_config.ts";
import { Outages } from "../outages/outages.ts";
import { PrefetchedRecords } from "../prefetched_records.ts";
import { topicDescription } from "./protocol/metadata.ts";

/** Connects to Kafka. @throws {SfcrimeError} BROKER_UNREACHABLE within seconds; BROKER. */
export async function openKafkaBroker(
  address: KafkaAddress,
  {
    host,
    outages = new Outages(() => {}, host),
    prefetched = new PrefetchedRecords(host),
    isKnown = false,
  }: OpenOptions,
): Promise<Broker> {
  const connection = await KafkaConnection.open(address, { host, outages, isKnown });
  return new KafkaBroker(connection, {
    outages,
    prefetched,
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
  readonly prefetched: PrefetchedRecords;

  /** @param open Opens another connection to the same cluster. */
  constructor(
    connection: KafkaConnection,
    { outages, prefetched, open }: Pick<Required<OpenOptions>, "outages" | "prefetched"> & {
      readonly open: () => Promise<KafkaConnection>;
    },
  ) {
    this.#connection = connection;
    this.outages = outages;
    this.prefetched = prefetched;
    this.#polls = new LongPolls({ main: connection, open, outages, prefetched });
    this.description = `Kafka at ${connection.servers.join(", ")}`;
  }

  listTopics(): Promise<readonly string[]> {
    return this.#connection.topicNames();
  }

  async describeTopic(topic: string): Promise<TopicDescription | undefined> {
    const found = await this.#connection.topicMetadata(topic);
    if (found === undefined) return undefined;
    await this.#connection.bringUpToDate(found);
    return topicDescription(found);
  }

  async createTopic(topic: string, options: TopicOptions): Promise<boolean> {
    const { createKafkaTopic } = await import("./topics/create.ts");
    return await createKafkaTopic(this.#connection, topic, options);
  }

  async topicDefaults(): Promise<TopicConfig | undefined> {
    const { kafkaTopicDefaults } = await import("./topics/config.ts");
    return await kafkaTopicDefaults(this.#connection);
  }

  async topicConfig(topic: string): Promise<ReadonlyMap<string, TopicSetting> | undefined> {
    await this.#connection.requireTopic(topic);
    const { kafkaTopicConfig } = await import("./topics/config.ts");
    return await kafkaTopicConfig(this.#connection, topic);
  }

  async deleteTopic(topic: string): Promise<boolean> {
    const { deleteKafkaTopic } = await import("./topics/delete.ts");
    return await deleteKafkaTopic(this.#connection, topic);
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

  async waitForEnds(
    positions: TopicOffsets,
    { ids, timeoutMs, signal }: {
      readonly ids: Readonly<Record<string, string>>;
      readonly timeoutMs: number;
      readonly signal: AbortSignal;
    },
  ): Promise<TopicOffsets | undefined> {
    const { host } = this.#connection;
    const untilMs = host.monotonicMs() + timeoutMs;
    for (;;) {
      const leftMs = Math.ceil(untilMs - host.monotonicMs());
      if (leftMs <= 0 || signal.aborted) return undefined;
      const maxWaitMs = Math.min(leftMs, IDLE_WAIT_MS_MAX);
      const reported = await this.#polls.wait(positions, { ids, maxWaitMs, signal });
      const ends = reported && reportedEnds(reported, { positions, ids });
      // A poll that was sent for an earlier wait may report what is known already.
      if (ends === undefined || hasArrived(ends, positions)) return ends;
    }
  }

  async openAppender(options: AppendOptions): Promise<Appender> {
    if (options.transactional !== undefined) {
      const { TransactionalAppender } = await import("./writing/transactional_appender.ts");
      return await TransactionalAppender.open(this.#connection, options, options.transactional);
    }
    const { KafkaAppender } = await import("./writing/appender.ts");
    return await KafkaAppender.open(this.#connection, options);
  }

  async openBatchTopic(topic: string, queryId: string): Promise<BatchTopic> {
    const { openQueryTopic } = await import("./writing/query_topic.ts");
    return await openQueryTopic(this.#connection, { topic, queryId });
  }

  async lastBatchOf(topic: string, queryId: string): Promise<TopicBatch | undefined> {
    if (await this.describeTopic(topic) === undefined) return undefined;
    const { lastBatch } = await import("./writing/query_topic.ts");
    return await lastBatch(this.#connection, { topic, queryId });
  }

  openReader(): Promise<Reader> {
    return Promise.resolve(new KafkaReader(this.#connection, this.prefetched));
  }

  async committedOffsets(group: string, topic: string): Promise<PartitionOffsets> {
    const { committedOffsets } = await import("./group/offsets.ts");
    const partitions = await this.#connection.follow(topic);
    const found = await committedOffsets(this.#connection, group, { topic, partitions });
    const offsets = found.map(({ partition, offset }) => [partition, offset] as const);
    return new Map(offsets.sort(([left], [right]) => left - right));
  }

  async commitOffsets(group: string, topic: string, offsets: PartitionOffsets): Promise<void> {
    const { commitOffsets } = await import("./group/offsets.ts");
    await commitOffsets(this.#connection, group, { topic, offsets });
  }

  async subscribe(subscription: Subscription): Promise<void> {
    const { subscribeKafka } = await import("./group/group.ts");
    for (const topic of subscription.topics) await this.#connection.follow(topic);
    await subscribeKafka({ connection: this.#connection, broker: this }, subscription);
  }

  async admin(): Promise<BrokerAdmin> {
    const { KafkaAdmin } = await import("./admin/kafka_admin.ts");
    return new KafkaAdmin(this.#connection);
  }

  async close(): Promise<void> {
    await this.#polls.close();
    await this.#connection.close();
  }
}
