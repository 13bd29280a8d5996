/**
 * Two requests of the raw protocol: Fetch, whose record batches our own decoder reads in place, and Metadata.
 * Both use versions with topic IDs, unlike kafkajs.
 */
import { Buffer } from "node:buffer";
import { FieldReader } from "./field_reader.ts";
import { createEncoder, type Encoder, isolationLevel, type ProtocolCall } from "../kafkajs/internals.ts";
import { ownCall } from "../kafkajs/request_call.ts";
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
  /** The maximum of all partitions together, if it is not the sum of their maxima. */
  readonly bytesMax?: number;
  /** The request timeout, in addition to that. */
  readonly answerMsMax: number;
  /** Whether records of open and aborted transactions are read, too. */
  readonly readsUncommitted: boolean;
}

/** The response for a partition. */
export interface FetchedPartition {
  /** The ID of the topic if it was fetched by its ID, else its name. */
  readonly topic: string;
  readonly partition: number;
  /** The error code of the protocol; 0 is none. */
  readonly errorCode: number;
  /** After the last record that may be read: the last stable offset, or else the high watermark. */
  readonly endOffset: number;
  readonly logStartOffset: number;
  readonly aborted: readonly AbortedTransaction[];
  /** Record batches; the last one may be truncated. */
  readonly records: Uint8Array;
}

const CONSUMER_REPLICA_ID = -1;
/** The API key of Fetch. */
export const FETCH_KEY = 1;
const FETCH_BY_NAME_VERSION = 11;
/** The first version with topic IDs. It is "flexible", like {@link METADATA_VERSION}. */
export const FETCH_BY_ID_VERSION = 13;
const NO_SESSION = { id: 0, epoch: -1 };
const UNKNOWN = -1;

/** A fetch whose response is decoded in place. */
export function fetchCall(options: FetchOptions): ProtocolCall<readonly FetchedPartition[]> {
  const isById = options.topics.some(({ topicId }) => topicId !== undefined);
  return ownCall({
    apiKey: FETCH_KEY,
    apiVersion: isById ? FETCH_BY_ID_VERSION : FETCH_BY_NAME_VERSION,
    apiName: "Fetch",
    encode: () => encodeFetch(options, isById),
    decode: (raw) => decodeFetch(raw, { isById, readsUncommitted: options.readsUncommitted }),
    answerMsMax: options.maxWaitMs + options.answerMsMax,
  });
}

function encodeFetch(
  { topics, maxWaitMs, bytesMax, readsUncommitted }: FetchOptions,
  isById: boolean,
): Encoder {
  const encoder = isById ? flexibleEncoder() : createEncoder();
  const writeLength = (length: number) =>
    isById ? writeUnsignedVarint(encoder, length + 1) : encoder.writeInt32(length);
  const writeTags = () => isById && encoder.writeInt8(NO_TAGS);
  const maxBytes = topics.flatMap(({ positions }) => positions).map(({ maxBytes }) => maxBytes);
  encoder.writeInt32(CONSUMER_REPLICA_ID).writeInt32(maxWaitMs).writeInt32(1)
    .writeInt32(bytesMax ?? maxBytes.reduce((total, bytes) => total + bytes, 0))
    .writeInt8(isolationLevel(readsUncommitted)).writeInt32(NO_SESSION.id).writeInt32(NO_SESSION.epoch);
  writeLength(topics.length);
  for (const { topic, topicId = "", positions } of topics) {
    if (isById) encoder.writeBuffer(Buffer.from(topicId, "hex"));
    else encoder.writeString(topic);
    writeLength(positions.length);
    for (const { partition, fetchOffset, maxBytes } of positions) {
      encoder.writeInt32(partition)
        .writeInt32(UNKNOWN) // leader epoch
        .writeInt64(fetchOffset);
      if (isById) encoder.writeInt32(UNKNOWN); // epoch of the last record
      encoder.writeInt64(UNKNOWN) // log start of a follower
        .writeInt32(maxBytes);
      writeTags();
    }
    writeTags();
  }
  writeLength(0); // no topics to forget
  if (isById) writeLength(0); // no rack
  else encoder.writeString("");
  writeTags();
  return encoder;
}

function decodeFetch(
  raw: Buffer,
  { isById, readsUncommitted }: { readonly isById: boolean; readonly readsUncommitted: boolean },
): FetchedPartition[] {
  const reader = new FieldReader(raw, { isFlexible: isById });
  reader.skipTags(); // the header's
  reader.skip(4 + 2 + 4); // throttle time, error code, session id
  const topics = reader.structs(() => {
    const topic = isById ? reader.raw(UUID_BYTES).toHex() : reader.string() ?? "";
    return reader.structs(() => {
      const partition = reader.int32();
      const errorCode = reader.int16();
      const highWatermark = reader.int64();
      const lastStableOffset = reader.int64();
      const endOffset = readsUncommitted ? highWatermark : lastStableOffset;
      const logStartOffset = reader.int64();
      const aborted = reader.structs(() => ({ producerId: reader.bigint64(), firstOffset: reader.int64() }));
      reader.skip(4); // preferred read replica
      const records = reader.bytes();
      return { topic, partition, errorCode, endOffset, logStartOffset, aborted, records };
    });
  });
  return topics.flat();
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
/** The first version with topic IDs. It is "flexible". */
const METADATA_VERSION = 10;
const NO_TAGS = 0;
const UUID_BYTES = 16;

/** Metadata of the given topics, or of all of them. The request does not create topics. */
export function metadataCall(topics: readonly string[] | undefined): ProtocolCall<readonly TopicMetadata[]> {
  return ownCall({
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
      return encoder.writeBoolean(false).writeBoolean(false).writeBoolean(false).writeInt8(NO_TAGS);
    },
    decode: decodeMetadata,
  });
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
  const reader = new FieldReader(raw, { isFlexible: true });
  reader.skipTags(); // the header's
  reader.skip(4); // throttle time
  reader.structs(() => {
    reader.skip(4);
    reader.string();
    reader.skip(4);
    reader.string();
  });
  reader.string(); // cluster id
  reader.skip(4); // controller
  return reader.structs(() => {
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
}
