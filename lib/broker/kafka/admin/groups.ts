/** The groups of a Kafka cluster. */
import type { GroupDescription, GroupListing } from "../../admin/broker_admin.ts";
import { groupInUse } from "../../admin/failures.ts";
import type { TopicOffsets } from "../../broker.ts";
import { getOrInsert } from "../../../base/collections/get_or_insert.ts";
import type { KafkaConnection } from "../connection/connection.ts";
import { findCoordinator, KafkaCoordinator } from "../connection/coordinators.ts";
import {
  allOffsetsCall,
  CONSUMER_GROUP_DESCRIBE,
  DEAD,
  deleteGroupCall,
  describeConsumerGroupCall,
  describeGroupCall,
  LIST_GROUPS,
  listGroupsCall,
} from "./protocol/groups.ts";
import { allServers, maxVersionOf } from "./servers.ts";

/** The groups of all servers: each knows those that it coordinates. */
export async function kafkaGroups(connection: KafkaConnection): Promise<readonly GroupListing[]> {
  const { servers } = await allServers(connection);
  const lists = await Promise.all(servers.map(({ nodeId }) =>
    connection.retrying(async () => {
      const node = await connection.cluster.findBroker({ nodeId });
      return await connection.send(node, listGroupsCall(maxVersionOf(node, LIST_GROUPS.key)));
    })
  ));
  // A group that has just moved may be in two lists.
  const byName = new Map(lists.flat().map((listing) => [listing.group, listing]));
  return [...byName.values()].sort((left, right) => left.group < right.group ? -1 : 1);
}

/** A group with its members; undefined if it does not exist. */
export async function describeKafkaGroup(
  connection: KafkaConnection,
  group: string,
): Promise<GroupDescription | undefined> {
  const key = { kind: "group", key: group } as const;
  const node = await connection.retrying(() => findCoordinator(connection.cluster, key));
  const coordinator = new KafkaCoordinator(connection, key);
  const place = `${node.nodeId} (${node.connectionPool.host}:${node.connectionPool.port})`;
  const classic = await coordinator.send(describeGroupCall(group));
  if (classic.state !== DEAD) return { group, type: "classic", coordinator: place, ...classic };
  if (maxVersionOf(node, CONSUMER_GROUP_DESCRIBE.key) < CONSUMER_GROUP_DESCRIBE.version) return undefined;
  const { found } = await coordinator.send(describeConsumerGroupCall(group));
  return found && { group, type: "consumer", coordinator: place, ...found };
}

/** What a group has committed in all topics, sorted by name. */
export async function kafkaGroupOffsets(connection: KafkaConnection, group: string): Promise<TopicOffsets> {
  const coordinator = new KafkaCoordinator(connection, { kind: "group", key: group });
  const found = await coordinator.send(allOffsetsCall(group));
  const topics = new Map<string, Map<number, number>>();
  const sorted = found.filter(({ offset }) => offset >= 0).toSorted((left, right) =>
    left.topic === right.topic ? left.partition - right.partition : left.topic < right.topic ? -1 : 1
  );
  for (const { topic, partition, offset } of sorted) {
    getOrInsert(topics, topic, () => new Map<number, number>()).set(partition, offset);
  }
  return topics;
}

/** Deletes a group; false if it does not exist. @throws {SfcrimeError} GROUP_IN_USE */
export async function deleteKafkaGroup(connection: KafkaConnection, group: string): Promise<boolean> {
  const coordinator = new KafkaCoordinator(connection, { kind: "group", key: group });
  const deletion = await coordinator.send(deleteGroupCall(group));
  if (deletion === "in use") throw groupInUse(group, "deleted");
  // The answer to an earlier attempt may have been lost.
  return deletion === "deleted" || coordinator.unanswered > 0;
}
