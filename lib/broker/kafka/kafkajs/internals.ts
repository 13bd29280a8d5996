/**
 * The internal parts of kafkajs that this program uses, with types.
 *
 * - `Cluster` gives connections (TLS, SASL, metadata, reconnection) over which a fetch request is sent whose
 *   response is handed over as it came, so that our own decoder can read the record batches in place.
 * - `Encoder` sends record batches as they are, instead of copying them three times.
 *
 * `connection_fixes.ts` and `timers.ts` change how its connections work.
 */
import type {
  AssignerProtocol as AssignerProtocolType,
  ISocketFactory,
  KafkaConfig,
  logLevel,
} from "kafkajs";
import { Buffer } from "node:buffer";
import type { Socket } from "node:net";
import {
  assignerProtocol,
  Cluster as ClusterModule,
  createSocketFactory,
  Encoder as EncoderModule,
  errorCodes,
  loggers,
} from "./modules.ts";
import { type ConnectionParts, KafkaSocket, recordingArrivals, type RequestBytes } from "./socket.ts";

/** kafkajs's writer of protocol fields. */
export interface Encoder {
  readonly buffer: Buffer;
  /**
   * The data that follows in the request, and is not copied. It must not change until there is a response.
   */
  payload?: readonly Uint8Array[];
  writeInt8(value: number): Encoder;
  writeInt16(value: number): Encoder;
  writeInt32(value: number): Encoder;
  writeInt64(value: number | bigint | string): Encoder;
  writeBoolean(value: boolean): Encoder;
  writeString(value: string | null): Encoder;
  writeBuffer(value: Buffer): Encoder;
}

/** A request with the decoder of its response. */
export interface ProtocolCall<T> {
  readonly request: {
    readonly apiKey: number;
    readonly apiVersion: number;
    readonly apiName: string;
    /** Absent if there is a response. */
    expectResponse?(): boolean;
    encode(): Promise<Encoder>;
  };
  readonly response: { decode(raw: Buffer): Promise<T>; parse(decoded: T): Promise<T> };
  readonly requestTimeout?: number;
}

/** A node of the cluster. */
export interface ClusterNode {
  readonly nodeId: string;
  isConnected(): boolean;
  /** The supported versions by API key; known after the first connection. */
  readonly versions: Readonly<Record<number, { readonly maxVersion: number }>> | null;
  readonly connectionPool: {
    /** The connections: one for fetches, and one for everything else. */
    readonly pool: readonly NodeConnection[];
    readonly host: string;
    readonly port: number;
    send<T>(call: ProtocolCall<T>): Promise<T>;
  };
  /** The metadata of the given topics, and with none of all. */
  metadata(topics?: readonly string[]): Promise<KnownServers>;
  /** All settings if no name is given. */
  describeConfigs(request: {
    readonly resources: readonly {
      readonly type: number;
      readonly name: string;
      readonly configNames: readonly string[];
    }[];
  }): Promise<{
    readonly resources: readonly { readonly configEntries: readonly ConfigEntry[] }[];
  }>;
  disconnect(): Promise<void>;
}

/** A setting as described by Kafka. */
export interface ConfigEntry {
  readonly configName: string;
  /** Null if it is not set, or is secret. */
  readonly configValue: string | null;
  /** The source of the value, as a number of the protocol. */
  readonly configSource?: number;
}

/** A connection to a node, and its requests. */
export interface NodeConnection {
  readonly socket: object | null | undefined;
  readonly requestQueue: {
    /** Requests in flight. */
    readonly inflight: ReadonlyMap<number, object>;
    /** Requests to be sent. */
    readonly pending: readonly unknown[];
    /** The end of the throttling requested by the server. */
    readonly throttledUntil: number;
    rejectAll(error: Error): void;
  };
}

/** A partition in the metadata of the cluster. */
export interface PartitionMetadata {
  readonly partitionId: number;
  readonly leader: number;
}

/** What kafkajs knows of a cluster. */
export interface KnownServers {
  readonly brokers: readonly {
    readonly nodeId: number;
    readonly host: string;
    readonly port: number;
    readonly rack: string | null;
  }[];
  readonly controllerId: number;
  readonly topicMetadata: readonly object[];
}

