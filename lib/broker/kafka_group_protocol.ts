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
import { Buffer } from "node:buffer";
import type { PartitionOffsets } from "./broker.ts";
import { type Assignment, ASSIGNORS, type GroupMember } from "./group_assignors.ts";
import type { ProtocolCall } from "./kafka_internals.ts";

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

type Requests = {
  protocol(options: { readonly version: number }): (args: Record<string, unknown>) => ProtocolCall<unknown>;
};

function call<T>(
  requests: unknown,
  version: number,
  args: Record<string, unknown>,
  answerMsMax?: number,
): ProtocolCall<T> {
  const made = (requests as Requests).protocol({ version })(args) as ProtocolCall<T>;
  return answerMsMax === undefined ? made : { ...made, requestTimeout: answerMsMax };
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
  return call(joinGroup, 5, {
    groupId: group,
    memberId,
    sessionTimeout: sessionMs,
    rebalanceTimeout: rebalanceMs,
    protocolType: "consumer",
    groupProtocols: Object.keys(ASSIGNORS).map((name) => ({ name, metadata })),
  });
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
  return call(syncGroup, 3, { groupId: group, memberId, generationId, groupAssignment }, answerMsMax);
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
  return call(heartbeat, 3, { groupId: group, memberId, groupGenerationId: generationId }, answerMsMax);
}

/** Commits offsets of the member's topic. */
export function commitCall(
  { group, memberId, generationId }: MemberIdentity,
  topic: string,
  offsets: PartitionOffsets,
  answerMsMax: number,
): ProtocolCall<unknown> {
  const partitions = [...offsets].map(([partition, offset]) => ({ partition, offset: String(offset) }));
  const topics = [{ topic, partitions }];
  return call(
    offsetCommit,
    5,
    { groupId: group, memberId, groupGenerationId: generationId, topics },
    answerMsMax,
  );
}

/** Leaves the group, so that its partitions go to others at once. */
export function leaveCall({ group, memberId }: MemberIdentity, answerMsMax: number): ProtocolCall<unknown> {
  return call(leaveGroup, 3, { groupId: group, memberId }, answerMsMax);
}
