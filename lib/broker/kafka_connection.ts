/**
 * A connection to a Kafka cluster: kafkajs's cluster, with a first contact that fails fast and clearly, and
 * with calls that are tried again, on fresh metadata, while the cluster recovers.
 */
import { CONNECT_MS_MAX } from "../base/bounds.ts";
import { SfcrimeError } from "../base/errors.ts";
import type { KafkaAddress, OpenOptions } from "./broker.ts";
import { callMsMax, type ConnectionConfig, kafkaConfig, securityOf } from "./kafka_config.ts";
import { FramePool } from "./frame_pool.ts";
import { missingTopic } from "./failures.ts";
import { errorType, firstContactFailure, isConnectionFailure, UNKNOWN_TOPIC } from "./kafka_failures.ts";
import { requireAnyServer, withTimeout } from "./kafka_first_contact.ts";
import { forgetMissingTopics } from "./kafka_followed_topics.ts";
import {
  abandonRequests,
  type Cluster,
  type ClusterNode,
  createCluster,
  mendRequestQueue,
  type PartitionMetadata,
  type ProtocolCall,
  protocolError,
  renewSessionsInTime,
  takeTailsAlong,
  takeWholeFrames,
} from "./kafka_internals.ts";
import {
  FETCH_BY_ID_VERSION,
  FETCH_KEY,
  fetchCall,
  type FetchedPartition,
  type FetchOptions,
  metadataCall,
  type TopicMetadata,
} from "./kafka_protocol.ts";
import { nameMechanisms } from "./kafka_mechanisms.ts";
import { sendTo } from "./kafka_requests.ts";
import { Retries, type RetryOptions } from "./kafka_retries.ts";
import { longestSilenceMs, silentServers } from "./kafka_silence.ts";
import { measureThrottling } from "./kafka_timers.ts";
import { Outages } from "./outages.ts";

mendRequestQueue();
takeWholeFrames();
takeTailsAlong();
renewSessionsInTime();
measureThrottling();
nameMechanisms();

/** A connected cluster. */
export class KafkaConnection {
  readonly servers: readonly string[];
  readonly config: ConnectionConfig;
  readonly cluster: Cluster;
  readonly frames = new FramePool();
  /** How long a call is tried again. */
  readonly callMsMax: number;
  readonly #closed = new AbortController();
  readonly #retries: Retries;

