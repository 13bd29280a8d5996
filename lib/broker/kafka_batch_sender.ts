/**
 * Sends batches to the leaders of their partitions, those for one node together, until each of them is confirmed.
 * What was not confirmed is sent again, and nothing else: to whichever node leads its partition then.
 *
 * With an identity, every batch carries its number, so that one that is sent again after an answer was lost is not
 * kept twice. A partition has one batch under way at a time, so order is kept through every retry.
 */
import { PRODUCE_BYTES_MAX } from "../base/bounds.ts";
import type { Appended, AppendOptions, PartitionRecords } from "./broker.ts";
import type { KafkaConnection } from "./kafka_connection.ts";
import { isRetriable } from "./kafka_failures.ts";
import { protocolError } from "./kafka_internals.ts";
import { type PartitionBatch, produceCall, type ProducerIdentity } from "./kafka_produce_protocol.ts";

const ACKS = { all: -1, "1": 1, "0": 0 } as const;
const NONE = 0;
/** What a broker says that has not said anything of a batch. */
const UNKNOWN = -1;
/** The broker has this batch already: an earlier try of it went through. */
const DUPLICATE_SEQUENCE_NUMBER = 46;
/** Sequence numbers are 31 bits and begin anew behind the last. */
const SEQUENCE_MASK = 0x7fff_ffff;
const NO_OFFSET = -1;
const NO_LEADER = -1;

/** How a sender writes. */
export interface SenderOptions extends AppendOptions {
  /** Absent where batches carry no numbers. */
  readonly identity?: ProducerIdentity;
}

/** A batch on its way. */
interface Outgoing extends PartitionBatch {
  readonly count: number;
}

/** What one call of {@link KafkaBatchSender.send} has to send. */
interface Sending {
  readonly topic: string;
  /** What is not confirmed yet, by partition. */
  readonly waiting: Map<number, Outgoing>;
  readonly appended: Appended[];
}

/** See the module's description. After a failure its numbers may be wrong, and it is not used any more. */
export class KafkaBatchSender {
  readonly #connection: KafkaConnection;
  readonly #options: SenderOptions;
  /** The number of the next record, by topic and partition. */
  readonly #sequences = new Map<string, number>();

  constructor(connection: KafkaConnection, options: SenderOptions) {
    this.#connection = connection;
    this.#options = options;
  }

  /**
   * Sends the records of each partition of a topic that the connection follows.
   *
   * @throws {SfcrimeError} When not all of them are confirmed; those of other partitions may be.
   */
  async send(topic: string, parts: readonly PartitionRecords[]): Promise<readonly Appended[]> {
    const outgoing = parts.filter(({ records }) => records.count > 0)
      .map((part) => [part.partition, this.#encode(topic, part)] as const);
    const sending: Sending = { topic, waiting: new Map(outgoing), appended: [] };
    await this.#connection.retrying(() => this.#sendWaiting(sending));
    return sending.appended;
  }

  #encode(topic: string, { partition, records }: PartitionRecords): Outgoing {
    const { codec, identity } = this.#options;
    const baseSequence = this.#sequences.get(nameOf(topic, partition)) ?? 0;
    const sequence = identity === undefined ? undefined : { ...identity, baseSequence };
    return { partition, batch: records.toBatch(codec, sequence), count: records.count };
  }

  /** Sends what waits, once. Throws a failure that is final, or else one of those that may pass. */
  async #sendWaiting(sending: Sending): Promise<void> {
    const failures = (await Promise.all(
      [...this.#byLeader(sending)].flatMap(([leader, batches]) =>
        requestsOf(batches).map((request) => this.#sendTo(leader, request, sending))
      ),
    )).flat();
    if (failures.length > 0) throw failures.find((failure) => !isRetriable(failure)) ?? failures[0];
  }

  #byLeader({ topic, waiting }: Sending): Map<number, Outgoing[]> {
    const leaders = new Map(
      this.#connection.partitionsOf(topic).map(({ partitionId, leader }) => [partitionId, leader]),
    );
    return Map.groupBy(waiting.values(), ({ partition }) => leaders.get(partition) ?? NO_LEADER);
  }

  /** Sends one request; gives what has failed of it. */
  async #sendTo(leader: number, batches: readonly Outgoing[], sending: Sending): Promise<unknown[]> {
    const call = produceCall({
      topic: sending.topic,
      batches,
      acks: ACKS[this.#options.acks],
      replicationMsMax: this.#connection.config.requestTimeout,
    });
    try {
      const node = await this.#connection.cluster.findBroker({ nodeId: leader });
      const answers = await this.#connection.send(node, call);
      return batches.flatMap((batch) => {
        const { errorCode, baseOffset } = answers === undefined
          ? { errorCode: NONE, baseOffset: NO_OFFSET }
          : answers.get(batch.partition) ?? { errorCode: UNKNOWN, baseOffset: NO_OFFSET };
        if (errorCode !== NONE && errorCode !== DUPLICATE_SEQUENCE_NUMBER) return [protocolError(errorCode)];
        this.#confirm(sending, batch, errorCode === NONE ? baseOffset : NO_OFFSET);
        return [];
      });
    } catch (error) {
      return [error];
    }
  }

  #confirm({ topic, waiting, appended }: Sending, { partition, count }: Outgoing, baseOffset: number): void {
    const name = nameOf(topic, partition);
    this.#sequences.set(name, ((this.#sequences.get(name) ?? 0) + count) & SEQUENCE_MASK);
    waiting.delete(partition);
    appended.push({ partition, baseOffset });
  }
}

/** Shares batches for one node out to requests that it takes. */
function requestsOf(batches: readonly Outgoing[]): Outgoing[][] {
  const requests: Outgoing[][] = [];
  let bytes = Infinity;
  for (const outgoing of batches) {
    const { length } = outgoing.batch;
    if (bytes + length > PRODUCE_BYTES_MAX) {
      requests.push([]);
      bytes = 0;
    }
    requests.at(-1)!.push(outgoing);
    bytes += length;
  }
  return requests;
}

function nameOf(topic: string, partition: number): string {
  return `${topic}-${partition}`;
}
