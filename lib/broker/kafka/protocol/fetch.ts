/**
 * Two requests of the raw protocol: Fetch, whose record batches our own decoder reads in place, and Metadata.
 * Both use versions with topic IDs, unlike kafkajs.
 */
import { Buffer } from "node:buffer";
import { fetchRequestV11 } from "../kafkajs/modules.ts";
import { FieldReader } from "./field_reader.ts";
import { createEncoder, type Encoder, type ProtocolCall } from "../kafkajs/internals.ts";
import type { AbortedTransaction } from "../../record_batch/decode.ts";

/** A partition to fetch. */
export interface FetchPosition {
  readonly partition: number;
  readonly fetchOffset: number;
  readonly maxBytes: number;
}

/** A topic to fetch. */
export interface FetchTopic {
  readonly topic: string;
  /**
   * With an ID, the response is for the topic with that ID, not for the current one of that name; for all
   * topics of a fetch, or for none.
   */
  readonly topicId?: string;
  readonly positions: readonly FetchPosition[];
}

/** A fetch of some partitions from their leader. */
export interface FetchOptions {
  readonly topics: readonly FetchTopic[];
  /** How long the leader may wait for the first byte. */
  readonly maxWaitMs: number;
  /** The request timeout, in addition to that. */
  readonly answerMsMax: number;
}

/** The response for a partition. */
export interface FetchedPartition {
  readonly partition: number;
  /** The error code of the protocol; 0 is none. */
  readonly errorCode: number;
  readonly lastStableOffset: number;
  readonly logStartOffset: number;
  readonly aborted: readonly AbortedTransaction[];
  /** Record batches; the last one may be truncated. */
  readonly records: Uint8Array;
}

const CONSUMER_REPLICA_ID = -1;
const READ_COMMITTED = 1;
/** The API key of Fetch. */
export const FETCH_KEY = 1;
/** The first version with topic IDs. It is "flexible", like {@link METADATA_VERSION}. */
export const FETCH_BY_ID_VERSION = 13;
const NO_SESSION = { id: 0, epoch: -1 };
const UNKNOWN = -1;

type RequestFactory = (options: Record<string, unknown>) => ProtocolCall<unknown>["request"];

/** A fetch whose response is decoded in place. */
export function fetchCall(options: FetchOptions): ProtocolCall<readonly FetchedPartition[]> {
  const byId = options.topics.some(({ topicId }) => topicId !== undefined);
  return {
    request: byId ? fetchByIdRequest(options) : fetchByNameRequest(options),
    response: {
      decode: (raw) => Promise.resolve(byId ? decodeFetchById(raw) : decodeFetch(raw)),
      parse: (decoded) => Promise.resolve(decoded),
    },
    requestTimeout: options.maxWaitMs + options.answerMsMax,
  };
}

function bytesMaxOf(topics: readonly FetchTopic[]): number {
  return topics.flatMap(({ positions }) => positions).reduce((total, { maxBytes }) => total + maxBytes, 0);
}

function fetchByNameRequest({ topics, maxWaitMs }: FetchOptions): ProtocolCall<unknown>["request"] {
  return (fetchRequestV11 as unknown as RequestFactory)({
    replicaId: CONSUMER_REPLICA_ID,
    maxWaitTime: maxWaitMs,
    minBytes: 1,
    maxBytes: bytesMaxOf(topics),
    isolationLevel: READ_COMMITTED,
    topics: topics.map(({ topic, positions }) => ({ topic, partitions: positions })),
  });
}

function fetchByIdRequest({ topics, maxWaitMs }: FetchOptions): ProtocolCall<unknown>["request"] {
  return {
    apiKey: FETCH_KEY,
    apiVersion: FETCH_BY_ID_VERSION,
    apiName: "Fetch",
    encode: () => {
      const encoder = flexibleEncoder()
        .writeInt32(CONSUMER_REPLICA_ID)
        .writeInt32(maxWaitMs)
        .writeInt32(1)
        .writeInt32(bytesMaxOf(topics))
        .writeInt8(READ_COMMITTED)
        .writeInt32(NO_SESSION.id)
        .writeInt32(NO_SESSION.epoch);
      writeUnsignedVarint(encoder, topics.length + 1);
      for (const { topicId, positions } of topics) {
        encoder.writeBuffer(Buffer.from(topicId ?? "", "hex"));
        writeUnsignedVarint(encoder, positions.length + 1);
        for (const { partition, fetchOffset, maxBytes } of positions) {
          encoder
            .writeInt32(partition)
            .writeInt32(UNKNOWN) // leader epoch
            .writeInt64(fetchOffset)
            .writeInt32(UNKNOWN) // epoch of the last record
            .writeInt64(UNKNOWN) // log start of a follower
            .writeInt32(maxBytes)
            .writeInt8(NO_TAGS);
        }
        encoder.writeInt8(NO_TAGS);
      }
      writeUnsignedVarint(encoder, 1); // no topics to forget
      writeUnsignedVarint(encoder, 1); // no rack
      return Promise.resolve(encoder.writeInt8(NO_TAGS));
    },
  };
}

