/**
 * Apache Kafka behind the program's broker interface.
 *
 * Analysis never joins a consumer group: ranges are read by fetch requests of our own over kafkajs's
 * connections. What is missing is looked up first, since kafkajs retries requests on missing topics for
 * many seconds.
 */
import { type Admin, Kafka } from "kafkajs";
import { IDLE_WAIT_MS_MAX } from "../base/bounds.ts";
import { SfcrimeError } from "../base/errors.ts";
import type {
  Appender,
  AppendOptions,
  BatchTopic,
  Broker,
  BrokerAddress,
  OffsetSpec,
  PartitionOffsets,
  Reader,
  Subscription,
  TopicDescription,
  TopicOptions,
} from "./broker.ts";
import { missingTopic } from "./failures.ts";
import { KafkaAppender } from "./kafka_appender.ts";
import { KafkaBatchTopic } from "./kafka_batch_topic.ts";
import { KafkaConnection } from "./kafka_connection.ts";
import { errorType } from "./kafka_failures.ts";
import { subscribeKafka } from "./kafka_group.ts";
import { protocolError } from "./kafka_internals.ts";
import { metadataCall, type TopicMetadata } from "./kafka_protocol.ts";
import { KafkaReader } from "./kafka_reader.ts";

/** Connects to Kafka. @throws {SfcrimeError} BROKER_UNREACHABLE within seconds; BROKER. */
export async function openKafkaBroker(
  address: Extract<BrokerAddress, { kind: "kafka" }>,
): Promise<Broker> {
  return new KafkaBroker(await KafkaConnection.open(address));
}

const UNKNOWN_TOPIC = 3;

class KafkaBroker implements Broker {
  readonly description: string;
  readonly #connection: KafkaConnection;
  readonly #kafka: Kafka;
  #admin: Promise<Admin> | undefined;
  /** Long polls under way, by the node that holds them. */
  readonly #polls = new Map<number, Promise<void>>();

  constructor(connection: KafkaConnection) {
    this.#connection = connection;
    this.#kafka = new Kafka(connection.config);
    this.description = `Kafka at ${connection.servers.join(", ")}`;
  }

  async listTopics(): Promise<readonly string[]> {
    const topics = await this.#metadata(undefined);
    return topics.filter(({ isInternal }) => !isInternal).map(({ name }) => name).sort();
  }

  async describeTopic(topic: string): Promise<TopicDescription | undefined> {
    const [found] = await this.#metadata([topic]);
    if (found === undefined || found.errorCode === UNKNOWN_TOPIC) return undefined;
    const known = this.#connection.partitionsOf(topic).length;
    // Partitions that were added would else stay unknown until kafkajs looks for them, minutes later.
    if (known > 0 && known !== found.partitions.length) await this.#connection.refresh();
    return {
      name: topic,
      id: found.id,
      partitions: [...found.partitions].sort((left, right) => left.partition - right.partition),
    };
  }

