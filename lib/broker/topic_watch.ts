/**
 * Looks now and then at a topic that is read for long: whether it has got partitions, and whether it is still the
 * same one. Brokers tell of neither by themselves.
 */
import type { Clock } from "../base/clock.ts";
import type { Broker, TopicDescription } from "./broker.ts";
import { missingTopic } from "./failures.ts";

/** What has become of a topic since the last look. */
export type TopicChange = "none" | "grown" | "recreated";

/** How often it is looked: new partitions are seen within this time. */
export const LOOK_MS = 3_000;

/** How long a topic may be missing: a broker that has just started may not know it yet. */
const MISSING_MS_MAX = 10_000;

/** See the module's description. */
export class TopicWatch {
  readonly #broker: Broker;
  readonly #topic: string;
  readonly #clock: Clock;
  #known: TopicDescription;
  /** When the topic was last there. */
  #seenMs: number;
  #lookedMs: number;

  private constructor(broker: Broker, known: TopicDescription, clock: Clock) {
    this.#broker = broker;
    this.#topic = known.name;
    this.#clock = clock;
    this.#known = known;
    this.#seenMs = this.#lookedMs = clock.monotonicMs();
  }

  /** @throws {SfcrimeError} TOPIC_MISSING */
  static async of(broker: Broker, topic: string, clock: Clock): Promise<TopicWatch> {
    const found = await broker.describeTopic(topic);
    if (found === undefined) throw missingTopic(topic, await broker.listTopics());
    return new TopicWatch(broker, found, clock);
  }

  /** The partitions at the last look. */
  get partitionCount(): number {
    return this.#known.partitions.length;
  }

  /**
   * Says what has changed. Does nothing while the last look is not {@link LOOK_MS} ago.
   *
   * @param seenCount Partitions that were seen otherwise; more of them than are known are a reason to look now.
   * @throws {SfcrimeError} TOPIC_MISSING when the topic has been gone for some seconds.
   */
  async look(seenCount = 0): Promise<TopicChange> {
    const nowMs = this.#clock.monotonicMs();
    if (nowMs - this.#lookedMs < LOOK_MS && seenCount <= this.partitionCount) return "none";
    this.#lookedMs = nowMs;
    const found = await this.#broker.describeTopic(this.#topic);
    if (found === undefined) {
      if (nowMs - this.#seenMs > MISSING_MS_MAX) {
        throw missingTopic(this.#topic, await this.#broker.listTopics());
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
