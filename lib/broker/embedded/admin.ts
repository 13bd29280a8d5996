/** The administration of the embedded broker. */
import type { BrokerAdmin, GroupDescription, GroupListing, TopicListing } from "../admin/broker_admin.ts";
import { fewerPartitions } from "../admin/failures.ts";
import type { Broker, PartitionOffsets, TopicOffsets } from "../broker.ts";
import { SfcrimeError } from "../../base/errors.ts";
import {
  deleteEmbeddedGroup,
  embeddedGroupOffsets,
  groupNames,
  membersOf,
  requireNoMembers,
} from "./groups.ts";
import { latestOffsets, topicOf } from "./log.ts";
import { commit } from "./offsets.ts";
import type { EmbeddedStore } from "./store.ts";

/** See the module's description. */
export class EmbeddedAdmin implements BrokerAdmin {
  readonly #store: EmbeddedStore;
  readonly #broker: Broker;

  constructor(store: EmbeddedStore, broker: Broker) {
    this.#store = store;
    this.#broker = broker;
  }

  async topics(): Promise<readonly TopicListing[]> {
    const topics: TopicListing[] = [];
    for (const name of await this.#broker.listTopics()) {
      const description = await this.#broker.describeTopic(name);
      if (description !== undefined) topics.push({ ...description, isInternal: false });
    }
    return topics;
  }

  // deno-lint-ignore require-await
  async partitionSizes(topic: string): Promise<ReadonlyMap<number, number>> {
    const { id } = topicOf(this.#store, topic);
    const rows = this.#store.all<{ partition: number; bytes: number }>(
      `SELECT partitions.partition AS partition, coalesce(sum(length(bytes)), 0) AS bytes
       FROM partitions LEFT JOIN batches USING (topic_id, partition)
       WHERE topic_id = ? GROUP BY partitions.partition ORDER BY partitions.partition`,
      id,
    );
    return new Map(rows.map(({ partition, bytes }) => [partition, bytes]));
  }

  // deno-lint-ignore require-await
  async alterTopic(topic: string): Promise<void> {
    topicOf(this.#store, topic);
    throw new SfcrimeError(
      "BROKER",
      "The embedded broker keeps all records and has no topic configuration.",
      { hint: `Only partitions can be added: sfcrime topic alter ${topic} --partitions NUMBER.` },
    );
  }

  // deno-lint-ignore require-await
  async addPartitions(topic: string, numPartitions: number): Promise<void> {
    this.#store.transaction(() => {
      const { id } = topicOf(this.#store, topic);
      const { size: before } = latestOffsets(this.#store, id);
      if (numPartitions <= before) throw fewerPartitions(topic, before, numPartitions);
      for (let partition = before; partition < numPartitions; partition++) {
        this.#store.run("INSERT INTO partitions (topic_id, partition) VALUES (?, ?)", id, partition);
      }
    });
    this.#store.notify();
  }

  groups(): Promise<readonly GroupListing[]> {
    const listings = groupNames(this.#store).map((group) => this.#listing(group));
    return Promise.resolve(listings);
  }

  describeGroup(group: string): Promise<GroupDescription | undefined> {
    if (!groupNames(this.#store).includes(group)) return Promise.resolve(undefined);
    const members = membersOf(this.#store, group);
    return Promise.resolve({
      ...this.#listing(group),
      assignor: members.length === 0 ? "" : "roundrobin",
      coordinator: undefined,
      members,
    });
  }

  #listing(group: string): GroupListing {
    const state = membersOf(this.#store, group).length === 0 ? "Empty" : "Stable";
    return { group, state, type: "classic" };
  }

  groupOffsets(group: string): Promise<TopicOffsets> {
    return Promise.resolve(embeddedGroupOffsets(this.#store, group));
  }

  // deno-lint-ignore require-await
  async resetOffsets(group: string, topic: string, offsets: PartitionOffsets): Promise<void> {
    this.#store.transaction(() => {
      const { id: topicId } = topicOf(this.#store, topic);
      requireNoMembers(this.#store, group, "reset");
      for (const [partition, offset] of offsets) {
        commit(this.#store, { group, topicId, partition }, { offset });
      }
    });
  }

  // deno-lint-ignore require-await
  async deleteGroup(group: string): Promise<boolean> {
    return deleteEmbeddedGroup(this.#store, group);
  }
}
