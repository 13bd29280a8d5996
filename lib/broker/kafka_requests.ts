/** Requests to Kafka: how they are sent, and those that kafkajs knows, which throws what their answers say of errors. */
import { isConnectionFailure } from "./kafka_failures.ts";
import type { ClusterNode, ProtocolCall } from "./kafka_internals.ts";

type Requests = {
  protocol(options: { readonly version: number }): (args: Record<string, unknown>) => ProtocolCall<unknown>;
};

/** How a request is made. */
export interface RequestOptions {
  readonly version: number;
  /** The connection's own limit where it is absent. */
  readonly answerMsMax?: number | undefined;
}

/** A call of one of kafkajs's requests, which is the module of that name. */
export function requestCall<T>(
  requests: unknown,
  args: Record<string, unknown>,
  { version, answerMsMax }: RequestOptions,
): ProtocolCall<T> {
  const made = (requests as Requests).protocol({ version })(args) as ProtocolCall<T>;
  return answerMsMax === undefined ? made : { ...made, requestTimeout: answerMsMax };
}

/** Sends a request to one node and gives its answer. */
export async function sendTo<T>(node: ClusterNode, call: ProtocolCall<T>): Promise<T> {
  try {
    return await node.connectionPool.send(call);
  } catch (error) {
    // kafkajs itself drops a node's connections so, to begin again with new ones.
    if (isConnectionFailure(error)) await node.disconnect();
    throw error;
  }
}
