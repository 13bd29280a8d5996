/**
 * A connection to a Kafka cluster: the cluster of kafkajs, with a first contact that fails fast with a clear
 * reason, and with calls that are retried on fresh metadata while the cluster recovers.
 */
import { SfcrimeError } from "../../../base/errors.ts";
import type { Host } from "../../../base/host.ts";
import type { KafkaAddress, OpenOptions } from "../../broker.ts";
import { callMsMax, type ConnectionConfig, kafkaConfig, securityOf } from "./config.ts";
import { FramePool } from "../kafkajs/frame_pool.ts";
import { answerError, asking } from "./denied.ts";
import { missingTopic } from "../../failures.ts";
import { errorType, firstContactFailure, isConnectionFailure, UNKNOWN_TOPIC } from "./failures.ts";
import { fixConnections } from "../kafkajs/connection_fixes.ts";
import { requireAnswer, requireAnyServer } from "./first_contact.ts";
import { askAboutFollowedTopics } from "./followed_topics.ts";
import {
  abandonRequests,
  type Cluster,
  type ClusterNode,
  createCluster,
  type PartitionMetadata,
  passPayloads,
  type ProtocolCall,
  protocolError,
} from "../kafkajs/internals.ts";
import {
  FETCH_BY_ID_VERSION,
  FETCH_KEY,
  fetchCall,
  type FetchedPartition,
  type FetchOptions,
} from "../protocol/fetch.ts";
import { metadataCall, type TopicMetadata } from "../protocol/metadata.ts";
import { nameMechanisms } from "../kafkajs/mechanisms.ts";
import { sendTo } from "./send_to.ts";
import { Retries, type RetryOptions } from "./retries.ts";
import { longestSilenceMs, silentServers } from "./silence.ts";
import { fixTimers } from "../kafkajs/timers.ts";

fixConnections();
fixTimers();
passPayloads();
nameMechanisms();

type ConnectionParts = Required<Pick<OpenOptions, "host" | "outages">>;

/** A connected cluster. */
export class KafkaConnection {
  readonly host: Host;
  readonly servers: readonly string[];
  readonly config: ConnectionConfig;
  readonly cluster: Cluster;
  readonly frames = new FramePool();
  /** How long a call is retried. */
  readonly callMsMax: number;
  readonly #closed = new AbortController();
  readonly #retries: Retries;

