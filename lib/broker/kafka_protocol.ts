/**
 * The two requests that are sent as raw protocol: Fetch, whose record batches our own decoder reads where
 * they lie in the response, and Metadata in a version that carries topic ids, which kafkajs's does not.
 */
import { Buffer } from "node:buffer";
import fetchRequestV11 from "kafkajs/src/protocol/requests/fetch/v11/request.js";
import { FieldReader } from "./field_reader.ts";
import { createEncoder, type Encoder, type ProtocolCall } from "./kafka_internals.ts";
import type { AbortedTransaction } from "./record_batch/decode.ts";

/** What to fetch of one partition. */
export interface FetchPosition {
  readonly partition: number;
  readonly fetchOffset: number;
  readonly maxBytes: number;
}

/** A fetch of some partitions of one topic from their leader. */
export interface FetchOptions {
  readonly topic: string;
  readonly positions: readonly FetchPosition[];
  /** How long the leader may wait for a first byte. */
  readonly maxWaitMs: number;
  /** How long the answer may take beyond that. */
  readonly answerMsMax: number;
}

/** What came of one partition. */
export interface FetchedPartition {
  readonly partition: number;
  /** The protocol's error code; 0 is none. */
  readonly errorCode: number;
  readonly lastStableOffset: number;
  readonly logStartOffset: number;
  readonly aborted: readonly AbortedTransaction[];
  /** Record batches, the last one perhaps cut. */
  readonly records: Uint8Array;
}

const CONSUMER_REPLICA_ID = -1;
const READ_COMMITTED = 1;

type RequestFactory = (options: Record<string, unknown>) => ProtocolCall<unknown>["request"];

/** A fetch whose response is decoded in place. */
export function fetchCall(
  { topic, positions, maxWaitMs, answerMsMax }: FetchOptions,
): ProtocolCall<readonly FetchedPartition[]> {
  const request = (fetchRequestV11 as unknown as RequestFactory)({
    replicaId: CONSUMER_REPLICA_ID,
    maxWaitTime: maxWaitMs,
    minBytes: 1,
    maxBytes: positions.reduce((total, { maxBytes }) => total + maxBytes, 0),
    isolationLevel: READ_COMMITTED,
    topics: [{ topic, partitions: positions }],
  });
  return {
    request,
    response: {
      decode: (raw) => Promise.resolve(decodeFetch(raw)),
      parse: (decoded) => Promise.resolve(decoded),
    },
    requestTimeout: maxWaitMs + answerMsMax,
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
  const partition = reader.int32();
  const errorCode = reader.int16();
  reader.skip(8); // high watermark
  const lastStableOffset = reader.int64();
  const logStartOffset = reader.int64();
  const aborted: AbortedTransaction[] = [];
  for (let count = reader.int32(); count > 0; count--) {
    const producerId = reader.bigint64();
    aborted.push({ producerId, firstOffset: reader.int64() });
  }
  reader.skip(4); // preferred read replica
  const records = reader.bytes(Math.max(0, reader.int32()));
  return { partition, errorCode, lastStableOffset, logStartOffset, aborted, records };
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
/** The first version with topic ids. It is "flexible": lengths are varints plus one, and tags may follow. */
const METADATA_VERSION = 10;
const NO_TAGS = 0;
const UUID_BYTES = 16;

/** Metadata of the given topics, or of all of them. Nothing is created by asking. */
export function metadataCall(
  topics: readonly string[] | undefined,
): ProtocolCall<readonly TopicMetadata[]> {
  return {
    request: {
      apiKey: METADATA_KEY,
      apiVersion: METADATA_VERSION,
      apiName: "Metadata",
      encode: () => {
        // kafkajs writes a header of version 1; what makes it version 2 is the tag count behind it.
        const encoder = createEncoder().writeInt8(NO_TAGS);
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
