/**
 * The embedded broker: topics in one SQLite file, for a quick start, and wherever one machine is enough. It
 * stores record batches in Kafka's format, so one decoder reads both.
 */
import type { LocalHost } from "../../base/host.ts";
import type { BrokerAdmin } from "../admin/broker_admin.ts";
import type { Appender, AppendOptions } from "../writing/appender.ts";
import type { BatchTopic, TopicBatch } from "../writing/batch_topic.ts";
import {
  type Broker,
  hasArrived,
  type LogEpoch,
  type OffsetRange,
  type OffsetSpec,
  type PartitionOffsets,
  type Reader,
  type Subscription,
  type TopicDescription,
  type TopicOffsets,
  type TopicOptions,
} from "../broker.ts";
import { ChangeWatcher } from "../../base/files/change_watcher.ts";
import { EmbeddedBatchTopic, lastBatchIn } from "./batch_topic.ts";
import { epochsIn } from "./epochs.ts";
import { subscribeEmbedded } from "./group.ts";
import {
  earliestOffset,
  EmbeddedAppender,
  EmbeddedReader,
  latestOffsets,
  offsetAtTime,
  topicNames,
  topicOf,
} from "./log.ts";
import { commit, committed } from "./offsets.ts";
import { EmbeddedStore } from "./store.ts";
import { retentionConfig, type TopicConfig, type TopicSetting } from "../topics/topic_config.ts";

/** All records of all topics are kept forever. */
const KEPT_FOREVER = retentionConfig(Infinity);

/** Opens the embedded broker in a file; a missing file is created with the first topic. */
export function openEmbeddedBroker(path: string, host: LocalHost): Broker {
  return new EmbeddedBroker(EmbeddedStore.open(path, host));
}

class EmbeddedBroker implements Broker {
  readonly description: string;
  readonly hasTopicSettings = false;
  readonly staleness = { topicsMs: 0, endsMs: 0 };
  readonly #store: EmbeddedStore;
  readonly #changes: ChangeWatcher;

  constructor(store: EmbeddedStore) {
    this.#store = store;
    this.#changes = new ChangeWatcher(store.notificationPath, store.host);
    this.description = `the embedded broker, ${store.path}`;
  }

