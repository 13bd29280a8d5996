/**
 * Which nodes of a cluster are silent: they have a request, and neither is any of it still on its way there, nor any
 * of the answer on its way back. A slow line is no silence, and neither is a pause that a server has asked for.
 */
import { type Cluster, type NodeConnection, sentMs } from "./kafka_internals.ts";
import { movedMs } from "./kafka_socket.ts";

/** The nodes that have been silent for longer than the given time. */
export function silentServers({ brokerPool }: Cluster, ms: number): string[] {
  const isSilent = (connection: NodeConnection) => performance.now() - silentSinceMs(connection) > ms;
  return Object.values(brokerPool.brokers)
    .filter(({ connectionPool }) => connectionPool.pool.some(isSilent))
    .map(({ connectionPool: { host, port } }) => `${host}:${port}`);
}

/** Since when the node that has been silent for longest is so; −∞ where nothing is asked of any. */
export function longestSilenceMs({ brokerPool }: Cluster): number {
  const since = Object.values(brokerPool.brokers)
    .flatMap(({ connectionPool: { pool } }) => pool.map(silentSinceMs))
    .filter((sinceMs) => sinceMs < Infinity);
  return since.length === 0 ? -Infinity : Math.min(...since);
}

/** Infinity where nothing is asked. */
function silentSinceMs({ socket, requestQueue }: NodeConnection): number {
  const { inflight, pending, throttledUntil } = requestQueue;
  if (inflight.size === 0 && pending.length === 0) return Infinity;
  const sent = inflight.size === 0 ? -Infinity : Math.min(...[...inflight.values()].map(sentMs));
  return Math.max(sent, movedMs(socket), throttledUntil);
}
