/** See {@link BrokerAdmin}. */
import type {
  BrokerAdmin,
  GroupDescription,
  GroupListing,
  TopicChanges,
  TopicListing,
} from "../../admin/broker_admin.ts";
import { groupInUse } from "../../admin/failures.ts";
import type { PartitionOffsets, TopicOffsets } from "../../broker.ts";
import type { KafkaConnection } from "../connection/connection.ts";
import { errorType } from "../connection/failures.ts";
import { commitOffsets } from "../group/offsets.ts";
import { deleteKafkaGroup, describeKafkaGroup, kafkaGroupOffsets, kafkaGroups } from "./groups.ts";
import { KafkaServers } from "./servers.ts";
import { addKafkaPartitions, alterKafkaTopic, kafkaPartitionSizes, kafkaTopics } from "./topics.ts";

/** What Kafka answers to a commit from outside of a group that has members, by either protocol. */
const HAS_MEMBERS = new Set(["UNKNOWN_MEMBER_ID", "ILLEGAL_GENERATION", "STALE_MEMBER_EPOCH"]);

/** See the module's description. */
export class KafkaAdmin implements BrokerAdmin {
  readonly servers: KafkaServers;
  readonly #connection: KafkaConnection;

  constructor(connection: KafkaConnection) {
    this.#connection = connection;
    this.servers = new KafkaServers(connection);
  }

  topics(): Promise<readonly TopicListing[]> {
    return kafkaTopics(this.#connection);
  }

  partitionSizes(topic: string): Promise<ReadonlyMap<number, number> | undefined> {
    return kafkaPartitionSizes(this.#connection, topic);
  }

  alterTopic(topic: string, changes: TopicChanges): Promise<void> {
    return alterKafkaTopic(this.#connection, topic, changes);
  }

  addPartitions(topic: string, numPartitions: number): Promise<void> {
    return addKafkaPartitions(this.#connection, topic, numPartitions);
  }

  groups(): Promise<readonly GroupListing[]> {
    return kafkaGroups(this.#connection);
  }

  describeGroup(group: string): Promise<GroupDescription | undefined> {
    return describeKafkaGroup(this.#connection, group);
  }

  groupOffsets(group: string): Promise<TopicOffsets> {
    return kafkaGroupOffsets(this.#connection, group);
  }

  async resetOffsets(group: string, topic: string, offsets: PartitionOffsets): Promise<void> {
    await this.#connection.requireTopic(topic);
    try {
      await commitOffsets(this.#connection, group, { topic, offsets });
    } catch (error) {
      if (HAS_MEMBERS.has(errorType((error as Error).cause) ?? "")) throw groupInUse(group, "reset");
      throw error;
    }
  }

  deleteGroup(group: string): Promise<boolean> {
    return deleteKafkaGroup(this.#connection, group);
  }
}