/** The cluster of kafkajs. */
export interface Cluster {
  /** The topics whose partitions and leaders are known. */
  readonly targetTopics: Set<string>;
  readonly brokerPool: {
    /** The server that was asked first. */
    readonly seedBroker: ClusterNode | undefined;
    readonly brokers: Readonly<Record<string, ClusterNode>>;
    /** Makes a node, also the seed. */
    createBroker(options: object): ClusterNode;
    findConnectedBroker(): Promise<ClusterNode>;
  };
  connect(): Promise<void>;
  disconnect(): Promise<void>;
  refreshMetadata(): Promise<void>;
  addTargetTopic(topic: string): Promise<void>;
  findControllerBroker(): Promise<ClusterNode>;
  findBroker(options: { readonly nodeId: number | string }): Promise<ClusterNode>;
  findTopicPartitionMetadata(topic: string): readonly PartitionMetadata[];
  fetchTopicsOffset(
    topics: readonly {
      readonly topic: string;
      readonly partitions: readonly { readonly partition: number }[];
      readonly fromBeginning?: boolean;
      readonly fromTimestamp?: number;
    }[],
  ): Promise<
    readonly {
      readonly partitions: readonly { readonly partition: number; readonly offset: string }[];
    }[]
  >;
}

/** The number of an isolation level. */
export function isolationLevel(readsUncommitted: boolean): number {
  return readsUncommitted ? 0 : 1;
}

type ClusterConstructor = new (options: Record<string, unknown>) => Cluster;

/** A cluster with its own connections. */
export function createCluster(
  config: KafkaConfig & { readonly brokers: string[]; readonly readsUncommitted?: boolean },
  parts: ConnectionParts,
): Cluster {
  const Constructor = ClusterModule as unknown as ClusterConstructor;
  const { logLevel: level, logCreator, readsUncommitted = false, ...options } = config;
  return new Constructor({
    socketFactory: socketFactory(parts),
    ...options,
    logger: (loggers as unknown as { createLogger(options: unknown): unknown }).createLogger({
      level: level as logLevel,
      logCreator,
    }),
    allowAutoTopicCreation: false,
    isolationLevel: isolationLevel(readsUncommitted),
    metadataMaxAge: METADATA_MS_MAX,
  });
}

/**
 * Rejects the requests in flight of a cluster. Closing would wait for them, for as long as a fetch may take.
 */
export function abandonRequests({ brokerPool }: Cluster): void {
  for (const node of [brokerPool.seedBroker, ...Object.values(brokerPool.brokers)]) {
    for (const { requestQueue } of node?.connectionPool.pool ?? []) {
      requestQueue.rejectAll(new Error("The cluster is closed."));
    }
  }
}

/**
 * Creates the sockets of plaintext connections; those of TLS are kafkajs's own, whose factory loads Node's modules for
 * TLS: in each thread that takes as long as to read some 10,000 records, so only a connection by TLS does it.
 */
function socketFactory(parts: ConnectionParts): ISocketFactory {
  let usual: ISocketFactory | undefined;
  return (options) => {
    if (!options.ssl) return new KafkaSocket(options, parts) as unknown as Socket;
    usual ??= (createSocketFactory as unknown as () => ISocketFactory)();
    return recordingArrivals(joiningPayloads(usual(options)), parts.host);
  };
}

/** A socket without support for payloads. */
function joiningPayloads(socket: Socket): Socket {
  const write = socket.write.bind(socket);
  socket.write = (bytes: RequestBytes) =>
    write(bytes.payload === undefined ? bytes : Buffer.concat([bytes, ...bytes.payload]));
  return socket;
}

const METADATA_MS_MAX = 300_000;

/** The levels of kafkajs's log. */
export const LOG_LEVELS = (loggers as unknown as { readonly LEVELS: typeof logLevel }).LEVELS;

/** The subscriptions and assignments of the members of a group, as bytes. */
export const AssignerProtocol = assignerProtocol as unknown as typeof AssignerProtocolType;

/** A new, empty encoder. */
export function createEncoder(): Encoder {
  return new (EncoderModule as unknown as new () => Encoder)();
}

/** kafkajs's error for an error code of the protocol. */
export function protocolError(code: number): Error {
  return (errorCodes as unknown as { createErrorFromCode(code: number): Error })
    .createErrorFromCode(code);
}

/**
 * Makes encoders add their payloads to the request, and pass them to the socket with it. Must be called in every
 * thread that imports kafkajs.
 */
export function passPayloads(): void {
  const { prototype } = EncoderModule as unknown as {
    prototype: Encoder & { writeEncoder(value: Encoder): Encoder; size(): number };
  };
  const { writeEncoder, size } = prototype;
  const { get: getBuffer } = Object.getOwnPropertyDescriptor(prototype, "buffer")!;
  prototype.writeEncoder = function (value) {
    if (value.payload !== undefined) this.payload = value.payload;
    return writeEncoder.call(this, value);
  };
  prototype.size = function () {
    return (this.payload ?? []).reduce((total, { length }) => total + length, size.call(this));
  };
  Object.defineProperty(prototype, "buffer", {
    get(this: Encoder) {
      const buffer: RequestBytes = getBuffer!.call(this);
      if (this.payload !== undefined) buffer.payload = this.payload;
      return buffer;
    },
  });
}
