/**
 * A member of a Kafka consumer group: it joins, sends heartbeats, commits and leaves, with its own requests.
 *
 * In each generation of a group, the partitions are assigned once. When the coordinator ends a generation (a
 * member joined or left, a topic has new partitions, or this member's session expired), the member joins the
 * next one; none of this is an error. kafkajs's consumer is not used: it assigns all topics of the leader to
 * all members regardless of their subscriptions, fails if its session expires at the wrong moment, and checks
 * for new partitions only every five minutes.
 */
import { REBALANCE_MS_MAX } from "../../../base/bounds.ts";
import { SfcrimeError } from "../../../base/errors.ts";
import { logger } from "../../../base/log.ts";
import { withinTime } from "../waiting.ts";
import type { PartitionOffsets, TopicPartitions } from "../../broker.ts";
import { type Assignment, ASSIGNORS } from "./assignors.ts";
import type { KafkaConnection } from "../connection/connection.ts";
import { askingFor, findCoordinator } from "../connection/coordinators.ts";
import { errorType } from "../connection/failures.ts";
import {
  assignedPartitions,
  commitCall,
  heartbeatCall,
  joinCall,
  type Joined,
  leaveCall,
  type MemberIdentity,
  membersOf,
  syncCall,
} from "./protocol.ts";
import { abandonRequests, type Cluster, type ClusterNode, type ProtocolCall } from "../kafkajs/internals.ts";
import type { RetryOptions } from "../connection/retries.ts";
import { metadataCall } from "../protocol/metadata.ts";

/** The assignment of a member in a generation of its group. */
export interface Generation {
  readonly partitions: TopicPartitions;
  /** Aborted when the group rebalances: then the offsets are committed, and the member joins again. */
  readonly ended: AbortSignal;
}

const log = logger("kafka");

/** The heartbeat interval, which also detects rebalances. */
const HEARTBEAT_MS = 1_000;

/** How long a member tries to leave. */
const LEAVE_MS_MAX = 5_000;

/** How often a coordinator with a pending response is checked. */
const PROBE_MS = 2_000;

/** The pause before a rejected member joins again. */
const REJOIN_MS = 100;

/** Errors that mean that the generation is over. */
const GENERATION_ENDED = new Set(["REBALANCE_IN_PROGRESS", "ILLEGAL_GENERATION"]);
/** Errors that mean that the coordinator has forgotten the member. */
const FORGOTTEN = new Set(["UNKNOWN_MEMBER_ID", "FENCED_INSTANCE_ID"]);

/** See the module's description. */
export class KafkaMembership {
  readonly #connection: KafkaConnection;
  readonly #topics: readonly string[];
  readonly #group: string;
  #identity: MemberIdentity;
  #coordinator: ClusterNode | undefined;
  #generation = new AbortController();
  #beating: Promise<void> = Promise.resolve();
  #isJoining = false;
  #hasLeft = false;
  /** The error that ended the heartbeats. */
  #failure: unknown;

  constructor(
    connection: KafkaConnection,
    { group, topics }: { readonly group: string; readonly topics: readonly string[] },
  ) {
    this.#connection = connection;
    this.#group = group;
    this.#topics = topics;
    this.#identity = { group, memberId: "", generationId: -1 };
  }

  /**
   * Joins the next generation of the group, after the last one has ended.
   *
   * @param partitionCount The known number of partitions of all topics.
   * @throws {SfcrimeError} A permanent error.
   */
  async join(partitionCount: number): Promise<Generation> {
    this.endGeneration();
    await this.#beating;
    if (this.#failure !== undefined) throw this.#failure;
    this.#isJoining = true;
    const partitions = await this.#joinAndSync(partitionCount);
    this.#isJoining = false;
    this.#generation = new AbortController();
    this.#beating = this.#beat(this.#generation.signal);
    const assigned = [...partitions].map(([topic, numbers]) => `${topic} ${numbers.join()}`).join(", ");
    log.debug(`Member ${this.#identity.memberId} of ${this.#group} has ${assigned}`);
    return { partitions, ended: this.#generation.signal };
  }

  /** Ends the generation on this side: the next join requests a rebalance if needed. */
  endGeneration(): void {
    this.#generation.abort();
  }

  /** Commits, and returns whether the commit was accepted; if not, the generation has ended. */
  async commit(topic: string, offsets: PartitionOffsets): Promise<boolean> {
    try {
      await this.#call(() => commitCall(this.#identity, topic, offsets));
      return true;
    } catch (error) {
      this.#requireRejoin(error);
      this.endGeneration();
      return false;
    }
  }

  /** Leaves the group, even while joining it. A coordinator that is unreachable notices by itself. */
  async leave(): Promise<void> {
    this.#hasLeft = true;
    this.endGeneration();
    if (this.#identity.memberId === "") return;
    const leaving = this.#isJoining ? this.#leaveBesideJoin() : this.#leaveAsMember();
    const logged = leaving.catch((error: unknown) => log.debug(`Leaving the group: ${error}`));
    await withinTime(logged, { ms: LEAVE_MS_MAX, clock: this.#connection.host });
  }

  async #leaveAsMember(): Promise<void> {
    const coordinator = this.#coordinator ?? await this.#findCoordinator();
    await this.#connection.send(coordinator, leaveCall(this.#identity));
  }

  /**
   * A node answers the requests of a connection in order, and a join may take long, so this uses another
   * connection.
   */
  async #leaveBesideJoin(): Promise<void> {
    const cluster = this.#connection.newCluster();
    try {
      await this.#askOver(cluster, leaveCall(this.#identity));
    } finally {
      await cluster.disconnect();
    }
  }

  async #joinAndSync(partitionCount: number): Promise<TopicPartitions> {
    const { host } = this.#connection;
    const untilMs = host.monotonicMs() + REBALANCE_MS_MAX * 2;
    for (;;) {
      try {
        const joined = await this.#join(partitionCount);
        const assignment = await this.#assign(joined);
        const { memberAssignment } = await this.#callWhileMember(() => syncCall(this.#identity, assignment));
        return assignedPartitions(memberAssignment);
      } catch (error) {
        if (this.#hasLeft || host.monotonicMs() > untilMs) throw error;
        this.#requireRejoin(error);
        await host.sleep(REJOIN_MS);
      }
    }
  }

  async #join(partitionCount: number): Promise<Joined> {
    const options = { topics: this.#topics, partitionCount };
    const joined = await this.#callWhileMember(() => joinCall(this.#identity, options)).catch((error) => {
      throw joinFailure(error, this.#group);
    });
    this.#identity = { ...this.#identity, memberId: joined.memberId, generationId: joined.generationId };
    return joined;
  }

  /** Assigns the partitions of all subscribed topics if this member is the leader. */
  async #assign(joined: Joined): Promise<Assignment> {
    if (joined.leaderId !== joined.memberId) return new Map();
    const members = membersOf(joined);
    const topics = [...new Set(members.flatMap((member) => member.topics))];
    const found = await this.#connection.retrying(() => this.#connection.sendToAny(metadataCall(topics)));
    const counts = new Map(found.map(({ name, partitions }) => [name, partitions.length]));
    return ASSIGNORS[joined.groupProtocol]!(members, counts);
  }

  async #beat(ended: AbortSignal): Promise<void> {
    for (;;) {
      await this.#connection.host.sleep(HEARTBEAT_MS, ended);
      if (ended.aborted) return;
      try {
        await this.#call(() => heartbeatCall(this.#identity));
      } catch (error) {
        try {
          this.#requireRejoin(error);
        } catch (failure) {
          this.#failure = failure;
        }
        this.endGeneration();
        return;
      }
    }
  }

