/**
 * The coordinators of groups and of transactions. They move from node to node as leaders do, and a new
 * coordinator loads its state first.
 */
import { type Asked, asking } from "./denied.ts";
import type { KafkaConnection } from "./connection.ts";
import { isConnectionFailure, isTransactionBusy } from "./failures.ts";
import type { Cluster, ClusterNode, ProtocolCall } from "../kafkajs/internals.ts";
import { requestCall } from "../kafkajs/request_call.ts";
import { sendTo } from "./send_to.ts";
import type { RetryOptions } from "./retries.ts";
import { findCoordinator as findCoordinatorRequests } from "../kafkajs/modules.ts";

const KINDS = { group: 0, transactions: 1 } as const;

/** The key of a coordinator. */
export interface CoordinatorKey {
  readonly kind: keyof typeof KINDS;
  /** The name of the group, or the transactional ID. */
  readonly key: string;
}

/** The result of requests to a coordinator; errors know for which key. */
export function askingFor<T>({ kind, key: name }: CoordinatorKey, call: () => Promise<T>): Promise<T> {
  const asked: Asked = kind === "group"
    ? { operation: "Read", resource: "group", name }
    : { operation: "Write", resource: "transactional-id", name };
  return asking(asked, call);
}

/**
 * Asks any node for the current coordinator, without retries. kafkajs's own lookup hides why there is none.
 */
export function findCoordinator(cluster: Cluster, key: CoordinatorKey): Promise<ClusterNode> {
  return askingFor(key, () => findOnce(cluster, key));
}

async function findOnce(cluster: Cluster, { kind, key }: CoordinatorKey): Promise<ClusterNode> {
  const node = await cluster.brokerPool.findConnectedBroker();
  const args = { groupId: key, coordinatorType: KINDS[kind] };
  const call = requestCall<{ coordinator: { nodeId: number } }>(findCoordinatorRequests, args, {
    version: 1,
  });
  const { coordinator } = await sendTo(node, call);
  // Nodes are known only after metadata was requested.
  if (!(coordinator.nodeId in cluster.brokerPool.brokers)) await cluster.refreshMetadata();
  return await cluster.findBroker(coordinator);
}

/** The coordinator of one key, on whichever node it is. */
export class KafkaCoordinator {
  readonly #connection: KafkaConnection;
  readonly #key: CoordinatorKey;
  #unanswered = 0;
  #nodeId: string | undefined;

  constructor(connection: KafkaConnection, key: CoordinatorKey) {
    this.#connection = connection;
    this.#key = key;
  }

  /** How many requests were not answered: each of them may still be carried out, after it was repeated. */
  get unanswered(): number {
    return this.#unanswered;
  }

  /**
   * Sends an idempotent request, with retries until there is a response.
   *
   * @throws {SfcrimeError} A permanent error, or the last one when the retry time is over.
   */
  send<T>(call: ProtocolCall<T>, options?: RetryOptions): Promise<T> {
    const { cluster } = this.#connection;
    return this.#connection.retrying(() =>
      askingFor(this.#key, async () => {
        try {
          // A known node may have closed its connection, so connect and log in again.
          const node = this.#nodeId === undefined
            ? await findCoordinator(cluster, this.#key)
            : await cluster.findBroker({ nodeId: this.#nodeId });
          this.#nodeId = node.nodeId;
          return await this.#connection.send(node, call);
        } catch (error) {
          if (isConnectionFailure(error)) this.#unanswered++;
          if (!isTransactionBusy(error)) this.#nodeId = undefined;
          throw error;
        }
      }), options);
  }
}
