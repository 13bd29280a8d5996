/**
 * Detects silent nodes of a cluster: they have a request in flight, and no bytes of it or of the response are
 * being transferred. A slow connection is not silence, and neither is throttling.
 */
import type { Cluster, NodeConnection } from "../kafkajs/internals.ts";
import { movedMs } from "../kafkajs/socket.ts";
import { sentMs } from "../kafkajs/timers.ts";

/** The nodes that have been silent since before the given time of the monotonic clock. */
export function silentServers({ brokerPool }: Cluster, beforeMs: number): string[] {
  const isSilent = (connection: NodeConnection) => silentSinceMs(connection) < beforeMs;
  return Object.values(brokerPool.brokers)
    .filter(({ connectionPool }) => connectionPool.pool.some(isSilent))
    .map(({ connectionPool: { host, port } }) => `${host}:${port}`);
}

/** Since when the node that has been silent longest is silent; −∞ without requests in flight. */
export function longestSilenceMs({ brokerPool }: Cluster): number {
  const since = Object.values(brokerPool.brokers)
    .flatMap(({ connectionPool: { pool } }) => pool.map(silentSinceMs))
    .filter((sinceMs) => sinceMs < Infinity);
  return since.length === 0 ? -Infinity : Math.min(...since);
}

/** Infinity without requests in flight. */
function silentSinceMs({ socket, requestQueue }: NodeConnection): number {
  const { inflight, pending, throttledUntil } = requestQueue;
  if (inflight.size === 0 && pending.length === 0) return Infinity;
  const sent = inflight.size === 0 ? -Infinity : Math.min(...[...inflight.values()].map(sentMs));
  return Math.max(sent, movedMs(socket), throttledUntil);
}
