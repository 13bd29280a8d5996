/**
 * The administration of a broker: what operators ask of topics, groups and servers, and change. None of it is
 * needed to produce, consume or analyse, so it is loaded only when it is used.
 */
import type { PartitionOffsets, TopicDescription, TopicOffsets } from "../topics/topic_description.ts";

/** A topic in the list of all topics. */
export interface TopicListing extends TopicDescription {
  /** Whether it belongs to the broker itself, such as `__consumer_offsets`. */
  readonly isInternal: boolean;
}

/** What to change in the settings of a topic. */
export interface TopicChanges {
  /** Settings by Kafka's names. */
  readonly set: Readonly<Record<string, string>>;
  /** Settings that go back to the broker's default. */
  readonly remove: readonly string[];
}

/** The protocol of a group: Kafka's classic one, that of KIP-848, or another one that is not of consumers. */
export type GroupType = "classic" | "consumer" | "share" | "streams" | "unknown";

/** A group in the list of all groups. */
export interface GroupListing {
  readonly group: string;
  /** As Kafka names it: `Stable`, `Empty`, `PreparingRebalance`, … */
  readonly state: string;
  readonly type: GroupType;
}

/** A member of a group. */
export interface GroupMemberDescription {
  readonly memberId: string;
  readonly clientId: string;
  /** The address of the client; empty on the embedded broker. */
  readonly host: string;
  /** Its partitions by topic. */
  readonly assigned: ReadonlyMap<string, readonly number[]>;
}

/** A group with its members. */
export interface GroupDescription extends GroupListing {
  /** The assignor, such as `range`; empty if there are no members. */
  readonly assignor: string;
  /** The server that coordinates the group; undefined on the embedded broker. */
  readonly coordinator: string | undefined;
  readonly members: readonly GroupMemberDescription[];
}

/** A server of a cluster, at the address that it tells its clients. */
export interface ServerDescription {
  readonly nodeId: number;
  readonly host: string;
  readonly port: number;
}

/** The servers of a cluster. */
export interface ClusterDescription {
  readonly clusterId: string | undefined;
  readonly controllerId: number;
  readonly servers: readonly ServerDescription[];
}

/** Versions of a request. */
export interface VersionRange {
  readonly min: number;
  readonly max: number;
}

/** A request in the versions that this program can send, and those that a server accepts. */
export interface SpokenApi {
  readonly name: string;
  readonly sent: VersionRange;
  /** Undefined if the server does not know the request. */
  readonly accepted: VersionRange | undefined;
}

/** What a server says of itself. */
export interface ServerVersions {
  /** The release whose features the cluster has, such as `4.1`; undefined if it does not say. */
  readonly release: string | undefined;
  readonly apis: readonly SpokenApi[];
}

/** A directory with partitions, on a server. */
export interface LogDirectory {
  readonly nodeId: number;
  readonly path: string;
  /** Undefined if the server is too old to tell. */
  readonly totalBytes: number | undefined;
  readonly usableBytes: number | undefined;
  /** Why it cannot be used; undefined if it can. */
  readonly error: string | undefined;
}

/** What only a cluster has: servers with addresses, versions and disks. */
export interface ClusterAdmin {
  cluster(): Promise<ClusterDescription>;
  /** How long it takes to connect to a server at the address that it tells its clients, or why that fails. */
  reach(server: ServerDescription): Promise<{ readonly ms: number } | { readonly reason: string }>;
  /** @throws {SfcrimeError} BROKER_UNREACHABLE if the server does not answer. */
  versions(nodeId: number): Promise<ServerVersions>;
  /** Undefined if this user is not allowed to see them. */
  logDirectories(nodeId: number): Promise<readonly LogDirectory[] | undefined>;
}

/** See the module's description. */
export interface BrokerAdmin {
  /** Absent if the broker is a file. */
  readonly servers?: ClusterAdmin;

  /** All topics with their partitions, sorted by name. */
  topics(): Promise<readonly TopicListing[]>;
  /**
   * The bytes that the leader of each partition keeps; partitions without a leader are left out. Undefined if this
   * user is not allowed to see them.
   *
   * @throws {SfcrimeError} TOPIC_MISSING
   */
  partitionSizes(topic: string): Promise<ReadonlyMap<number, number> | undefined>;
  /** @throws {SfcrimeError} TOPIC_MISSING; BROKER, including for a setting that is not known or accepted. */
  alterTopic(topic: string, changes: TopicChanges): Promise<void>;
  /**
   * Adds empty partitions until there are as many.
   *
   * @throws {SfcrimeError} TOPIC_MISSING; BROKER, including if there are more already.
   */
  addPartitions(topic: string, numPartitions: number): Promise<void>;

  /** All groups, sorted by name. */
  groups(): Promise<readonly GroupListing[]>;
  /** Undefined if there is no such group. */
  describeGroup(group: string): Promise<GroupDescription | undefined>;
  /** What a group has committed in all topics. */
  groupOffsets(group: string): Promise<TopicOffsets>;
  /**
   * Sets committed offsets of a group without members.
   *
   * @throws {SfcrimeError} GROUP_IN_USE if it has members; TOPIC_MISSING
   */
  resetOffsets(group: string, topic: string, offsets: PartitionOffsets): Promise<void>;
  /**
   * Deletes a group with all that it has committed; false if there is none.
   *
   * @throws {SfcrimeError} GROUP_IN_USE if it has members.
   */
  deleteGroup(group: string): Promise<boolean>;
}
