/** The request Metadata: topics with their IDs, which kafkajs does not read, and the servers of the cluster. */
import { Buffer } from "node:buffer";
import { FieldReader } from "./field_reader.ts";
import { flexibleEncoder, NO_TAGS, UUID_BYTES, writeCompactString, writeUnsignedVarint } from "./flexible.ts";
import type { KnownServers, ProtocolCall } from "../kafkajs/internals.ts";
import { ownCall } from "../kafkajs/request_call.ts";
import type { ClusterDescription } from "../../admin/broker_admin.ts";
import type { TopicDescription } from "../../topics/topic_description.ts";

/** A topic in a metadata response. */
export interface TopicMetadata {
  readonly errorCode: number;
  readonly name: string;
  /** 32 hexadecimal digits. */
  readonly id: string;
  readonly isInternal: boolean;
  readonly partitions: readonly {
    readonly errorCode: number;
    readonly partition: number;
    readonly leader: number;
    readonly replicas: readonly number[];
    readonly inSync: readonly number[];
  }[];
}

/** A metadata response. */
interface Metadata {
  readonly cluster: ClusterDescription;
  /** Of each server, in their order. */
  readonly racks: readonly (string | null)[];
  readonly topics: readonly TopicMetadata[];
}

/** The API key of Metadata. */
export const METADATA_KEY = 3;
/** The first version with topic IDs. It is "flexible". */
export const METADATA_VERSION = 10;

/** Metadata of the given topics, or of all of them. The request does not create topics. */
export function metadataCall(topics: readonly string[] | undefined): ProtocolCall<readonly TopicMetadata[]> {
  return callOf(topics, ({ topics }) => topics);
}

/** The servers of the cluster, at the addresses that they tell their clients. */
export function clusterCall(): ProtocolCall<ClusterDescription> {
  return callOf([], ({ cluster }) => cluster);
}

/** The same, as kafkajs has it: without any topic. */
export function serversCall(): ProtocolCall<KnownServers> {
  return callOf([], ({ cluster: { servers, ...cluster }, racks }) => ({
    ...cluster,
    brokers: servers.map((server, index) => ({ ...server, rack: racks[index]! })),
    topicMetadata: [],
  }));
}

function callOf<T>(topics: readonly string[] | undefined, part: (metadata: Metadata) => T): ProtocolCall<T> {
  return ownCall({
    apiKey: METADATA_KEY,
    apiVersion: METADATA_VERSION,
    apiName: "Metadata",
    encode: () => {
      const encoder = flexibleEncoder();
      writeUnsignedVarint(encoder, topics === undefined ? 0 : topics.length + 1);
      for (const topic of topics ?? []) {
        encoder.writeBuffer(Buffer.alloc(UUID_BYTES));
        writeCompactString(encoder, topic);
        encoder.writeInt8(NO_TAGS);
      }
      return encoder.writeBoolean(false).writeBoolean(false).writeBoolean(false).writeInt8(NO_TAGS);
    },
    decode: (raw) => part(decodeMetadata(raw)),
  });
}

/** A topic that exists, as the broker interface describes it, with its partitions in order. */
export function topicDescription({ name, id, partitions }: TopicMetadata): TopicDescription {
  return {
    name,
    id,
    partitions: partitions
      .map(({ partition, leader, replicas, inSync }) => ({ partition, leader, replicas, inSync }))
      .sort((left, right) => left.partition - right.partition),
  };
}

function decodeMetadata(raw: Buffer): Metadata {
  const reader = new FieldReader(raw, { isFlexible: true });
  reader.skipTags(); // the header's
  reader.skip(4); // throttle time
  const racks: (string | null)[] = [];
  const servers = reader.structs(() => {
    const nodeId = reader.int32();
    const host = reader.string() ?? "";
    const port = reader.int32();
    racks.push(reader.string() ?? null);
    return { nodeId, host, port };
  });
  const clusterId = reader.string();
  const controllerId = reader.int32();
  const topics = reader.structs(() => {
    const errorCode = reader.int16();
    const name = reader.string() ?? "";
    const id = reader.raw(UUID_BYTES).toHex();
    const isInternal = reader.int8() !== 0;
    const partitions = reader.structs(() => {
      const partitionError = reader.int16();
      const partition = reader.int32();
      const leader = reader.int32();
      reader.skip(4); // leader epoch
      const replicas = reader.array(() => reader.int32());
      const inSync = reader.array(() => reader.int32());
      reader.array(() => reader.int32()); // offline replicas
      return { errorCode: partitionError, partition, leader, replicas, inSync };
    });
    reader.skip(4); // authorized operations
    return { errorCode, name, id, isInternal, partitions };
  });
  return { cluster: { clusterId, controllerId, servers }, racks, topics };
}
