/** Sends requests to Kafka. */
import { isConnectionFailure } from "./failures.ts";
import type { ClusterNode, ProtocolCall } from "../kafkajs/internals.ts";

/** Sends a request to one node and returns its response. */
export async function sendTo<T>(node: ClusterNode, call: ProtocolCall<T>): Promise<T> {
  try {
    return await node.connectionPool.send(call);
  } catch (error) {
    // This is how kafkajs itself drops the connections of a node to reconnect.
    if (isConnectionFailure(error)) await node.disconnect();
    throw error;
  }
}
