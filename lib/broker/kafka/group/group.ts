/**
 * Reads as a member of a Kafka consumer group. Assigned partitions are read in steps, by the same reader that
 * reads ranges; offsets are committed when the records have been accepted.
 */
import type { Broker, Subscription, TopicOffsets } from "../../broker.ts";
import { CHECK_INTERVAL_MS, TopicWatch } from "../../topics/topic_watch.ts";
import type { KafkaConnection } from "../connection/connection.ts";
import { untilAborted, withinTime } from "../waiting.ts";
import { type Generation, KafkaMembership } from "./membership.ts";
import { type ReadingMember, TopicShare } from "./topic_share.ts";

/** How long it may take to notice that others have reached `until`. */
const UNTIL_WAIT_MS = 500;

/** How long an interrupted member tries to commit what it has printed. */
const LAST_COMMIT_MS_MAX = 10_000;

/** See {@link Broker.subscribe}. */
export async function subscribeKafka(
  { connection, broker }: { readonly connection: KafkaConnection; readonly broker: Broker },
  subscription: Subscription,
): Promise<void> {
  const { host: clock } = connection;
  const watches = await Promise.all(subscription.topics.map((topic) => TopicWatch.of(broker, topic, clock)));
  const membership = new KafkaMembership(connection, subscription);
  const reader = await broker.openReader();
  const member = { broker, membership, clock, reader, subscription, sated: false };
  const shares = subscription.topics.map((topic, index) => new TopicShare(topic, watches[index]!, member));
  try {
    await new Member(member, shares).run();
  } finally {
    await membership.leave();
    await reader.close();
  }
}

class Member {
  readonly #member: ReadingMember;
  readonly #shares: readonly TopicShare[];

  constructor(member: ReadingMember, shares: readonly TopicShare[]) {
    this.#member = member;
    this.#shares = shares;
  }

  async run(): Promise<void> {
    const { membership, subscription: { signal } } = this.#member;
    for (let isOver = signal.aborted; !isOver || this.#isUncommitted;) {
      const counts = this.#shares.map(({ partitionCount }) => partitionCount);
      const joining = membership.join(counts.reduce((sum, count) => sum + count, 0));
      const generation = await this.#joined(joining);
      if (generation === undefined) return;
      isOver = await this.#read(generation);
    }
  }

  /**
   * Joins a generation. An interrupted member does not wait for the others, except briefly if accepted
   * records could not be committed yet.
   */
  async #joined(joining: Promise<Generation>): Promise<Generation | undefined> {
    const { clock, subscription: { signal } } = this.#member;
    joining.catch(() => {});
    const generation = await untilAborted(joining, signal);
    if (generation !== undefined || !this.#isUncommitted) return generation;
    return await withinTime(joining, { ms: LAST_COMMIT_MS_MAX, clock });
  }

  get #isUncommitted(): boolean {
    return this.#shares.some(({ isUncommitted }) => isUncommitted);
  }

  /** Reads until the generation ends; returns whether the subscription is over. */
  async #read({ partitions, ended }: Generation): Promise<boolean> {
    const { broker, subscription: { signal, until, onAssigned } } = this.#member;
    const stop = AbortSignal.any([signal, ended]);
    for (const share of this.#shares) await share.begin(partitions.get(share.topic) ?? [], stop);
    onAssigned?.(partitions);
    while (!stop.aborted) {
      if (this.#member.sated) return true;
      if (await this.#hasChanged()) return false;
      if (await this.#readStep(stop)) continue;
      if (until !== undefined && await this.#hasReached()) return true;
      const timeoutMs = until === undefined ? CHECK_INTERVAL_MS : UNTIL_WAIT_MS;
      const latest = await broker.waitForData(this.#awaited, { timeoutMs, signal: stop });
      for (const share of this.#shares) share.setEnds(latest.get(share.topic)!);
    }
    return signal.aborted;
  }

  get #awaited(): TopicOffsets {
    return new Map(this.#shares.flatMap(({ awaited }) => [...awaited]));
  }

  /** Whether the partitions of a topic have changed, so that they are assigned anew. */
  async #hasChanged(): Promise<boolean> {
    let hasChanged = false;
    for (const share of this.#shares) hasChanged = await share.hasChanged() || hasChanged;
    if (hasChanged) this.#member.membership.endGeneration();
    return hasChanged;
  }

  /** Reads a step of each topic; returns whether any of them advanced. */
  async #readStep(stop: AbortSignal): Promise<boolean> {
    let progressed = false;
    for (const share of this.#shares) progressed = await share.readStep(stop) || progressed;
    return progressed;
  }

  async #hasReached(): Promise<boolean> {
    for (const share of this.#shares) if (!await share.hasReached()) return false;
    return true;
  }
}