  private constructor(address: KafkaAddress, outages: Outages) {
    const { servers } = address;
    this.servers = servers;
    this.config = kafkaConfig(address);
    this.callMsMax = callMsMax(address);
    this.cluster = createCluster(this.config, this.frames);
    this.#retries = new Retries({
      refresh: () => this.cluster.refreshMetadata(),
      silentServers: (ms) => silentServers(this.cluster, ms),
      longestSilenceMs: () => longestSilenceMs(this.cluster),
      servers,
      msMax: this.callMsMax,
      outages,
      closed: this.#closed.signal,
    });
    forgetMissingTopics(this.cluster);
  }

  /**
   * Connects, within {@link CONNECT_MS_MAX} or not at all, where it is not known that there is a Kafka.
   *
   * @throws {SfcrimeError} BROKER_UNREACHABLE, saying of each server why; BROKER when the login fails.
   */
  static async open(
    address: KafkaAddress,
    { outages = new Outages(() => {}), isKnown = false }: OpenOptions = {},
  ): Promise<KafkaConnection> {
    const openOnce = () => KafkaConnection.#openOnce(address, outages);
    if (!isKnown) return await openOnce();
    return await new Retries({
      refresh: () => Promise.resolve(),
      silentServers: () => [],
      longestSilenceMs: () => -Infinity,
      servers: address.servers,
      msMax: callMsMax(address),
      outages,
      closed: new AbortController().signal,
    }).run(openOnce);
  }

  static async #openOnce(address: KafkaAddress, outages: Outages): Promise<KafkaConnection> {
    const connection = new KafkaConnection(address, outages);
    await requireAnyServer(address.servers);
    try {
      await withTimeout(connection.#firstContact(), CONNECT_MS_MAX, address.servers);
    } catch (error) {
      const closing = connection.close().catch(() => {});
      // A server that was too slow to answer would hold up the closing for as long.
      if (!(error instanceof SfcrimeError)) await closing;
      throw firstContactFailure(error, { servers: address.servers, security: securityOf(address) });
    }
    return connection;
  }

  /**
   * Kafka answers to anybody what it can do; only the next request shows whether it wants a login. One of several
   * servers may break off because it is being stopped: another one is tried then.
   */
  async #firstContact(): Promise<void> {
    for (let left = this.servers.length;; left--) {
      try {
        await this.cluster.connect();
        await this.send(await this.cluster.brokerPool.findConnectedBroker(), metadataCall([]));
        return;
      } catch (error) {
        if (left <= 1 || !isConnectionFailure(error)) throw error;
      }
    }
  }

  /** Sends a request to one node and gives its answer. */
  send<T>(node: ClusterNode, call: ProtocolCall<T>): Promise<T> {
    return sendTo(node, call);
  }

  /** Fetches from a leader, which may take as long as any request beyond the wait that it is granted. */
  fetch(
    node: ClusterNode,
    { topics, ...options }: Omit<FetchOptions, "answerMsMax">,
  ): Promise<readonly FetchedPartition[]> {
    const takesIds = (node.versions?.[FETCH_KEY]?.maxVersion ?? 0) >= FETCH_BY_ID_VERSION;
    const named = topics.map(({ topicId: _id, ...topic }) => topic);
    const asked = takesIds ? topics : named;
    return this.send(node, fetchCall({ topics: asked, ...options, answerMsMax: this.config.requestTimeout }));
  }

  /** What any server says of the given topics, or of all; a topic that it does not know has an error code. */
  metadata(topics: readonly string[] | undefined): Promise<readonly TopicMetadata[]> {
    return this.retrying(async () => {
      const found = await this.send(
        await this.cluster.brokerPool.findConnectedBroker(),
        metadataCall(topics),
      );
      for (const { errorCode } of topics === undefined ? [] : found) {
        if (errorCode !== 0 && errorCode !== UNKNOWN_TOPIC.code) throw protocolError(errorCode);
      }
      return found;
    });
  }

  /** A topic; undefined where there is none of that name. */
  async topicMetadata(topic: string): Promise<TopicMetadata | undefined> {
    const [found] = await this.metadata([topic]);
    return found === undefined || found.errorCode === UNKNOWN_TOPIC.code ? undefined : found;
  }

  /**
   * The offset of each of the given partitions at a place: of those that have one, by partition.
   *
   * @throws {SfcrimeError} TOPIC_MISSING for a topic that is gone.
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

  /** @throws {SfcrimeError} TOPIC_MISSING, naming those there are. */
  async requireTopic(topic: string): Promise<TopicMetadata> {
    const found = await this.topicMetadata(topic);
    if (found !== undefined) return found;
    const all = await this.metadata(undefined);
    throw missingTopic(topic, all.filter(({ isInternal }) => !isInternal).map(({ name }) => name).sort());
  }

  /**
   * Runs `call`, again and again while it fails in a way that passes: a node is down, a leader has moved.
   *
   * @throws {SfcrimeError} The last failure when the time is up, or the first one that is final.
   */
  retrying<T>(call: () => Promise<T>, options?: RetryOptions): Promise<T> {
    return this.#retries.run(call, options);
  }

  /** A topic's partitions and their leaders; none where it is not among the topics that are followed. */
  partitionsOf(topic: string): readonly PartitionMetadata[] {
    try {
      return this.cluster.findTopicPartitionMetadata(topic);
    } catch (error) {
      if ((error as Error).name === "KafkaJSTopicMetadataNotLoaded") return [];
      throw error;
    }
  }

  /**
   * Follows a topic: its partitions and leaders are known from now on, as long as there is such a topic.
   *
   * @throws {SfcrimeError} TOPIC_MISSING
   */
  async follow(topic: string): Promise<void> {
    await this.retrying(async () => {
      await this.cluster.addTargetTopic(topic);
      if (this.partitionsOf(topic).length > 0) return;
      await this.requireTopic(topic);
      throw protocolError(UNKNOWN_TOPIC.code);
    });
  }

  /**
   * Looks anew at the topics that are followed where one of them has other partitions or leaders than are known:
   * kafkajs itself looks every few minutes, and where it meets an error.
   */
  async bringUpToDate({ name, partitions }: TopicMetadata): Promise<void> {
    const known = this.partitionsOf(name);
    if (known.length === 0) return;
    const leaders = new Map(known.map(({ partitionId, leader }) => [partitionId, leader]));
    const isSame = known.length === partitions.length &&
      partitions.every(({ partition, leader }) => leaders.get(partition) === leader);
    // What fails here is met by the next one who asks.
    if (!isSame) await this.cluster.refreshMetadata().catch(() => {});
  }

  async close(): Promise<void> {
    this.#closed.abort();
    abandonRequests(this.cluster);
    await this.cluster.disconnect();
  }
}
