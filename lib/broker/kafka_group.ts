/**
 * Reading as a member of a Kafka consumer group, by kafkajs's consumer: joining, heartbeats, rebalancing.
 * Offsets are committed by us, when the records have been taken.
 */
import type { Consumer, EachBatchPayload, Kafka } from "kafkajs";
import { logger } from "../base/log.ts";
import type { Broker, ConsumedRecord, PartitionOffsets, Subscription } from "./broker.ts";
import { consumedRecords } from "./consumed_records.ts";
import type { KafkaConnection } from "./kafka_connection.ts";
import { kafkaFailure } from "./kafka_failures.ts";

interface Place {
  readonly kafka: Kafka;
  readonly connection: KafkaConnection;
  readonly broker: Broker;
}

const log = logger("kafka");

/** A member that is silent for this long is replaced. */
const SESSION_MS = 30_000;

/** How long a fetch waits for data: also the longest time that `until` may have been reached unnoticed. */
const FETCH_WAIT_MS = 500;

/** See {@link Broker.subscribe}. */
export async function subscribeKafka(place: Place, subscription: Subscription): Promise<void> {
  const consumer = place.kafka.consumer({
    groupId: subscription.group,
    sessionTimeout: SESSION_MS,
    maxWaitTimeInMs: FETCH_WAIT_MS,
    allowAutoTopicCreation: false,
    retry: { retries: 8, initialRetryTime: 100, maxRetryTime: 5_000 },
  });
  try {
    await new Member(place, subscription, consumer).run();
  } catch (error) {
    throw kafkaFailure(error, place.connection.servers);
  } finally {
    await consumer.disconnect().catch((error: unknown) => log.debug(`Leaving the group: ${error}`));
  }
}

class Member {
  readonly #place: Place;
  readonly #subscription: Subscription;
  readonly #consumer: Consumer;
  /** The next offset of each partition that has given records. */
  readonly #positions = new Map<number, number>();
  #assigned: readonly number[] = [];
  /** Whether no more records are wanted. */
  #sated = false;
  #ended = false;
  #stopLooking: () => void = () => {};
  /** Ends the subscription. */
  #finish: () => void = () => {};

  constructor(place: Place, subscription: Subscription, consumer: Consumer) {
    this.#place = place;
    this.#subscription = subscription;
    this.#consumer = consumer;
  }

  async run(): Promise<void> {
    const { topic, group, autoOffsetReset, signal, until } = this.#subscription;
    const crashed = new Promise<never>((_resolve, reject) => {
      this.#consumer.on(this.#consumer.events.CRASH, ({ payload }) => {
        if (!payload.restart) reject(payload.error);
      });
    });
    crashed.catch(() => {});
    this.#consumer.on(this.#consumer.events.GROUP_JOIN, ({ payload }) => {
      this.#assigned = payload.memberAssignment[topic] ?? [];
      this.#positions.clear();
      this.#subscription.onAssigned?.(this.#assigned);
    });
    await this.#warnOfLostRecords();
    await this.#consumer.connect();
    await this.#consumer.subscribe({
      topics: [topic],
      fromBeginning: autoOffsetReset === "earliest",
    });
    const finished = new Promise<void>((resolve) => {
      this.#finish = resolve;
      signal.addEventListener("abort", () => resolve(), { once: true });
      if (signal.aborted) resolve();
      if (until !== undefined) this.#whenReached(until, resolve);
    });
    await this.#consumer.run({
      autoCommit: false,
      eachBatchAutoResolve: false,
      eachBatch: (payload) => this.#takeBatch(payload),
    });
    log.debug(`Joined group ${group}`);
    try {
      await Promise.race([finished, crashed]);
    } finally {
      this.#ended = true;
      this.#stopLooking();
    }
    await this.#consumer.stop();
  }

  async #takeBatch(
    { batch, resolveOffset, heartbeat, isRunning, isStale }: EachBatchPayload,
  ): Promise<void> {
    const { topic, signal, onRecords } = this.#subscription;
    if (!isRunning() || isStale() || signal.aborted) return;
    const records = batch.messages.map((message): ConsumedRecord => ({
      topic,
      partition: batch.partition,
      offset: Number(message.offset),
      timestampMs: Number(message.timestamp),
      key: message.key,
      value: message.value,
    }));
    if (records.length === 0 || this.#sated) return;
    const { count, wantsMore } = await onRecords(records);
    this.#sated = !wantsMore;
    const last = records[count - 1];
    if (last === undefined) return;
    const next = last.offset + 1;
    resolveOffset(String(last.offset));
    await this.#consumer.commitOffsets([{
      topic,
      partition: batch.partition,
      offset: String(next),
    }]);
    this.#positions.set(batch.partition, next);
    if (this.#sated) this.#finish();
    await heartbeat();
  }

  /**
   * Calls `done` once the group has read up to the given offsets. The last of them may hold no record (a
   * transaction's marker, say), and then no batch ever comes of it; so what lies between a position and its
   * end is looked at.
   */
  #whenReached(until: PartitionOffsets, done: () => void): void {
    const look = async () => {
      try {
        if (this.#assigned.length > 0 && await this.#reached(until)) return done();
      } catch (error) {
        log.debug(`Looking for the end: ${error}`);
      }
      if (!this.#ended) timer = lookLater();
    };
    const lookLater = () => setTimeout(() => void look(), FETCH_WAIT_MS);
    let timer = lookLater();
    this.#stopLooking = () => clearTimeout(timer);
  }

  async #reached(until: PartitionOffsets): Promise<boolean> {
    const { broker } = this.#place;
    const { topic, group, autoOffsetReset } = this.#subscription;
    const [committed, start] = await Promise.all([
      broker.committedOffsets(group, topic),
      broker.listOffsets(topic, autoOffsetReset),
    ]);
    for (const [partition, end] of until) {
      const position = this.#positions.get(partition) ?? committed.get(partition) ??
        start.get(partition) ?? 0;
      if (position < end && await this.#holdsRecords(partition, position, end)) return false;
    }
    return true;
  }

  async #holdsRecords(partition: number, from: number, to: number): Promise<boolean> {
    const reader = await this.#place.broker.openReader();
    const range = { topic: this.#subscription.topic, partition, from, to };
    for await (const chunk of reader.read(range, this.#subscription.signal)) {
      if (consumedRecords(chunk, range).length > 0) return true;
    }
    return false;
  }

  /** kafkajs resets an offset that is out of range in silence; what can be known beforehand is said. */
  async #warnOfLostRecords(): Promise<void> {
    const { broker } = this.#place;
    const { topic, group, autoOffsetReset } = this.#subscription;
    const [committed, start, end] = await Promise.all([
      broker.committedOffsets(group, topic),
      broker.listOffsets(topic, "earliest"),
      broker.listOffsets(topic, "latest"),
    ]);
    for (const [partition, offset] of committed) {
      const [first, last] = [start.get(partition) ?? 0, end.get(partition) ?? 0];
      if (offset >= first && offset <= last) continue;
      log.warn(
        `Group ${group} has committed offset ${offset} of ${topic}-${partition}, which holds ${first} to ${last}: ` +
          `records are lost, and reading goes on at the ${autoOffsetReset} offset.`,
      );
    }
  }
}
