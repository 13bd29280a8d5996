/** Sends requests to Kafka: our own, and those of kafkajs, which throws the errors in their responses. */
import { isConnectionFailure } from "./kafka_failures.ts";
import type { ClusterNode, ProtocolCall } from "./kafka_internals.ts";

type Requests = {
  protocol(options: { readonly version: number }): (args: Record<string, unknown>) => ProtocolCall<unknown>;
};

/** Request options. */
export interface RequestOptions {
  readonly version: number;
  /** The limit of the connection by default. */
  readonly answerMsMax?: number | undefined;
}

/** A request of kafkajs, which is the module of that name. */
export function requestCall<T>(
  requests: unknown,
  args: Record<string, unknown>,
  { version, answerMsMax }: RequestOptions,
): ProtocolCall<T> {
  const made = (requests as Requests).protocol({ version })(args) as ProtocolCall<T>;
  return answerMsMax === undefined ? made : { ...made, requestTimeout: answerMsMax };
}

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
