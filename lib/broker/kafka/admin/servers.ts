/** The servers of a Kafka cluster: where they are, what they accept, and their disks. */
import type {
  ClusterAdmin,
  ClusterDescription,
  LogDirectory,
  ServerDescription,
  ServerVersions,
} from "../../admin/broker_admin.ts";
import { logger } from "../../../base/log.ts";
import type { KafkaConnection } from "../connection/connection.ts";
import { isRetriable } from "../connection/failures.ts";
import { unreachedReason } from "../connection/first_contact.ts";
import { type ClusterNode, protocolError } from "../kafkajs/internals.ts";
import { clusterCall } from "../protocol/metadata.ts";
import { apiVersionsCall } from "./protocol/api_versions.ts";
import {
  DESCRIBE_LOG_DIRS,
  describeLogDirsCall,
  type LogDirAnswer,
  type SizedPartitions,
} from "./protocol/topics.ts";
import { SPOKEN } from "./spoken.ts";

const log = logger("kafka");

/** All servers; from now on each can be asked by its ID. */
export async function allServers(connection: KafkaConnection): Promise<ClusterDescription> {
  return await connection.retrying(async () => {
    const found = await connection.sendToAny(clusterCall());
    const { cluster } = connection;
    // Nodes are known only after metadata was requested.
    if (!found.servers.every(({ nodeId }) => nodeId in cluster.brokerPool.brokers)) {
      await cluster.refreshMetadata();
    }
    return found;
  });
}

/** The newest version of a request that a node accepts; −1 if it does not know the request. */
export function maxVersionOf(node: ClusterNode, key: number): number {
  return node.versions?.[key]?.maxVersion ?? -1;
}

/** The directories of a server, with the sizes of the given partitions; undefined if this user may not see them. */
export async function logDirs(
  connection: KafkaConnection,
  nodeId: number,
  partitions: readonly SizedPartitions[],
): Promise<readonly LogDirAnswer[] | undefined> {
  return await connection.retrying(async () => {
    const node = await connection.cluster.findBroker({ nodeId });
    const call = describeLogDirsCall(partitions, maxVersionOf(node, DESCRIBE_LOG_DIRS.key));
    try {
      return await connection.send(node, call);
    } catch (error) {
      if (isRetriable(error)) throw error;
      log.debug(`Cannot read the directories of server ${nodeId}`, { error: String(error) });
      return undefined;
    }
  });
}

/** See {@link ClusterAdmin}. */
export class KafkaServers implements ClusterAdmin {
  readonly #connection: KafkaConnection;

  constructor(connection: KafkaConnection) {
    this.#connection = connection;
  }

  cluster(): Promise<ClusterDescription> {
    return allServers(this.#connection);
  }

  async reach(
    { host: hostname, port }: ServerDescription,
  ): Promise<{ readonly ms: number } | { readonly reason: string }> {
    const { host } = this.#connection;
    const startMs = host.monotonicMs();
    const reason = await unreachedReason({ hostname, port }, host);
    return reason === undefined ? { ms: host.monotonicMs() - startMs } : { reason };
  }

  async versions(nodeId: number): Promise<ServerVersions> {
    const { release, accepted } = await this.#connection.retrying(async () => {
      const node = await this.#connection.cluster.findBroker({ nodeId });
      return await this.#connection.send(node, apiVersionsCall());
    });
    const byKey = new Map(accepted.map(({ key, min, max }) => [key, { min, max }]));
    return {
      release,
      apis: SPOKEN.map(({ name, key, min, max }) => ({ name, sent: { min, max }, accepted: byKey.get(key) })),
    };
  }

  async logDirectories(nodeId: number): Promise<readonly LogDirectory[] | undefined> {
    const found = await logDirs(this.#connection, nodeId, []);
    return found?.map(({ path, errorCode, totalBytes, usableBytes }) => ({
      nodeId,
      path,
      totalBytes: known(totalBytes),
      usableBytes: known(usableBytes),
      error: errorCode === 0 ? undefined : protocolError(errorCode).message,
    }));
  }
}

/** A server that cannot tell says −1. */
function known(bytes: number | undefined): number | undefined {
  return bytes === undefined || bytes < 0 ? undefined : bytes;
}
