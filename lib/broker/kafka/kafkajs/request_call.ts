/** Requests of kafkajs, which throws the errors in their responses. */
import type { ProtocolCall } from "./internals.ts";

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