function decodeFetch(raw: Buffer): FetchedPartition[] {
  const reader = new FieldReader(raw);
  reader.skip(4 + 2 + 4); // throttle time, error code, session id
  const partitions: FetchedPartition[] = [];
  for (let topics = reader.int32(); topics > 0; topics--) {
    reader.skip(reader.int16()); // the topic's name
    for (let count = reader.int32(); count > 0; count--) partitions.push(decodePartition(reader));
  }
  return partitions;
}

function decodePartition(reader: FieldReader): FetchedPartition {
  const start = decodePartitionStart(reader);
  const aborted: AbortedTransaction[] = [];
  for (let count = reader.int32(); count > 0; count--) aborted.push(decodeAborted(reader));
  reader.skip(4); // preferred read replica
  const records = reader.bytes(Math.max(0, reader.int32()));
  return { ...start, aborted, records };
}

function decodeFetchById(raw: Buffer): FetchedPartition[] {
  const reader = new FieldReader(raw);
  reader.skipTags(); // the header's
  reader.skip(4 + 2 + 4); // throttle time, error code, session id
  const topics = reader.compactArray(() => {
    reader.skip(UUID_BYTES);
    const partitions = reader.compactArray(() => {
      const start = decodePartitionStart(reader);
      const aborted = reader.compactArray(() => {
        const transaction = decodeAborted(reader);
        reader.skipTags();
        return transaction;
      });
      reader.skip(4); // preferred read replica
      const records = reader.bytes(Math.max(0, reader.unsignedVarint() - 1));
      reader.skipTags();
      return { ...start, aborted, records };
    });
    reader.skipTags();
    return partitions;
  });
  return topics.flat();
}

/** The common start of the responses of both versions. */
function decodePartitionStart(reader: FieldReader): Omit<FetchedPartition, "aborted" | "records"> {
  const partition = reader.int32();
  const errorCode = reader.int16();
  reader.skip(8); // high watermark
  const lastStableOffset = reader.int64();
  const logStartOffset = reader.int64();
  return { partition, errorCode, lastStableOffset, logStartOffset };
}

function decodeAborted(reader: FieldReader): AbortedTransaction {
  const producerId = reader.bigint64();
  return { producerId, firstOffset: reader.int64() };
}

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

const METADATA_KEY = 3;
/** The first version with topic IDs. It is "flexible": lengths are varints plus one, and tags may follow. */
const METADATA_VERSION = 10;
const NO_TAGS = 0;
const UUID_BYTES = 16;

/** Metadata of the given topics, or of all of them. The request does not create topics. */
export function metadataCall(
  topics: readonly string[] | undefined,
): ProtocolCall<readonly TopicMetadata[]> {
  return {
    request: {
      apiKey: METADATA_KEY,
      apiVersion: METADATA_VERSION,
      apiName: "Metadata",
      encode: () => {
        const encoder = flexibleEncoder();
        writeUnsignedVarint(encoder, topics === undefined ? 0 : topics.length + 1);
        for (const topic of topics ?? []) {
          encoder.writeBuffer(Buffer.alloc(UUID_BYTES));
          const name = Buffer.from(topic);
          writeUnsignedVarint(encoder, name.length + 1);
          encoder.writeBuffer(name).writeInt8(NO_TAGS);
        }
        return Promise.resolve(
          encoder.writeBoolean(false).writeBoolean(false).writeBoolean(false).writeInt8(NO_TAGS),
        );
      },
    },
    response: {
      decode: (raw) => Promise.resolve(decodeMetadata(raw)),
      parse: (decoded) => Promise.resolve(decoded),
    },
  };
}

/**
 * For a flexible request: kafkajs writes a header of version 1, and the tag count after it makes it version
 * 2.
 */
function flexibleEncoder(): Encoder {
  return createEncoder().writeInt8(NO_TAGS);
}

function writeUnsignedVarint(encoder: Encoder, value: number): void {
  let rest = value;
  for (; rest >= 0x80; rest >>>= 7) encoder.writeInt8(((rest & 0x7f) | 0x80) - 0x100);
  encoder.writeInt8(rest);
}

function decodeMetadata(raw: Buffer): TopicMetadata[] {
  const reader = new FieldReader(raw);
  reader.skipTags(); // the header's
  reader.skip(4); // throttle time
  reader.compactArray(() => {
    reader.skip(4);
    reader.compactString();
    reader.skip(4);
    reader.compactString();
    reader.skipTags();
  });
  reader.compactString(); // cluster id
  reader.skip(4); // controller
  return reader.compactArray(() => {
    const errorCode = reader.int16();
    const name = reader.compactString() ?? "";
    const id = [...reader.bytes(UUID_BYTES)].map((byte) => byte.toString(16).padStart(2, "0")).join(
      "",
    );
    const isInternal = reader.int8() !== 0;
    const partitions = reader.compactArray(() => {
      const partitionError = reader.int16();
      const partition = reader.int32();
      const leader = reader.int32();
      reader.skip(4); // leader epoch
      const replicas = reader.compactArray(() => reader.int32());
      const inSync = reader.compactArray(() => reader.int32());
      reader.compactArray(() => reader.int32()); // offline replicas
      reader.skipTags();
      return { errorCode: partitionError, partition, leader, replicas, inSync };
    });
    reader.skip(4); // authorized operations
    reader.skipTags();
    return { errorCode, name, id, isInternal, partitions };
  });
}
