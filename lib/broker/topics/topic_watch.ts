/**
 * Checks from time to time whether a topic that is being read has new partitions, and whether it is still the
 * same topic. Brokers do not notify about either.
 */
import type { Clock } from "../../base/clock.ts";
import type { Broker, PartitionOffsets, TopicDescription, TopicOffsets } from "../broker.ts";
import { missingTopic } from "../failures.ts";

/** The change of a topic since the last check. */
export type TopicChange = "none" | "grown" | "recreated";

/** How often it is checked: new partitions are found within this time. */
export const CHECK_INTERVAL_MS = 3_000;

/** How long a topic may be missing: a broker that has just started may not know it yet. */
const MISSING_MS_MAX = 10_000;

/** See the module's description. */
export class TopicWatch {
  readonly #broker: Broker;
  readonly #clock: Clock;
  #known: TopicDescription;
  /** When the topic last existed. */
  #seenMs: number;
  #checkedMs: number;

  private constructor(broker: Broker, known: TopicDescription, clock: Clock) {
    this.#broker = broker;
    this.#clock = clock;
    this.#known = known;
    this.#seenMs = this.#checkedMs = clock.monotonicMs();
  }

  /** @throws {SfcrimeError} TOPIC_MISSING */
  static async of(broker: Broker, topic: string, clock: Clock): Promise<TopicWatch> {
    const found = await broker.describeTopic(topic);
    if (found === undefined) throw missingTopic(topic, await broker.listTopics());
    return new TopicWatch(broker, found, clock);
  }

  /** The partitions at the last check. */
  get partitionCount(): number {
    return this.#known.partitions.length;
  }

  /** The positions of some partitions, to wait for records of these only. */
  only(positions: PartitionOffsets): TopicOffsets {
    const awaited = this.#known.partitions.map(({ partition }) =>
      [partition, positions.get(partition) ?? Infinity] as const
    );
    return new Map([[this.#known.name, new Map(awaited)]]);
  }

  /**
   * Returns what has changed. Does nothing if the last check was less than {@link CHECK_INTERVAL_MS} ago.
   *
   * @param seenCount The number of partitions seen elsewhere; more than are known trigger a check.
   * @throws {SfcrimeError} TOPIC_MISSING if the topic has been missing for some seconds.
   */
  async look(seenCount = 0): Promise<TopicChange> {
    const nowMs = this.#clock.monotonicMs();
    if (nowMs - this.#checkedMs < CHECK_INTERVAL_MS && seenCount <= this.partitionCount) return "none";
    this.#checkedMs = nowMs;
    const found = await this.#broker.describeTopic(this.#known.name);
    if (found === undefined) {
      if (nowMs - this.#seenMs > MISSING_MS_MAX) {
        throw missingTopic(this.#known.name, await this.#broker.listTopics());
      }
      return "none";
    }
    this.#seenMs = nowMs;
    const before = this.#known;
    this.#known = found;
    if (found.id !== before.id) return "recreated";
    return found.partitions.length > before.partitions.length ? "grown" : "none";
  }
}
