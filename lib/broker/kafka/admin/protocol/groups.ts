/**
 * Requests about groups: those of the classic protocol, and those of KIP-848, whose members only
 * ConsumerGroupDescribe tells.
 */
import { FieldReader } from "../../protocol/field_reader.ts";
import {
  flexibleEncoder,
  NO_TAGS,
  UUID_BYTES,
  writeCompactArray,
  writeCompactString,
} from "../../protocol/flexible.ts";
import {
  AssignerProtocol,
  createEncoder,
  type ProtocolCall,
  protocolError,
} from "../../kafkajs/internals.ts";
import { ownCall } from "../../kafkajs/request_call.ts";
import type { GroupListing, GroupMemberDescription, GroupType } from "../../../admin/broker_admin.ts";
import { Buffer } from "node:buffer";

const NON_EMPTY_GROUP = 68;
const GROUP_ID_NOT_FOUND = 69;
/** The state of a classic group that does not exist. */
export const DEAD = "Dead";
/** The protocol of classic groups of consumers; others are of Kafka Connect and the like. */
const CONSUMERS = "consumer";

export const LIST_GROUPS = { key: 16, version: 5, versionMin: 4 } as const;

/** The groups of the server that is asked. @param versionMax The newest version that it accepts. */
export function listGroupsCall(versionMax: number): ProtocolCall<readonly GroupListing[]> {
  const hasTypes = versionMax >= LIST_GROUPS.version;
  return ownCall({
    apiKey: LIST_GROUPS.key,
    apiVersion: hasTypes ? LIST_GROUPS.version : LIST_GROUPS.versionMin,
    apiName: "ListGroups",
    encode: () => {
      const encoder = flexibleEncoder();
      writeCompactArray(encoder, [], () => {}); // in any state
      if (hasTypes) writeCompactArray(encoder, [], () => {}); // of any type
      return encoder.writeInt8(NO_TAGS);
    },
    decode: (raw) => {
      const reader = new FieldReader(raw, { isFlexible: true });
      reader.skipTags(); // the header's
      reader.skip(4); // throttle time
      requireNoError(reader.int16());
      return reader.structs(() => {
        const group = reader.string() ?? "";
        reader.string(); // protocol type
        const state = reader.string() ?? "";
        return { group, state, type: typeOf(hasTypes ? reader.string() : "classic") };
      });
    },
  });
}

const TYPES: readonly GroupType[] = ["classic", "consumer", "share", "streams"];

function typeOf(text = ""): GroupType {
  return TYPES.find((type) => type === text.toLowerCase()) ?? "unknown";
}

/** A group as its coordinator describes it. */
export interface DescribedGroup {
  readonly state: string;
  readonly assignor: string;
  readonly members: readonly GroupMemberDescription[];
}

export const DESCRIBE_GROUPS = { key: 15, version: 4 } as const;

/** A group of the classic protocol; {@link DEAD} if there is none. */
export function describeGroupCall(group: string): ProtocolCall<DescribedGroup> {
  return ownCall({
    apiKey: DESCRIBE_GROUPS.key,
    apiVersion: DESCRIBE_GROUPS.version,
    apiName: "DescribeGroups",
    encode: () => createEncoder().writeInt32(1).writeString(group).writeBoolean(false),
    decode: (raw) => {
      const reader = new FieldReader(raw);
      reader.skip(4 + 4); // throttle time, one group
      requireNoError(reader.int16());
      reader.string();
      const state = reader.string() ?? "";
      const isOfConsumers = reader.string() === CONSUMERS;
      const assignor = reader.string() ?? "";
      const members = reader.structs(() => {
        const memberId = reader.string() ?? "";
        reader.string(); // instance id
        const [clientId = "", host = ""] = [reader.string(), reader.string()];
        reader.bytes(); // metadata
        const assignment = reader.bytes();
        const assigned = isOfConsumers ? assignedPartitions(assignment) : new Map<string, number[]>();
        return { memberId, clientId, host: withoutSlash(host), assigned };
      });
      return { state, assignor, members };
    },
  });
}

/** The partitions in an assignment of a classic group, which is empty during a rebalance. */
function assignedPartitions(bytes: Uint8Array): Map<string, number[]> {
  if (bytes.length === 0) return new Map();
  const decoded = AssignerProtocol.MemberAssignment.decode(Buffer.from(bytes));
  return new Map(Object.entries(decoded?.assignment ?? {}));
}

export const CONSUMER_GROUP_DESCRIBE = { key: 69, version: 0 } as const;

