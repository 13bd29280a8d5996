/** The two requests of a producer: Produce, with encoded batches, and InitProducerId. */
import { Buffer } from "node:buffer";
import { FieldReader } from "./field_reader.ts";
import { createEncoder, type ProtocolCall, protocolError } from "../kafkajs/internals.ts";
import { ownCall } from "../kafkajs/request_call.ts";

/** The identity by which a broker distinguishes the batches of producers. */
export interface ProducerIdentity {
  readonly producerId: bigint;
  readonly epoch: number;
  /** The ID of a transactional producer. */
  readonly transactionalId?: string;
}

/** A batch for one partition. */
export interface PartitionBatch {
  readonly partition: number;
  /** A record batch, version 2, which must not change until there is a response. */
  readonly batch: Uint8Array;
}

/** Batches for partitions of one topic that have the same leader. */
export interface ProduceOptions {
  readonly topic: string;
  /** One for each partition. */
  readonly batches: readonly PartitionBatch[];
  /** Which replicas confirm: −1 all in sync, 1 the leader, 0 none, without a response. */
  readonly acks: -1 | 0 | 1;
  readonly transactionalId: string | undefined;
  /** How long the leader may wait for its replicas. */
  readonly replicationMsMax: number;
}

/** The result for the batch of a partition. */
export interface Produced {
  readonly errorCode: number;
  readonly baseOffset: number;
}

const PRODUCE_KEY = 0;
/** The first version with zstd, and the last but one that is not "flexible". */
const PRODUCE_VERSION = 7;
const INIT_PRODUCER_ID_KEY = 22;
const INIT_PRODUCER_ID_VERSION = 1;
/** The request timeout, in addition to the timeout of the leader. */
const ANSWER_MS_MAX = 5_000;
/** The longest that a transaction may be open by default: the broker then aborts it. */
export const TRANSACTION_MS_MAX = 900_000;
/** The transaction timeout of a producer without transactions, which is ignored. */
const NO_TRANSACTION_MS = 60_000;
/** Up to this size, copying a batch costs less than a separate write. */
const COPIED_BYTES_MAX = 16_384;

/** Sends batches to the leader of their partitions. The response is undefined if none was requested. */
export function produceCall(
  { topic, batches, acks, transactionalId, replicationMsMax }: ProduceOptions,
): ProtocolCall<ReadonlyMap<number, Produced> | undefined> {
  return ownCall({
    apiKey: PRODUCE_KEY,
    apiVersion: PRODUCE_VERSION,
    apiName: "Produce",
    expectResponse: () => acks !== 0,
    encode: () => {
      const encoder = createEncoder().writeString(transactionalId ?? null).writeInt16(acks)
        .writeInt32(replicationMsMax)
        .writeInt32(1).writeString(topic)
        .writeInt32(batches.length);
      // Without a response, it is unknown when a batch has been written.
      encoder.payload = piecesOf(batches, acks === 0 ? Infinity : COPIED_BYTES_MAX);
      return encoder;
    },
    decode: decodeProduced,
    answerMsMax: replicationMsMax + ANSWER_MS_MAX,
  });
}

/** The batches, each after its partition and its length; small ones are copied together. */
function piecesOf(batches: readonly PartitionBatch[], copiedBytesMax: number): Uint8Array[] {
  const pieces: Uint8Array[] = [];
  let small: Uint8Array[] = [];
  for (const { partition, batch } of batches) {
    small.push(createEncoder().writeInt32(partition).writeInt32(batch.length).buffer);
    if (batch.length <= copiedBytesMax) {
      small.push(batch);
      continue;
    }
    pieces.push(Buffer.concat(small), batch);
    small = [];
  }
  if (small.length > 0) pieces.push(Buffer.concat(small));
  return pieces;
}

/** By partition. */
function decodeProduced(raw: Uint8Array): Map<number, Produced> {
  const reader = new FieldReader(raw);
  reader.skip(4); // one topic
  reader.string();
  return new Map(reader.array(() => {
    const partition = reader.int32();
    const produced = { errorCode: reader.int16(), baseOffset: reader.int64() };
    reader.skip(8 + 8); // the time of appending, and the log's start
    return [partition, produced];
  }));
}

/** Who requests an identity, and for how long its transactions may be open. */
export interface TransactionalRequest {
  readonly transactionalId: string;
  readonly transactionMsMax: number;
}

/** Requests an identity, from any node, or from the coordinator of a transactional ID. */
export function initProducerIdCall(transactional?: TransactionalRequest): ProtocolCall<ProducerIdentity> {
  const { transactionalId, transactionMsMax = NO_TRANSACTION_MS } = transactional ?? {};
  return ownCall({
    apiKey: INIT_PRODUCER_ID_KEY,
    apiVersion: INIT_PRODUCER_ID_VERSION,
    apiName: "InitProducerId",
    encode: () => createEncoder().writeString(transactionalId ?? null).writeInt32(transactionMsMax),
    decode: (raw) => {
      const reader = new FieldReader(raw);
      reader.skip(4); // throttle time
      const errorCode = reader.int16();
      if (errorCode !== 0) throw protocolError(errorCode);
      return { producerId: reader.bigint64(), epoch: reader.int16() };
    },
  });
}