  listTopics(): Promise<readonly string[]> {
    return Promise.resolve(topicNames(this.#store));
  }

  describeTopic(topic: string): Promise<TopicDescription | undefined> {
    const found = this.#store.get<{ id: number; uuid: string }>(
      "SELECT id, uuid FROM topics WHERE name = ?",
      topic,
    );
    if (found === undefined) return Promise.resolve(undefined);
    const partitions = [...latestOffsets(this.#store, found.id).keys()]
      .map((partition) => ({ partition, leader: 0, replicas: [0], inSync: [0] }));
    return Promise.resolve({ name: topic, id: found.uuid, partitions });
  }

  createTopic(topic: string, { numPartitions }: TopicOptions): Promise<boolean> {
    const created = this.#store.transaction(() => {
      const changes = this.#store.run(
        "INSERT INTO topics (name, uuid, created_ms) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
        topic,
        this.#store.host.newId(),
        this.#store.host.nowMs(),
      );
      if (changes === 0) return false;
      const { id } = topicOf(this.#store, topic);
      for (let partition = 0; partition < numPartitions; partition++) {
        this.#store.run("INSERT INTO partitions (topic_id, partition) VALUES (?, ?)", id, partition);
      }
      return true;
    });
    return Promise.resolve(created);
  }

  topicDefaults(): Promise<TopicConfig> {
    return Promise.resolve(KEPT_FOREVER);
  }

  // deno-lint-ignore require-await
  async topicConfig(topic: string): Promise<ReadonlyMap<string, TopicSetting>> {
    topicOf(this.#store, topic);
    const byItself = { isOwn: false, isDefault: true };
    return new Map(Object.entries(KEPT_FOREVER).map(([name, value]) => [name, { value, ...byItself }]));
  }

  async deleteTopic(topic: string): Promise<boolean> {
    if (await this.describeTopic(topic) === undefined) return false;
    const deleted = this.#store.transaction(() =>
      this.#store.run("DELETE FROM topics WHERE name = ?", topic)
    );
    this.#store.notify();
    return deleted > 0;
  }

  // deno-lint-ignore require-await
  async listOffsets(topic: string, at: OffsetSpec): Promise<PartitionOffsets> {
    const { id } = topicOf(this.#store, topic);
    const latest = latestOffsets(this.#store, id);
    if (at === "latest") return latest;
    const offsets = new Map<number, number>();
    for (const [partition, end] of latest) {
      const offset = at === "earliest"
        ? earliestOffset(this.#store, id, partition) ?? end
        : offsetAtTime(this.#store, id, partition, at.timestampMs);
      if (offset !== undefined) offsets.set(partition, offset);
    }
    return offsets;
  }

  async waitForData(
    positions: TopicOffsets,
    { timeoutMs, signal }: { readonly timeoutMs: number; readonly signal: AbortSignal },
  ): Promise<TopicOffsets> {
    const { host } = this.#store;
    const untilMs = host.monotonicMs() + timeoutMs;
    for (;;) {
      const leftMs = untilMs - host.monotonicMs();
      const wait = this.#changes.listen(Math.max(0, leftMs), signal);
      try {
        const latest = new Map([...positions.keys()].map((topic) => [topic, this.#latestOffsets(topic)]));
        if (hasArrived(latest, positions) || leftMs <= 0 || signal.aborted) return latest;
        await wait.changed;
      } finally {
        wait.cancel();
      }
    }
  }

  // deno-lint-ignore require-await
  async logEpochs({ topic, partition, from, to }: OffsetRange): Promise<readonly LogEpoch[]> {
    return epochsIn(this.#store, { topicId: topicOf(this.#store, topic).id, partition, from, to });
  }

  openAppender(options: AppendOptions): Promise<Appender> {
    return Promise.resolve(new EmbeddedAppender(this.#store, options));
  }

  // deno-lint-ignore require-await
  async openBatchTopic(topic: string, queryId: string): Promise<BatchTopic> {
    return new EmbeddedBatchTopic(this.#store, topic, queryId, this.#latestOffsets(topic).size);
  }

  #latestOffsets(topic: string): PartitionOffsets {
    return latestOffsets(this.#store, topicOf(this.#store, topic).id);
  }

  async lastBatchOf(topic: string, queryId: string): Promise<TopicBatch | undefined> {
    if (await this.describeTopic(topic) === undefined) return undefined;
    return lastBatchIn(this.#store, topic, queryId);
  }

  openReader(): Promise<Reader> {
    return Promise.resolve(new EmbeddedReader(this.#store));
  }

  // deno-lint-ignore require-await
  async committedOffsets(group: string, topic: string): Promise<PartitionOffsets> {
    return committed(this.#store, group, topicOf(this.#store, topic).id);
  }

  // deno-lint-ignore require-await
  async commitOffsets(group: string, topic: string, offsets: PartitionOffsets): Promise<void> {
    const { id } = topicOf(this.#store, topic);
    this.#store.transaction(() => {
      for (const [partition, offset] of offsets) {
        commit(this.#store, { group, topicId: id, partition }, { offset });
      }
    });
  }

  subscribe(subscription: Subscription): Promise<void> {
    return subscribeEmbedded({ store: this.#store, changes: this.#changes, broker: this }, subscription);
  }

  async admin(): Promise<BrokerAdmin> {
    const { EmbeddedAdmin } = await import("./admin.ts");
    return new EmbeddedAdmin(this.#store, this);
  }

  close(): Promise<void> {
    this.#changes.close();
    this.#store.close();
    return Promise.resolve();
  }
}
