/** Why a request by HTTP has failed, in words for users. */
import { messageOf } from "../errors.ts";

/** See the module's description. */
export interface RequestFailure {
  /** Without a full stop. */
  readonly reason: string;
  /** Whether the server's certificate is not trusted. */
  readonly isTrust: boolean;
}

/** The innermost reason: what is around it only says that a request to the address failed. */
export function requestFailure(cause: unknown): RequestFailure {
  let inner = cause;
  while (inner instanceof Error && inner.cause instanceof Error) inner = inner.cause;
  const reason = messageOf(inner).replace(/^error sending request for url \(\S+\): /, "")
    .replace(/^client error \(\w+\): /i, "").replace(/\.$/, "");
  return { reason, isTrust: /certificate|UnknownIssuer/i.test(reason) };
}
