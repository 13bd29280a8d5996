/** The two requests of a producer: Produce, with batches that are encoded already, and InitProducerId. */
import { Buffer } from "node:buffer";
import { FieldReader } from "./field_reader.ts";
import { createEncoder, type ProtocolCall, protocolError } from "./kafka_internals.ts";

/** By which a broker tells the batches of one producer from those of others. */
export interface ProducerIdentity {
  readonly producerId: bigint;
  readonly epoch: number;
  /** Of a producer whose batches belong to transactions. */
  readonly transactionalId?: string;
}

/** A batch for one partition. */
export interface PartitionBatch {
  readonly partition: number;
  /** A record batch, version 2, which stays as it is until there is an answer. */
  readonly batch: Uint8Array;
}

/** Batches for partitions of one topic that have the same leader. */
export interface ProduceOptions {
  readonly topic: string;
  /** One for each partition. */
  readonly batches: readonly PartitionBatch[];
  /** How many replicas confirm: −1 all in sync, 1 the leader, 0 none, and then there is no answer. */
  readonly acks: -1 | 0 | 1;
  readonly transactionalId: string | undefined;
  /** How long the leader may wait for its replicas. */
  readonly replicationMsMax: number;
}

/** What became of the batch of a partition. */
export interface Produced {
  readonly errorCode: number;
  readonly baseOffset: number;
}

const PRODUCE_KEY = 0;
/** The first version for batches with zstd, and the last that is not "flexible" but one. */
const PRODUCE_VERSION = 7;
const INIT_PRODUCER_ID_KEY = 22;
const INIT_PRODUCER_ID_VERSION = 1;
/** How long an answer may be on its way, beyond the wait that the leader is granted. */
const ANSWER_MS_MAX = 5_000;
/** What a producer without transactions says of their length, which nobody looks at. */
const NO_TRANSACTION_MS = 60_000;
/** Copying a batch up to this size costs less than a write of its own. */
const COPIED_BYTES_MAX = 16_384;

/** Sends batches to the leader of their partitions. The answer is undefined where none was asked for. */
export function produceCall(
  { topic, batches, acks, transactionalId, replicationMsMax }: ProduceOptions,
): ProtocolCall<ReadonlyMap<number, Produced> | undefined> {
  return {
    request: {
      apiKey: PRODUCE_KEY,
      apiVersion: PRODUCE_VERSION,
      apiName: "Produce",
      expectResponse: () => acks !== 0,
      encode: () => {
        const encoder = createEncoder().writeString(transactionalId ?? null).writeInt16(acks)
          .writeInt32(replicationMsMax)
          .writeInt32(1).writeString(topic)
          .writeInt32(batches.length);
        // Without an answer nobody knows when a batch has been written.
        encoder.tail = piecesOf(batches, acks === 0 ? Infinity : COPIED_BYTES_MAX);
        return Promise.resolve(encoder);
      },
    },
    response: {
      decode: (raw) => Promise.resolve(decodeProduced(raw)),
      parse: (decoded) => Promise.resolve(decoded),
    },
    requestTimeout: replicationMsMax + ANSWER_MS_MAX,
  };
}

/** The batches, each behind its partition and its length; those up to a size are copied together. */
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
  reader.skip(reader.int16());
  const produced = new Map<number, Produced>();
  for (let left = reader.int32(); left > 0; left--) {
    produced.set(reader.int32(), { errorCode: reader.int16(), baseOffset: reader.int64() });
    reader.skip(8 + 8); // the time of appending, and the log's start
  }
  return produced;
}

/** Whose batches belong to transactions. */
export interface TransactionalOptions {
  readonly transactionalId: string;
  /** How long a transaction may be open. */
  readonly transactionMsMax: number;
}

/** Asks for an identity: any node, or the coordinator of the transactions of an id. */
export function initProducerIdCall(transactional?: TransactionalOptions): ProtocolCall<ProducerIdentity> {
  const { transactionalId, transactionMsMax } = transactional ?? {};
  return {
    request: {
      apiKey: INIT_PRODUCER_ID_KEY,
      apiVersion: INIT_PRODUCER_ID_VERSION,
      apiName: "InitProducerId",
      encode: () =>
        Promise.resolve(
          createEncoder().writeString(transactionalId ?? null)
            .writeInt32(transactionMsMax ?? NO_TRANSACTION_MS),
        ),
    },
    response: {
      decode: (raw) => {
        const reader = new FieldReader(raw);
        reader.skip(4); // throttle time
        const errorCode = reader.int16();
        if (errorCode !== 0) throw protocolError(errorCode);
        return Promise.resolve({
          producerId: reader.bigint64(),
          epoch: reader.int16(),
          ...(transactionalId === undefined ? {} : { transactionalId }),
        });
      },
      parse: (decoded) => Promise.resolve(decoded),
    },
  };
}
