/**
 * Sends batches to the leaders of their partitions, in one request for each node, until each of them is
 * confirmed. Only unconfirmed batches are sent again, to the current leader of their partition. The batch
 * size is that of the topic, or smaller after the broker has rejected a batch.
 *
 * With an identity, every batch has a sequence number, so that one that is sent again after a lost response
 * is not stored twice. Each partition has one batch in flight at a time, so the order is preserved across
 * retries.
 */
import { getOrInsert } from "../../../base/collections/get_or_insert.ts";
import { PRODUCE_BYTES_MAX } from "../../../base/bounds.ts";
import { type BatchLimit, tooLargeError } from "../../writing/batch_limit.ts";
import {
  type Appended,
  type AppendOptions,
  type PartitionRecords,
  SEQUENCE_MASK,
} from "../../writing/appender.ts";
import type { KafkaConnection } from "../connection/connection.ts";
import { errorType, isRetriable, UNKNOWN_TOPIC } from "../connection/failures.ts";
import { answerError } from "../connection/denied.ts";
import { type PartitionBatch, produceCall, type ProducerIdentity } from "../protocol/produce.ts";
import { batchLimitOf } from "../topics/config.ts";
import { type BatchSize, OutgoingRecords } from "../../writing/outgoing_records.ts";
import type { ProducerSequence } from "../../record_batch/encode.ts";
import { recordsOf } from "../../record_batch/split.ts";

const ACKS = { all: -1, "1": 1, "0": 0 } as const;
const NONE = 0;
/** What a broker says that has not said anything of a batch. */
const UNKNOWN = -1;
/** The broker already has this batch: an earlier attempt succeeded. */
const DUPLICATE_SEQUENCE_NUMBER = 46;
/** MESSAGE_TOO_LARGE, for the topic, and RECORD_LIST_TOO_LARGE, for a segment of its log. */
const TOO_LARGE: ReadonlySet<number> = new Set([10, 18]);
const NO_OFFSET = -1;
const NO_LEADER = -1;
/** Bytes of a key that a message shows. */
const KEY_BYTES_SHOWN = 100;

/** Sender options. */
export interface SenderOptions extends AppendOptions {
  /** Undefined if batches have no sequence numbers. */
  readonly identity: ProducerIdentity | undefined;
  /** Whether records that are too large are left out and reported, instead of failing the call. */
  readonly leavesOutTooLarge?: boolean;
}

/** A batch in flight. */
interface Outgoing extends PartitionBatch {
  readonly records: OutgoingRecords;
}

/** What is known of a topic's batches. */
interface KnownTopic {
  /** What the topic says. */
  readonly limit: BatchLimit | undefined;
  readonly size: BatchSize;
}

/**
 * See the module's description. After a failure, its sequence numbers may be wrong, so it must not be used
 * any more.
 */
export class KafkaBatchSender {
  readonly #connection: KafkaConnection;
  readonly #options: SenderOptions;
  /** The next sequence number, by topic and partition. */
  readonly #sequences = new Map<string, number>();
  readonly #topics = new Map<string, Promise<KnownTopic>>();

  constructor(connection: KafkaConnection, options: SenderOptions) {
    this.#connection = connection;
    this.#options = options;
    const { resumed } = options;
    for (const [partition, count] of resumed?.counts ?? []) {
      this.#sequences.set(nameOf(resumed!.topic, partition), count & SEQUENCE_MASK);
    }
  }