  async createTopic(topic: string, options: TopicOptions): Promise<boolean> {
    const admin = await this.#connectedAdmin();
    try {
      return await this.#connection.retrying(() =>
        admin.createTopics({
          waitForLeaders: true,
          topics: [{
            topic,
            numPartitions: options.numPartitions,
            replicationFactor: options.replicationFactor,
            configEntries: options.keepForever ? [{ name: "retention.ms", value: "-1" }] : [],
          }],
        })
      );
    } catch (error) {
      throw creationFailure(topic, options, error as SfcrimeError);
    }
  }

  async deleteTopic(topic: string): Promise<boolean> {
    if (await this.describeTopic(topic) === undefined) return false;
    const admin = await this.#connectedAdmin();
    await this.#connection.retrying(() => admin.deleteTopics({ topics: [topic] }));
    return true;
  }

  async listOffsets(topic: string, at: OffsetSpec): Promise<PartitionOffsets> {
    const partitions = await this.#partitionsOf(topic);
    if (typeof at === "string") {
      return await this.#offsetsAt(topic, partitions, { fromBeginning: at === "earliest" });
    }
    const [found, latest] = await Promise.all([
      this.#offsetsAt(topic, partitions, { fromTimestamp: at.timestampMs }),
      this.#offsetsAt(topic, partitions, { fromBeginning: false }),
    ]);
    return new Map([...latest].map(([partition, end]) => {
      const offset = found.get(partition) ?? -1;
      return [partition, offset < 0 ? end : offset];
    }));
  }

  async waitForData(
    topic: string,
    positions: PartitionOffsets,
    { timeoutMs, signal }: { readonly timeoutMs: number; readonly signal: AbortSignal },
  ): Promise<PartitionOffsets> {
    const untilMs = performance.now() + timeoutMs;
    for (;;) {
      const latest = await this.listOffsets(topic, "latest");
      const arrived = [...latest].some(([partition, end]) => end > (positions.get(partition) ?? 0));
      const leftMs = untilMs - performance.now();
      if (arrived || leftMs <= 0 || signal.aborted) return latest;
      const ends = new Map(
        [...latest.keys()].map((partition) => [partition, positions.get(partition) ?? 0]),
      );
      await this.#longPoll(topic, ends, { maxWaitMs: Math.min(leftMs, IDLE_WAIT_MS_MAX), signal });
    }
  }

  async openAppender(options: AppendOptions): Promise<Appender> {
    return await KafkaAppender.open(this.#connection, options);
  }

  async openBatchTopic(topic: string, queryId: string): Promise<BatchTopic> {
    return await KafkaBatchTopic.open({
      kafka: this.#kafka,
      connection: this.#connection,
      topic,
      queryId,
      partitionCount: (await this.#partitionsOf(topic)).length,
      committed: async (group) => {
        const [found] = await this.#committedOf(group, topic, [0]);
        return found === undefined ? undefined : { offset: Number(found.offset), metadata: found.metadata };
      },
    });
  }

  openReader(): Promise<Reader> {
    return Promise.resolve(new KafkaReader(this.#connection));
  }

  async committedOffsets(group: string, topic: string): Promise<PartitionOffsets> {
    const found = await this.#committedOf(group, topic, await this.#partitionsOf(topic));
    const offsets = found.map(({ partition, offset }) => [partition, Number(offset)] as const);
    return new Map(offsets.sort(([left], [right]) => left - right));
  }

  /** What a group has committed of some partitions; those without a commit are left out. */
  async #committedOf(group: string, topic: string, partitions: readonly number[]) {
    const wanted = partitions.map((partition) => ({ partition }));
    const { responses } = await this.#connection.retrying(async () => {
      const coordinator = await this.#connection.cluster.findGroupCoordinator({ groupId: group });
      return await coordinator.offsetFetch({ groupId: group, topics: [{ topic, partitions: wanted }] });
    });
    return responses.flatMap(({ partitions }) => partitions).filter(({ offset }) => Number(offset) >= 0);
  }

  async commitOffsets(group: string, topic: string, offsets: PartitionOffsets): Promise<void> {
    const partitions = [...offsets].map(([partition, offset]) => ({
      partition,
      offset: String(offset),
    }));
    await this.#connection.retrying(async () => {
      const coordinator = await this.#connection.cluster.findGroupCoordinator({ groupId: group });
      // Generation −1 is a commit from outside: kafkajs's admin takes five seconds for the same.
      await coordinator.offsetCommit({
        groupId: group,
        groupGenerationId: -1,
        memberId: "",
        topics: [{ topic, partitions }],
      });
    });
  }

  async subscribe(subscription: Subscription): Promise<void> {
    await this.#partitionsOf(subscription.topic);
    await subscribeKafka(
      { kafka: this.#kafka, connection: this.#connection, broker: this },
      subscription,
    );
  }

  async close(): Promise<void> {
    const admin = await this.#admin?.catch(() => undefined);
    await admin?.disconnect();
    await this.#connection.close();
  }

  #metadata(topics: readonly string[] | undefined): Promise<readonly TopicMetadata[]> {
    return this.#connection.retrying(async () => {
      const node = await this.#connection.cluster.brokerPool.findConnectedBroker();
      const found = await this.#connection.send(node, metadataCall(topics));
      for (const { errorCode } of topics === undefined ? [] : found) {
        if (errorCode !== 0 && errorCode !== UNKNOWN_TOPIC) throw protocolError(errorCode);
      }
      return found;
    });
  }

  /** The partitions of a topic, which is from now on among those whose leaders are known. */
  async #partitionsOf(topic: string): Promise<readonly number[]> {
    const known = this.#connection.partitionsOf(topic);
    if (known.length > 0) return known.map(({ partitionId }) => partitionId).sort((a, b) => a - b);
    const description = await this.describeTopic(topic);
    if (description === undefined) throw missingTopic(topic, await this.listTopics());
    await this.#connection.follow(topic);
    return description.partitions.map(({ partition }) => partition);
  }

  async #offsetsAt(
    topic: string,
    partitions: readonly number[],
    at: { readonly fromBeginning: boolean } | { readonly fromTimestamp: number },
  ): Promise<Map<number, number>> {
    const wanted = partitions.map((partition) => ({ partition }));
    const [found] = await this.#connection.retrying(() =>
      this.#connection.cluster.fetchTopicsOffset([{ topic, partitions: wanted, ...at }])
    );
    const offsets = (found?.partitions ?? []).map(({ partition, offset }) =>
      [partition, Number(offset)] as const
    );
    return new Map(offsets.sort(([left], [right]) => left - right));
  }

  /**
   * Asks each leader to answer as soon as a byte lies behind a position, and resolves with the first answer.
   * A poll that is still under way at another leader stays there, and serves the next wait: a node answers
   * the fetches of one connection in turn.
   */
  async #longPoll(
    topic: string,
    positions: PartitionOffsets,
    { maxWaitMs, signal }: { readonly maxWaitMs: number; readonly signal: AbortSignal },
  ): Promise<void> {
    const byLeader = Map.groupBy(
      this.#connection.partitionsOf(topic).filter(({ partitionId }) => positions.has(partitionId)),
      ({ leader }) => leader,
    );
    const polls = [...byLeader].map(([leader, partitions]) => {
      const underWay = this.#polls.get(leader);
      if (underWay !== undefined) return underWay;
      const poll = this.#poll(leader, topic, {
        maxWaitMs,
        positions: partitions.map(({ partitionId }) => ({
          partition: partitionId,
          fetchOffset: positions.get(partitionId)!,
          maxBytes: 1,
        })),
      }).finally(() => this.#polls.delete(leader));
      this.#polls.set(leader, poll);
      return poll;
    });
    const aborted = new Promise<void>((resolve) =>
      signal.addEventListener("abort", () => resolve(), { once: true })
    );
    await Promise.race([...polls, aborted]);
  }

  /** Never rejects: whoever waits looks at the offsets next, and meets there what is wrong. */
  async #poll(
    leader: number,
    topic: string,
    options: {
      readonly maxWaitMs: number;
      readonly positions: readonly { partition: number; fetchOffset: number; maxBytes: number }[];
    },
  ): Promise<void> {
    try {
      const node = await this.#connection.cluster.findBroker({ nodeId: leader });
      await this.#connection.fetch(node, { topic, ...options });
    } catch {
      await this.#connection.cluster.refreshMetadata().catch(() => {});
    }
  }

  #connectedAdmin(): Promise<Admin> {
    this.#admin ??= (async () => {
      const admin = this.#kafka.admin();
      await this.#connection.retrying(() => admin.connect());
      return admin;
    })();
    return this.#admin;
  }
}

function creationFailure(topic: string, options: TopicOptions, error: SfcrimeError): SfcrimeError {
  if (errorType(error.cause) !== "INVALID_REPLICATION_FACTOR") return error;
  return new SfcrimeError(
    "BROKER",
    `Topic ${topic} cannot have ${options.replicationFactor} replicas: the cluster has fewer brokers.`,
    { hint: "Lower [kafka] replication_factor, or start more brokers.", cause: error },
  );
}
