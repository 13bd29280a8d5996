/**
 * The requests of Kafka's classic group protocol, with the subscriptions and assignments of consumer group
 * members.
 */
import { Buffer } from "node:buffer";
import { REBALANCE_MS_MAX } from "../../../base/bounds.ts";
import type { PartitionOffsets, TopicPartitions } from "../../broker.ts";
import { type Assignment, ASSIGNORS, type GroupMember } from "./assignors.ts";
import { AssignerProtocol, type ProtocolCall } from "../kafkajs/internals.ts";
import {
  heartbeat,
  joinGroup,
  leaveGroup,
  offsetCommit,
  offsetFetch,
  syncGroup,
} from "../kafkajs/modules.ts";
import { requestCall } from "../kafkajs/request_call.ts";

/** A member as known to the group coordinator. */
export interface MemberIdentity {
  readonly group: string;
  /** Empty if it has not joined yet. */
  readonly memberId: string;
  readonly generationId: number;
}

/** The subscription that a member sends when it joins. */
export interface JoinOptions {
  readonly topics: readonly string[];
  /** The number of partitions that it knows, of all of them; a different number makes the coordinator rebalance. */
  readonly partitionCount: number;
}

/** The response to a join: the new generation of the member. */
export interface Joined {
  readonly generationId: number;
  readonly memberId: string;
  readonly leaderId: string;
  /** The name of the common assignor. */
  readonly groupProtocol: string;
  /** All members; only for the leader. */
  readonly members: readonly { readonly memberId: string; readonly memberMetadata: Buffer }[];
}

const METADATA_VERSION = 0;

/** The session timeout. */
const SESSION_MS = 30_000;

/** The timeout of responses that do not depend on other members. */
const ANSWER_MS_MAX = 10_000;

/** Joins the group. The response comes when all members have joined, or after the rebalance timeout. */
export function joinCall(
  { group, memberId }: MemberIdentity,
  { topics, partitionCount }: JoinOptions,
): ProtocolCall<Joined> {
  const userData = Buffer.alloc(4);
  userData.writeInt32BE(partitionCount);
  const metadata = AssignerProtocol.MemberMetadata.encode({
    version: METADATA_VERSION,
    topics: [...topics],
    userData,
  });
  return requestCall(joinGroup, {
    groupId: group,
    memberId,
    sessionTimeout: SESSION_MS,
    rebalanceTimeout: REBALANCE_MS_MAX,
    protocolType: "consumer",
    groupProtocols: Object.keys(ASSIGNORS).map((name) => ({ name, metadata })),
  }, { version: 5 });
}

/** The members and their topics, from the response to the leader. */
export function membersOf({ members }: Joined): GroupMember[] {
  return members.map(({ memberId, memberMetadata }) => ({
    id: memberId,
    topics: AssignerProtocol.MemberMetadata.decode(memberMetadata)?.topics ?? [],
  }));
}

/**
 * Requests the assignment of the member; the leader sends the assignments of all, the others an empty one.
 */
export function syncCall(
  { group, memberId, generationId }: MemberIdentity,
  assignment: Assignment,
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
  return requestCall(syncGroup, args, { version: 3, answerMsMax: REBALANCE_MS_MAX });
}

/** The partitions in the assignment of a member. */
export function assignedPartitions(memberAssignment: Buffer): TopicPartitions {
  const { assignment = {} } = AssignerProtocol.MemberAssignment.decode(memberAssignment) ?? {};
  const sorted = (partitions: readonly number[]) => partitions.toSorted((left, right) => left - right);
  return new Map(Object.entries(assignment).map(([topic, partitions]) => [topic, sorted(partitions)]));
}

/** Sends a heartbeat. */
export function heartbeatCall({ group, memberId, generationId }: MemberIdentity): ProtocolCall<unknown> {
  const args = { groupId: group, memberId, groupGenerationId: generationId };
  return requestCall(heartbeat, args, { version: 3, answerMsMax: ANSWER_MS_MAX });
}

/** Commits offsets of a topic. */
export function commitCall(
  { group, memberId, generationId }: MemberIdentity,
  topic: string,
  offsets: PartitionOffsets,
): ProtocolCall<unknown> {
  const partitions = [...offsets].map(([partition, offset]) => ({ partition, offset: String(offset) }));
  const topics = [{ topic, partitions }];
  const args = { groupId: group, memberId, groupGenerationId: generationId, topics };
  return requestCall(offsetCommit, args, { version: 5, answerMsMax: ANSWER_MS_MAX });
}

/** A committed offset of a group, with its metadata. */
export interface CommittedOffset {
  readonly partition: number;
  /** In digits; -1 if there is none. */
  readonly offset: string;
  readonly metadata: string | null;
}

/** Requests the committed offsets of some partitions of a topic. */
export function committedCall(
  group: string,
  { topic, partitions }: { readonly topic: string; readonly partitions: readonly number[] },
): ProtocolCall<{ readonly responses: readonly { readonly partitions: readonly CommittedOffset[] }[] }> {
  const topics = [{ topic, partitions: partitions.map((partition) => ({ partition })) }];
  return requestCall(offsetFetch, { groupId: group, topics }, { version: 4 });
}

/** Leaves the group, so that its partitions are reassigned immediately. */
export function leaveCall({ group, memberId }: MemberIdentity): ProtocolCall<unknown> {
  return requestCall(leaveGroup, { groupId: group, memberId }, { version: 3, answerMsMax: ANSWER_MS_MAX });
}
