/**
 * The request Fetch, whose record batches our own decoder reads in place. Unlike kafkajs, it uses a version with
 * topic IDs.
 */
import { Buffer } from "node:buffer";
import { FieldReader } from "./field_reader.ts";
import { flexibleEncoder, NO_TAGS, UUID_BYTES, writeUnsignedVarint } from "./flexible.ts";
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
/** The first version with topic IDs. It is "flexible". */
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
