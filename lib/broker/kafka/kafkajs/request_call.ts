/** Requests to send over connections of kafkajs. */
import type { Buffer } from "node:buffer";
import type { Encoder, ProtocolCall } from "./internals.ts";

type Requests = {
  protocol(options: { readonly version: number }): (args: Record<string, unknown>) => ProtocolCall<unknown>;
};

/** Request options. */
export interface RequestOptions {
  readonly version: number;
  /** The limit of the connection by default. */
  readonly answerMsMax?: number | undefined;
}

/** A request of kafkajs, which is the module of that name. kafkajs throws the error in its response. */
export function requestCall<T>(
  requests: unknown,
  args: Record<string, unknown>,
  { version, answerMsMax }: RequestOptions,
): ProtocolCall<T> {
  const made = (requests as Requests).protocol({ version })(args) as ProtocolCall<T>;
  return answerMsMax === undefined ? made : { ...made, requestTimeout: answerMsMax };
}

/** A request that kafkajs does not have, or whose response it does not decode as needed. */
export interface OwnRequest<T> extends Omit<ProtocolCall<T>["request"], "encode"> {
  readonly encode: () => Encoder;
  readonly decode: (raw: Buffer) => T;
  /** The limit of the connection by default. */
  readonly answerMsMax?: number;
}

/** A request with an encoder and a decoder of our own. */
export function ownCall<T>({ encode, decode, answerMsMax, ...api }: OwnRequest<T>): ProtocolCall<T> {
  return {
    request: { ...api, encode: () => Promise.resolve(encode()) },
    response: { decode: (raw) => Promise.resolve(decode(raw)), parse: (decoded) => Promise.resolve(decoded) },
    ...(answerMsMax === undefined ? {} : { requestTimeout: answerMsMax }),
  };
}
