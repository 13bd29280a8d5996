/** Changes to Kafka topics, and how large they are. */
import type { TopicChanges, TopicListing } from "../../admin/broker_admin.ts";
import { fewerPartitions } from "../../admin/failures.ts";
import { missingTopic } from "../../failures.ts";
import { getOrInsert } from "../../../base/collections/get_or_insert.ts";
import { SfcrimeError } from "../../../base/errors.ts";
import { asking } from "../connection/denied.ts";
import type { KafkaConnection } from "../connection/connection.ts";
import { protocolError } from "../kafkajs/internals.ts";
import { topicDescription, type TopicMetadata } from "../protocol/metadata.ts";
import { alterTopicCall, type ChangeAnswer, createPartitionsCall } from "./protocol/topics.ts";
import { allServers, logDirs } from "./servers.ts";

/** All topics, also Kafka's own, sorted by name. */
export async function kafkaTopics(connection: KafkaConnection): Promise<readonly TopicListing[]> {
  const found = await connection.metadata(undefined);
  return found.map((topic) => ({ ...topicDescription(topic), isInternal: topic.isInternal }))
    .sort((left, right) => left.name < right.name ? -1 : 1);
}

/** The bytes of each partition at its leader; undefined if this user is not allowed to see them. */
export async function kafkaPartitionSizes(
  connection: KafkaConnection,
  topic: string,
): Promise<ReadonlyMap<number, number> | undefined> {
  const { partitions } = await existing(connection, topic);
  const byLeader = new Map<number, number[]>();
  for (const { partition, leader } of partitions) {
    if (leader >= 0) getOrInsert(byLeader, leader, (): number[] => []).push(partition);
  }
  await allServers(connection);
  const found = await Promise.all(
    [...byLeader].map(([leader, led]) => logDirs(connection, leader, [{ topic, partitions: led }])),
  );
  if (found.includes(undefined)) return undefined;
  // A leader that has just been told of a partition has no file of it yet.
  const sizes = new Map([...byLeader.values()].flat().map((partition) => [partition, 0]));
  for (const { partition, bytes } of found.flatMap((dirs) => dirs ?? []).flatMap(({ sizes }) => sizes)) {
    sizes.set(partition, bytes);
  }
  return new Map([...sizes].sort(([left], [right]) => left - right));
}

/** Changes settings of a topic. @throws {SfcrimeError} TOPIC_MISSING; BROKER, with Kafka's own message. */
export async function alterKafkaTopic(
  connection: KafkaConnection,
  topic: string,
  changes: TopicChanges,
): Promise<void> {
  await existing(connection, topic);
  const asked = { operation: "AlterConfigs", resource: "topic", name: topic } as const;
  await connection.retrying(() =>
    asking(asked, async () => {
      const answer = await connection.sendToAny(alterTopicCall(topic, changes));
      requireAccepted(answer, `change topic ${topic}`);
    })
  );
}

/** Adds partitions. @throws {SfcrimeError} TOPIC_MISSING; BROKER if there are as many already. */
export async function addKafkaPartitions(
  connection: KafkaConnection,
  topic: string,
  numPartitions: number,
): Promise<void> {
  const { partitions: { length: before } } = await existing(connection, topic);
  if (numPartitions <= before) throw fewerPartitions(topic, before, numPartitions);
  await connection.retrying(async () => {
    const { partitions } = await existing(connection, topic);
    // The answer to an earlier attempt may have been lost.
    if (partitions.length === numPartitions) return;
    await connection.cluster.refreshMetadata();
    const node = await connection.cluster.findControllerBroker();
    await asking({ operation: "Alter", resource: "topic", name: topic }, async () => {
      const answer = await connection.send(node, createPartitionsCall(topic, numPartitions));
      requireAccepted(answer, `add partitions to topic ${topic}`);
    });
  });
  await connection.retrying(async () => {
    const found = await connection.metadataByNode(topic);
    const haveAll = found.every(({ partitions }) =>
      partitions.length >= numPartitions && partitions.every(({ leader }) => leader >= 0)
    );
    if (!haveAll) throw protocolError(LEADER_NOT_AVAILABLE);
  });
  await connection.bringUpToDate(await existing(connection, topic));
}

const LEADER_NOT_AVAILABLE = 5;
/** The errors that Kafka explains, and that stay. */
const REFUSALS: ReadonlySet<number> = new Set([
  ...[17, 37, 38, 40, 42, 44], // topic, partitions, replicas, configuration, request, policy
]);

function requireAccepted({ errorCode, errorMessage }: ChangeAnswer, what: string): void {
  if (errorCode === 0) return;
  const cause = protocolError(errorCode);
  if (!REFUSALS.has(errorCode)) throw cause;
  const said = (errorMessage ?? cause.message).replace(/\.$/, "");
  throw new SfcrimeError("BROKER", `Kafka refused to ${what}: ${said}.`, { cause });
}

async function existing(connection: KafkaConnection, topic: string): Promise<TopicMetadata> {
  const found = await connection.topicMetadata(topic);
  if (found === undefined) throw missingTopic(topic, await connection.topicNames());
  return found;
}