  /** Sends to the current coordinator. */
  async #call<T>(make: () => ProtocolCall<T>, retries: RetryOptions = {}): Promise<T> {
    const attempt = async () => {
      try {
        if (this.#hasLeft) throw new SfcrimeError("BROKER", "The member has left the group.");
        this.#coordinator ??= await this.#findCoordinator();
        return await this.#connection.send(this.#coordinator, make());
      } catch (error) {
        const { memberId } = error as { readonly memberId?: string };
        // A new member gets its ID first, so that the group does not wait for a member that has gone.
        if (memberId !== undefined && this.#identity.memberId === "") {
          this.#identity = { ...this.#identity, memberId };
          return await this.#connection.send(this.#coordinator!, make());
        }
        this.#coordinator = undefined;
        throw error;
      }
    };
    const key = { kind: "group", key: this.#group } as const;
    return await this.#connection.retrying(() => askingFor(key, attempt), retries);
  }

  /**
   * Sends a request that the coordinator answers after all members have joined, and checks on it in the
   * meantime.
   */
  async #callWhileMember<T>(make: () => ProtocolCall<T>): Promise<T> {
    const answered = new AbortController();
    void this.#probe(answered.signal);
    try {
      return await this.#call(make, { heldMsMax: REBALANCE_MS_MAX });
    } finally {
      answered.abort();
    }
  }

  /**
   * Checks the coordinator from time to time until the signal is aborted, only to report outages. A node
   * answers the requests of a connection in order, so this uses another connection.
   */
  async #probe(ended: AbortSignal): Promise<void> {
    const { host, callMsMax } = this.#connection;
    await host.sleep(PROBE_MS, ended);
    if (ended.aborted) return;
    const untilMs = host.monotonicMs() - PROBE_MS + callMsMax + REBALANCE_MS_MAX;
    const cluster = this.#connection.newCluster();
    const ask = () => this.#askOver(cluster, metadataCall([]));
    try {
      while (!ended.aborted) {
        const withinMs = untilMs - host.monotonicMs();
        await this.#connection.retrying(ask, { withinMs, signal: ended });
        await host.sleep(PROBE_MS, ended);
      }
    } catch (error) {
      log.debug(`Request during a join failed: ${error}`);
    } finally {
      abandonRequests(cluster);
      await cluster.disconnect();
    }
  }

  async #askOver(cluster: Cluster, call: ProtocolCall<unknown>): Promise<void> {
    await cluster.connect();
    const coordinator = await this.#findCoordinator(cluster);
    await coordinator.connectionPool.send(call);
  }

  #findCoordinator(cluster = this.#connection.cluster): Promise<ClusterNode> {
    return findCoordinator(cluster, { kind: "group", key: this.#group });
  }

  /**
   * Returns if the member must join again, in the next generation or as a new member; otherwise throws the
   * error.
   */
  #requireRejoin(error: unknown): void {
    const type = errorType((error as Error).cause ?? error) ?? "";
    if (FORGOTTEN.has(type)) this.#identity = { ...this.#identity, memberId: "" };
    else if (!GENERATION_ENDED.has(type)) throw error;
    log.debug(`Rejoining group ${this.#group}: ${type}`);
  }
}

function joinFailure(error: SfcrimeError, group: string): SfcrimeError {
  if (errorType(error.cause) !== "INCONSISTENT_GROUP_PROTOCOL") return error;
  return new SfcrimeError(
    "BROKER",
    `The members of group ${group} use another partition assignment strategy.`,
    {
      hint:
        "Choose another --group, or set partition.assignment.strategy of all members to range or roundrobin.",
      cause: error.cause,
    },
  );
}
