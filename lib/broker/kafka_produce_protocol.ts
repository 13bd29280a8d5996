/** The two requests of a producer: Produce, with a batch that is encoded already, and InitProducerId. */
import { FieldReader } from "./field_reader.ts";
import { createEncoder, type ProtocolCall } from "./kafka_internals.ts";

/** By which a broker tells the batches of one producer from those of others. */
export interface ProducerIdentity {
  readonly producerId: bigint;
  readonly epoch: number;
}

/** A batch for one partition. */
export interface ProduceOptions {
  readonly topic: string;
  readonly partition: number;
  /** A record batch, version 2, which stays as it is until there is an answer. */
  readonly batch: Uint8Array;
  /** How many replicas confirm: −1 all in sync, 1 the leader, 0 none, and then there is no answer. */
  readonly acks: -1 | 0 | 1;
}

/** What became of a batch. */
export interface Produced {
  readonly errorCode: number;
  readonly baseOffset: number;
}

const PRODUCE_KEY = 0;
/** The first version for batches with zstd, and the last that is not "flexible" but one. */
const PRODUCE_VERSION = 7;
const INIT_PRODUCER_ID_KEY = 22;
const INIT_PRODUCER_ID_VERSION = 1;
/** How long the leader may wait for its replicas. */
const REPLICATION_MS_MAX = 30_000;
const ANSWER_MS_MAX = 35_000;

/** Sends a batch to the leader of its partition. The answer is undefined where none was asked for. */
export function produceCall(
  { topic, partition, batch, acks }: ProduceOptions,
): ProtocolCall<Produced | undefined> {
  return {
    request: {
      apiKey: PRODUCE_KEY,
      apiVersion: PRODUCE_VERSION,
      apiName: "Produce",
      expectResponse: () => acks !== 0,
      encode: () => {
        const encoder = createEncoder().writeString(null).writeInt16(acks).writeInt32(REPLICATION_MS_MAX)
          .writeInt32(1).writeString(topic)
          .writeInt32(1).writeInt32(partition)
          .writeInt32(batch.length);
        // Without an answer nobody knows when it has been written.
        encoder.tail = acks === 0 ? batch.slice() : batch;
        return Promise.resolve(encoder);
      },
    },
    response: {
      decode: (raw) => Promise.resolve(decodeProduced(raw)),
      parse: (decoded) => Promise.resolve(decoded),
    },
    requestTimeout: ANSWER_MS_MAX,
  };
}

function decodeProduced(raw: Uint8Array): Produced {
  const reader = new FieldReader(raw);
  reader.skip(4); // one topic
  reader.skip(reader.int16());
  reader.skip(4 + 4); // one partition, and its number
  return { errorCode: reader.int16(), baseOffset: reader.int64() };
}

/** Asks any node for an identity. */
export function initProducerIdCall(): ProtocolCall<ProducerIdentity & { readonly errorCode: number }> {
  return {
    request: {
      apiKey: INIT_PRODUCER_ID_KEY,
      apiVersion: INIT_PRODUCER_ID_VERSION,
      apiName: "InitProducerId",
      encode: () => Promise.resolve(createEncoder().writeString(null).writeInt32(REPLICATION_MS_MAX)),
    },
    response: {
      decode: (raw) => {
        const reader = new FieldReader(raw);
        reader.skip(4); // throttle time
        return Promise.resolve({
          errorCode: reader.int16(),
          producerId: reader.bigint64(),
          epoch: reader.int16(),
        });
      },
      parse: (decoded) => Promise.resolve(decoded),
    },
  };
}