  private constructor(
    address: KafkaAddress,
    { host, outages, config }: ConnectionParts & { readonly config: ConnectionConfig },
  ) {
    const { servers } = address;
    this.host = host;
    this.servers = servers;
    this.config = config;
    this.callMsMax = callMsMax(address);
    this.cluster = this.newCluster();
    this.#retries = new Retries({
      refresh: () => this.cluster.refreshMetadata(),
      silentServers: (ms) => silentServers(this.cluster, host.monotonicMs() - ms),
      longestSilenceMs: () => longestSilenceMs(this.cluster),
      closed: this.#closed.signal,
      servers,
      msMax: this.callMsMax,
      outages,
      clock: host,
    });
  }

  /**
   * Connects; within seconds if Kafka was not reachable before.
   *
   * @throws {SfcrimeError} BROKER_UNREACHABLE, with the reason for each server; BROKER if the login fails.
   */
  static async open(
    address: KafkaAddress,
    { host, outages, isKnown = false }: ConnectionParts & OpenOptions,
  ): Promise<KafkaConnection> {
    const openOnce = () => KafkaConnection.#openOnce(address, { host, outages });
    if (!isKnown) return await openOnce();
    const { servers } = address;
    return await new Retries({ servers, msMax: callMsMax(address), outages, clock: host }).run(openOnce);
  }

  static async #openOnce(address: KafkaAddress, parts: ConnectionParts): Promise<KafkaConnection> {
    const config = await kafkaConfig(address, parts.host);
    const connection = new KafkaConnection(address, { ...parts, config });
    await requireAnyServer(address.servers, parts.host);
    try {
      // What is wrong with it is said as it is, and not only that the login failed.
      await connection.config.tokens?.token();
      await requireAnswer(connection.#firstContact(), address.servers, parts.host);
    } catch (error) {
      const closing = connection.close().catch(() => {});
      // A server that does not respond would delay closing.
      if (!(error instanceof SfcrimeError)) await closing;
      throw firstContactFailure(error, { servers: address.servers, security: securityOf(address) });
    }
    return connection;
  }

  /**
   * Kafka answers ApiVersions without authentication; only the next request shows whether it requires a
   * login. One of several servers may close the connection because it is being stopped: then another one is
   * tried.
   */
  async #firstContact(): Promise<void> {
    for (let left = this.servers.length;; left--) {
      try {
        await this.cluster.connect();
        await this.sendToAny(metadataCall([]));
        return;
      } catch (error) {
        if (left <= 1 || !isConnectionFailure(error)) throw error;
      }
    }
  }

  /** Another cluster of kafkajs with the same servers, but with connections of its own. */
  newCluster(): Cluster {
    const cluster = createCluster(this.config, { frames: this.frames, host: this.host });
    askAboutFollowedTopics(cluster);
    return cluster;
  }

  /** Sends a request to one node and returns its response. */
  send<T>(node: ClusterNode, call: ProtocolCall<T>): Promise<T> {
    return sendTo(node, call);
  }

  /** Sends a request to any node that is connected. */
  async sendToAny<T>(call: ProtocolCall<T>): Promise<T> {
    return await this.send(await this.cluster.brokerPool.findConnectedBroker(), call);
  }

  /** Fetches from a leader, with the usual request timeout in addition to the maximum wait of the fetch. */
  fetch(
    node: ClusterNode,
    { topics, ...options }: Omit<FetchOptions, "answerMsMax" | "readsUncommitted">,
  ): Promise<readonly FetchedPartition[]> {
    const supportsTopicIds = (node.versions?.[FETCH_KEY]?.maxVersion ?? 0) >= FETCH_BY_ID_VERSION;
    const named = topics.map(({ topicId: _id, ...topic }) => topic);
    const asked = supportsTopicIds ? topics : named;
    const { requestTimeout: answerMsMax, readsUncommitted } = this.config;
    return this.send(node, fetchCall({ topics: asked, ...options, answerMsMax, readsUncommitted }));
  }

  /** The metadata of the given topics, or of all, from any server; an unknown topic has an error code. */
  metadata(topics: readonly string[] | undefined): Promise<readonly TopicMetadata[]> {
    return this.retrying(async () => {
      const found = await this.sendToAny(metadataCall(topics));
      for (const { errorCode, name } of topics === undefined ? [] : found) {
        if (errorCode === 0 || errorCode === UNKNOWN_TOPIC.code) continue;
        throw answerError(errorCode, { operation: "Describe", resource: "topic", name });
      }
      return found;
    });
  }

  /** A topic; undefined if it does not exist. */
  async topicMetadata(topic: string): Promise<TopicMetadata | undefined> {
    const [found] = await this.metadata([topic]);
    return found === undefined || found.errorCode === UNKNOWN_TOPIC.code ? undefined : found;
  }

  /** A topic as each connected server knows it, without retries: any of them may be asked next. */
  async metadataByNode(topic: string): Promise<readonly TopicMetadata[]> {
    const nodes = Object.values(this.cluster.brokerPool.brokers).filter((node) => node.isConnected());
    const found = await Promise.all(nodes.map((node) => this.send(node, metadataCall([topic]))));
    return found.flat();
  }

  /**
   * The offset of each of the given partitions at a position; partitions without one are left out.
   *
   * @throws {SfcrimeError} TOPIC_MISSING if the topic was deleted.
   */
  async offsets(
    topic: string,
    partitions: readonly number[],
    at: { readonly fromBeginning: boolean } | { readonly fromTimestamp: number },
  ): Promise<Map<number, number>> {
    const wanted = partitions.map((partition) => ({ partition }));
    const [found] = await this.retrying(async () => {
      try {
        return await this.cluster.fetchTopicsOffset([{ topic, partitions: wanted, ...at }]);
      } catch (error) {
        if (errorType(error) === UNKNOWN_TOPIC.type) await this.requireTopic(topic);
        throw error;
      }
    });
    const offsets = (found?.partitions ?? []).map(({ partition, offset }) =>
      [partition, Number(offset)] as const
    );
    return new Map(offsets.filter(([, offset]) => offset >= 0).sort(([left], [right]) => left - right));
  }

  /** @throws {SfcrimeError} TOPIC_MISSING, with a list of the existing topics. */
  async requireTopic(topic: string): Promise<void> {
    if (await this.topicMetadata(topic) === undefined) throw missingTopic(topic, await this.topicNames());
  }

  /** The names of all topics but Kafka's own, sorted. */
  async topicNames(): Promise<readonly string[]> {
    const all = await this.metadata(undefined);
    return all.filter(({ isInternal }) => !isInternal).map(({ name }) => name).sort();
  }

  /**
   * Runs `call`, and retries it while it fails with a transient error: a node is down, or a leader has moved.
   *
   * @throws {SfcrimeError} The last error when the retry time is over, or the first permanent one.
   */
  retrying<T>(call: () => Promise<T>, options?: RetryOptions): Promise<T> {
    return this.#retries.run(call, options);
  }

  /** The partitions of a topic and their leaders; none if the topic is not followed. */
  partitionsOf(topic: string): readonly PartitionMetadata[] {
    try {
      return this.cluster.findTopicPartitionMetadata(topic);
    } catch (error) {
      if ((error as Error).name === "KafkaJSTopicMetadataNotLoaded") return [];
      throw error;
    }
  }

  /**
   * Follows a topic: its partitions and leaders are known from now on, as long as it exists. Returns the numbers
   * of its partitions, sorted.
   *
   * @throws {SfcrimeError} TOPIC_MISSING
   */
  async follow(topic: string): Promise<readonly number[]> {
    if (this.partitionsOf(topic).length === 0) {
      await this.retrying(async () => {
        await asking(
          { operation: "Describe", resource: "topic", name: topic },
          () => this.cluster.addTargetTopic(topic),
        );
        if (this.partitionsOf(topic).length > 0) return;
        await this.requireTopic(topic);
        throw protocolError(UNKNOWN_TOPIC.code);
      });
    }
    return this.partitionsOf(topic).map(({ partitionId }) => partitionId).sort((left, right) => left - right);
  }

  /**
   * Refreshes the metadata of the followed topics if the partitions or leaders of one of them have changed:
   * kafkajs itself does this every few minutes, and after an error.
   */
  async bringUpToDate({ name, partitions }: TopicMetadata): Promise<void> {
    const known = this.partitionsOf(name);
    if (known.length === 0) return;
    const leaders = new Map(known.map(({ partitionId, leader }) => [partitionId, leader]));
    const isSame = known.length === partitions.length &&
      partitions.every(({ partition, leader }) => leaders.get(partition) === leader);
    // The next caller gets the same error.
    if (!isSame) await this.cluster.refreshMetadata().catch(() => {});
  }

  async close(): Promise<void> {
    this.#closed.abort();
    abandonRequests(this.cluster);
    await this.cluster.disconnect();
  }
}
