/**
 * The requests of Kafka's classic group protocol, with what members of consumer groups put into them: their
 * subscriptions, and what each of them is assigned.
 */
import { AssignerProtocol } from "kafkajs";
import joinGroup from "kafkajs/src/protocol/requests/joinGroup/index.js";
import syncGroup from "kafkajs/src/protocol/requests/syncGroup/index.js";
import heartbeat from "kafkajs/src/protocol/requests/heartbeat/index.js";
import leaveGroup from "kafkajs/src/protocol/requests/leaveGroup/index.js";
import offsetCommit from "kafkajs/src/protocol/requests/offsetCommit/index.js";
import offsetFetch from "kafkajs/src/protocol/requests/offsetFetch/index.js";
import { Buffer } from "node:buffer";
import type { PartitionOffsets } from "./broker.ts";
import { type Assignment, ASSIGNORS, type GroupMember } from "./group_assignors.ts";
import type { ProtocolCall } from "./kafka_internals.ts";
import { requestCall } from "./kafka_requests.ts";

/** A member as the group's coordinator knows it. */
export interface MemberIdentity {
  readonly group: string;
  /** Empty for one that has not joined yet. */
  readonly memberId: string;
  readonly generationId: number;
}

/** What a member tells the group when it joins. */
export interface JoinOptions {
  readonly topic: string;
  /** The partitions that it knows; another number makes the coordinator ask for a new assignment. */
  readonly partitionCount: number;
  readonly sessionMs: number;
  readonly rebalanceMs: number;
}

/** The answer to a join: the generation that the member belongs to from now on. */
export interface Joined {
  readonly generationId: number;
  readonly memberId: string;
  readonly leaderId: string;
  /** The name of the assignor that all members know. */
  readonly groupProtocol: string;
  /** All members; for the leader only. */
  readonly members: readonly { readonly memberId: string; readonly memberMetadata: Buffer }[];
}

const METADATA_VERSION = 0;

/** Joins. The answer comes when all members have joined, or when the time for that is over. */
export function joinCall(
  { group, memberId }: MemberIdentity,
  { topic, partitionCount, sessionMs, rebalanceMs }: JoinOptions,
): ProtocolCall<Joined> {
  const userData = Buffer.alloc(4);
  userData.writeInt32BE(partitionCount);
  const metadata = AssignerProtocol.MemberMetadata.encode({
    version: METADATA_VERSION,
    topics: [topic],
    userData,
  });
  return requestCall(joinGroup, {
    groupId: group,
    memberId,
    sessionTimeout: sessionMs,
    rebalanceTimeout: rebalanceMs,
    protocolType: "consumer",
    groupProtocols: Object.keys(ASSIGNORS).map((name) => ({ name, metadata })),
  }, { version: 5 });
}

/** The members and their topics, out of the answer to the leader. */
export function membersOf({ members }: Joined): GroupMember[] {
  return members.map(({ memberId, memberMetadata }) => ({
    id: memberId,
    topics: AssignerProtocol.MemberMetadata.decode(memberMetadata)?.topics ?? [],
  }));
}

/** Asks for the member's assignment; the leader brings that of all, the others an empty one. */
export function syncCall(
  { group, memberId, generationId }: MemberIdentity,
  assignment: Assignment,
  answerMsMax: number,
): ProtocolCall<{ readonly memberAssignment: Buffer }> {
  const groupAssignment = [...assignment].map(([memberId, topics]) => ({
    memberId,
    memberAssignment: AssignerProtocol.MemberAssignment.encode({
      version: METADATA_VERSION,
      assignment: Object.fromEntries([...topics].map(([topic, partitions]) => [topic, [...partitions]])),
      userData: Buffer.alloc(0),
    }),
  }));
  const args = { groupId: group, memberId, generationId, groupAssignment };
  return requestCall(syncGroup, args, { version: 3, answerMsMax });
}

/** The partitions of a topic in a member's assignment. */
export function assignedPartitions(memberAssignment: Buffer, topic: string): readonly number[] {
  const decoded = AssignerProtocol.MemberAssignment.decode(memberAssignment);
  return (decoded?.assignment[topic] ?? []).toSorted((left, right) => left - right);
}

/** Says that the member is alive. */
export function heartbeatCall(
  { group, memberId, generationId }: MemberIdentity,
  answerMsMax: number,
): ProtocolCall<unknown> {
  const args = { groupId: group, memberId, groupGenerationId: generationId };
  return requestCall(heartbeat, args, { version: 3, answerMsMax });
}

/** Commits offsets of the member's topic. */
export function commitCall(
  { group, memberId, generationId }: MemberIdentity,
  topic: string,
  offsets: PartitionOffsets,
  answerMsMax?: number,
): ProtocolCall<unknown> {
  const partitions = [...offsets].map(([partition, offset]) => ({ partition, offset: String(offset) }));
  const topics = [{ topic, partitions }];
  const args = { groupId: group, memberId, groupGenerationId: generationId, topics };
  return requestCall(offsetCommit, args, { version: 5, answerMsMax });
}

/** An offset that a group has committed, and the text that was kept with it. */
export interface CommittedOffset {
  readonly partition: number;
  /** In digits; -1 where there is none. */
  readonly offset: string;
  readonly metadata: string | null;
}

/** Asks for the committed offsets of some partitions of a topic. */
export function committedCall(
  group: string,
  { topic, partitions }: { readonly topic: string; readonly partitions: readonly number[] },
): ProtocolCall<{ readonly responses: readonly { readonly partitions: readonly CommittedOffset[] }[] }> {
  const topics = [{ topic, partitions: partitions.map((partition) => ({ partition })) }];
  return requestCall(offsetFetch, { groupId: group, topics }, { version: 4 });
}

/** Leaves the group, so that its partitions go to others at once. */
export function leaveCall({ group, memberId }: MemberIdentity, answerMsMax: number): ProtocolCall<unknown> {
  return requestCall(leaveGroup, { groupId: group, memberId }, { version: 3, answerMsMax });
}