  /** What a topic that the connection follows says of the size of its batches. */
  async batchLimit(topic: string): Promise<BatchLimit | undefined> {
    return (await this.#known(topic)).limit;
  }

  /**
   * Sends the records of each partition of a topic that the connection follows.
   *
   * @throws {SfcrimeError} When not all of them are confirmed, except those that may be left out; those of other
   * partitions may be.
   */
  async send(topic: string, parts: readonly PartitionRecords[]): Promise<readonly Appended[]> {
    const { size, limit } = await this.#known(topic);
    const all = parts.filter(({ records }) => records.count > 0)
      .map((part) => new OutgoingRecords(part, { codec: this.#options.codec, size }));
    for (let waiting = all; waiting.length > 0; waiting = waiting.filter(({ isDone }) => !isDone)) {
      await this.#sending(topic, () => this.#sendNext(topic, waiting));
    }
    const appended = all.map((records) => records.appended);
    if (this.#options.leavesOutTooLarge !== true) requireAll(appended, { topic, parts, limit });
    return appended;
  }

  #known(topic: string): Promise<KnownTopic> {
    return getOrInsert(this.#topics, topic, async () => {
      const limit = await batchLimitOf(this.#connection, topic);
      return { limit, size: { bytesMax: limit?.bytes ?? Infinity } };
    });
  }

  /** Sends with retries; a topic that remains unknown is reported as missing. */
  async #sending(topic: string, send: () => Promise<void>): Promise<void> {
    try {
      await this.#connection.retrying(async () => {
        // A server that has just restarted may not know the topic yet, which is then no longer followed.
        await this.#connection.cluster.addTargetTopic(topic);
        await send();
      });
    } catch (error) {
      const { cause } = error as Error;
      if (errorType(cause) === UNKNOWN_TOPIC.type) await this.#connection.requireTopic(topic);
      throw error;
    }
  }

  /** Sends the next batch of each partition, once. Throws a failure that is final, or else one that may pass. */
  async #sendNext(topic: string, waiting: readonly OutgoingRecords[]): Promise<void> {
    const batches = waiting.filter(({ isDone }) => !isDone).map((records) => {
      const { partition } = records;
      return { partition, records, batch: records.batch(this.#sequence(topic, partition)) };
    });
    const failures = (await Promise.all(
      [...this.#byLeader(topic, batches)].flatMap(([leader, batches]) =>
        requestsOf(batches).map((request) => this.#sendTo(leader, request, topic))
      ),
    )).flat();
    if (failures.length > 0) throw failures.find((failure) => !isRetriable(failure)) ?? failures[0];
  }

  #sequence(topic: string, partition: number): ProducerSequence | undefined {
    const { identity } = this.#options;
    if (identity === undefined) return undefined;
    const baseSequence = this.#sequences.get(nameOf(topic, partition)) ?? 0;
    return { ...identity, baseSequence, isTransactional: identity.transactionalId !== undefined };
  }

  #byLeader(topic: string, batches: readonly Outgoing[]): Map<number, Outgoing[]> {
    const leaders = new Map(
      this.#connection.partitionsOf(topic).map(({ partitionId, leader }) => [partitionId, leader]),
    );
    return Map.groupBy(batches, ({ partition }) => leaders.get(partition) ?? NO_LEADER);
  }

  /** Sends one request; returns its failures. */
  async #sendTo(leader: number, batches: readonly Outgoing[], topic: string): Promise<unknown[]> {
    const call = produceCall({
      topic,
      batches,
      acks: ACKS[this.#options.acks],
      transactionalId: this.#options.identity?.transactionalId,
      replicationMsMax: this.#connection.config.requestTimeout,
    });
    try {
      const node = await this.#connection.cluster.findBroker({ nodeId: leader });
      const answers = await this.#connection.send(node, call);
      return batches.flatMap((batch) => {
        const silent = { errorCode: answers === undefined ? NONE : UNKNOWN, baseOffset: NO_OFFSET };
        const { errorCode, baseOffset } = answers?.get(batch.partition) ?? silent;
        if (TOO_LARGE.has(errorCode)) batch.records.refuse();
        else if (errorCode === NONE) this.#confirm(topic, batch, baseOffset);
        else if (errorCode === DUPLICATE_SEQUENCE_NUMBER) this.#confirm(topic, batch, NO_OFFSET);
        else return [answerError(errorCode, { operation: "Write", resource: "topic", name: topic })];
        return [];
      });
    } catch (error) {
      return [error];
    }
  }

  #confirm(topic: string, { partition, records }: Outgoing, baseOffset: number): void {
    const name = nameOf(topic, partition);
    const count = records.confirm(baseOffset);
    this.#sequences.set(name, ((this.#sequences.get(name) ?? 0) + count) & SEQUENCE_MASK);
  }
}

/** @throws {SfcrimeError} OUTPUT, with the first record that was too large */
function requireAll(
  appended: readonly Appended[],
  { topic, parts, limit }: {
    readonly topic: string;
    readonly parts: readonly PartitionRecords[];
    readonly limit: BatchLimit | undefined;
  },
): void {
  for (const { partition, tooLarge: [first] = [] } of appended) {
    if (first === undefined) continue;
    const { records } = parts.find((part) => part.partition === partition)!;
    const { key } = recordsOf(records)[first.index]!;
    throw tooLargeError(key === null ? "A record" : `The record with key ${keyText(key)}`, {
      topic,
      bytes: first.bytes,
      limit,
    });
  }
}

/** A key, or as much of it as says which one it is. */
function keyText(key: Uint8Array): string {
  const text = new TextDecoder().decode(key.subarray(0, KEY_BYTES_SHOWN));
  return key.length > KEY_BYTES_SHOWN ? `${text}…` : text;
}

/** Distributes the batches for one node to requests of bounded size. */
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