/** A group of the protocol of KIP-848, or none. */
export function describeConsumerGroupCall(
  group: string,
): ProtocolCall<{ readonly found: DescribedGroup | undefined }> {
  return ownCall({
    apiKey: CONSUMER_GROUP_DESCRIBE.key,
    apiVersion: CONSUMER_GROUP_DESCRIBE.version,
    apiName: "ConsumerGroupDescribe",
    encode: () => {
      const encoder = flexibleEncoder();
      writeCompactArray(encoder, [group], (name) => writeCompactString(encoder, name));
      return encoder.writeBoolean(false).writeInt8(NO_TAGS);
    },
    decode: (raw) => {
      const reader = new FieldReader(raw, { isFlexible: true });
      reader.skipTags(); // the header's
      reader.skip(4); // throttle time
      const [found] = reader.structs(() => consumerGroupIn(reader));
      return { found };
    },
  });
}

function consumerGroupIn(reader: FieldReader): DescribedGroup | undefined {
  const errorCode = reader.int16();
  if (errorCode !== GROUP_ID_NOT_FOUND) requireNoError(errorCode);
  reader.string(); // error message
  reader.string(); // group
  const state = reader.string() ?? "";
  reader.skip(4 + 4); // epochs of the group and of its assignment
  const assignor = reader.string() ?? "";
  const members = reader.structs(() => {
    const memberId = reader.string() ?? "";
    reader.string(); // instance id
    reader.string(); // rack
    reader.skip(4); // epoch
    const [clientId = "", host = ""] = [reader.string(), reader.string()];
    reader.array(() => reader.string()); // topics
    reader.string(); // pattern of topics
    const assigned = assignmentIn(reader);
    assignmentIn(reader); // the one that it will have
    return { memberId, clientId, host: withoutSlash(host), assigned };
  });
  reader.skip(4); // authorized operations
  return errorCode === GROUP_ID_NOT_FOUND ? undefined : { state, assignor, members };
}

function assignmentIn(reader: FieldReader): Map<string, number[]> {
  const assigned = reader.structs(() => {
    reader.skip(UUID_BYTES);
    const topic = reader.string() ?? "";
    return [topic, reader.array(() => reader.int32())] as const;
  });
  reader.skipTags();
  return new Map(assigned);
}

/** Java writes addresses as `/127.0.0.1`. */
function withoutSlash(host: string): string {
  return host.replace(/^\//, "");
}

export const OFFSET_FETCH = { key: 9, version: 5 } as const;

/** What a group has committed in a partition. */
export interface FetchedOffset {
  readonly topic: string;
  readonly partition: number;
  /** −1 if there is none. */
  readonly offset: number;
}

/** All that a group has committed. */
export function allOffsetsCall(group: string): ProtocolCall<readonly FetchedOffset[]> {
  return ownCall({
    apiKey: OFFSET_FETCH.key,
    apiVersion: OFFSET_FETCH.version,
    apiName: "OffsetFetch",
    encode: () => createEncoder().writeString(group).writeInt32(-1), // of all topics
    decode: (raw) => {
      const reader = new FieldReader(raw);
      reader.skip(4); // throttle time
      const found = reader.structs(() => {
        const topic = reader.string() ?? "";
        return reader.structs(() => {
          const partition = reader.int32();
          const offset = reader.int64();
          reader.skip(4); // leader epoch
          reader.string(); // metadata
          requireNoError(reader.int16());
          return { topic, partition, offset };
        });
      }).flat();
      requireNoError(reader.int16());
      return found;
    },
  });
}

export const DELETE_GROUPS = { key: 42, version: 1 } as const;

/** What became of a group that was to be deleted. */
export type GroupDeletion = "deleted" | "missing" | "in use";

/** Deletes a group. */
export function deleteGroupCall(group: string): ProtocolCall<GroupDeletion> {
  return ownCall({
    apiKey: DELETE_GROUPS.key,
    apiVersion: DELETE_GROUPS.version,
    apiName: "DeleteGroups",
    encode: () => createEncoder().writeInt32(1).writeString(group),
    decode: (raw) => {
      const reader = new FieldReader(raw);
      reader.skip(4 + 4); // throttle time, one group
      reader.string();
      const errorCode = reader.int16();
      if (errorCode === GROUP_ID_NOT_FOUND) return "missing";
      if (errorCode === NON_EMPTY_GROUP) return "in use";
      requireNoError(errorCode);
      return "deleted";
    },
  });
}

function requireNoError(errorCode: number): void {
  if (errorCode !== 0) throw protocolError(errorCode);
}
