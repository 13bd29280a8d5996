/** Translates errors of kafkajs into ours, with hints. */
import { formatDuration } from "../../../base/text/duration.ts";
import { type ErrorCode, type ErrorDetails, messageOf, SfcrimeError } from "../../../base/errors.ts";
import { denied } from "./denied.ts";
import { type ClientSecurity, connectionHint, loginHint } from "./security_hints.ts";

/** An error as kafkajs throws it. */
export interface KafkaJSError extends Error {
  readonly name: string;
  /** The protocol's name of the error, such as `NOT_LEADER_FOR_PARTITION`. */
  readonly type?: string;
  readonly retriable?: boolean;
  readonly code?: string;
  /** The server of the failed connection, in one of two forms. */
  readonly broker?: string;
  readonly host?: string;
  readonly port?: number;
  /** The mechanisms that a server supports if it does not support that of a login. */
  readonly mechanisms?: readonly string[];
  /** The errors of an aggregate error. */
  readonly errors?: readonly KafkaJSError[];
}

/** The protocol error for a topic or a partition that does not exist. */
export const UNKNOWN_TOPIC = { code: 3, type: "UNKNOWN_TOPIC_OR_PARTITION" };

/** The error of a partition that was not added to a transaction because another one is not known yet. */
const NOT_ATTEMPTED = "OPERATION_NOT_ATTEMPTED";

/** The innermost kafkajs error: retry errors wrap the original one, topic errors have one for each topic. */
export function innermost(thrown: unknown): KafkaJSError {
  let error = thrown as KafkaJSError;
  for (;;) {
    const [first] = error?.errors ?? [];
    if (first !== undefined) error = first;
    else if (error?.cause instanceof Error && /Retries|NonRetriable/.test(error.name)) {
      error = error.cause as KafkaJSError;
    } else return error;
  }
}

/** The protocol name of an error, if any. */
export function errorType(thrown: unknown): string | undefined {
  return innermost(thrown)?.type;
}

/** Whether the connection failed, not the request. */
export function isConnectionFailure(thrown: unknown): boolean {
  return /^KafkaJS(Connection|BrokerNotFound|Request ?Timeout|LockTimeout)/.test(
    innermost(thrown)?.name ?? "",
  );
}

/** The server of a failed connection, if the error has it. */
export function failedServer(thrown: unknown): string | undefined {
  const { broker, host, port } = innermost(thrown) ?? {};
  return broker ?? (host === undefined ? undefined : `${host}:${port}`);
}

/** Whether the end of the previous transaction is still being written. */
export function isTransactionBusy(thrown: unknown): boolean {
  return errorType(thrown) === "CONCURRENT_TRANSACTIONS";
}

/** Whether the same request may succeed later, perhaps at another node. */
export function isRetriable(thrown: unknown): boolean {
  const error = innermost(thrown);
  if (error instanceof SfcrimeError) return error.retriable;
  return isConnectionFailure(error) || error?.type === NOT_ATTEMPTED ||
    (error?.retriable === true && error.name === "KafkaJSProtocolError");
}

/** The errors of a failed login. */
const LOGIN_REFUSED = new Set([
  "SASL_AUTHENTICATION_FAILED",
  "UNSUPPORTED_SASL_MECHANISM",
  "ILLEGAL_SASL_STATE",
]);

function isLoginRefused(error: KafkaJSError | undefined): boolean {
  return error?.name === "KafkaJSSASLAuthenticationError" || LOGIN_REFUSED.has(error?.type ?? "");
}

/** What a broker says to a producer whose sequence numbers it does not expect. */
const OUT_OF_ORDER = "OUT_OF_ORDER_SEQUENCE_NUMBER";

/** The error to show for anything thrown by kafkajs. `servers` are the servers that were tried. */
export function kafkaFailure(thrown: unknown, servers: readonly string[]): SfcrimeError {
  const error = innermost(thrown);
  // A login that has no token.
  if (error instanceof SfcrimeError) return error;
  const kafka = `Kafka at ${servers.join(", ")}`;
  const failure = (code: ErrorCode, what: string, details: ErrorDetails) =>
    new SfcrimeError(code, `${what}: ${messageOf(error)}.`, { cause: thrown, ...details });
  if (isLoginRefused(error)) {
    const hint = "Check sasl.mechanism, sasl.username and sasl.password.";
    return failure("BROKER", `${kafka} refused the login`, { hint });
  }
  if (isConnectionFailure(error)) {
    const details = { hint: REACH_HINT, retriable: true };
    return failure("BROKER_UNREACHABLE", `The connection to ${kafka} failed`, details);
  }
  const refused = denied(error ?? {}, { kafka, thrown });
  if (refused !== undefined) return refused;
  if (error?.type === OUT_OF_ORDER) {
    const hint = "Records of an interrupted run have arrived while it was resumed. Resume it once more.";
    return failure("BROKER", `${kafka} refused records, so that none is stored twice`, { hint });
  }
  return failure("BROKER", `${kafka} failed`, { retriable: isRetriable(error) });
}

/** The same for the first contact, when a setting is probably wrong: the hint says which one. */
export function firstContactFailure(
  thrown: unknown,
  { servers, security }: { readonly servers: readonly string[]; readonly security: ClientSecurity },
): SfcrimeError {
  const failure = kafkaFailure(thrown, servers);
  const error = innermost(thrown);
  if (error instanceof SfcrimeError) return failure;
  const { code, message, retriable } = failure;
  const hint = isLoginRefused(error)
    ? loginHint(error, security)
    : isConnectionFailure(error)
    ? connectionHint(messageOf(error), security)
    : undefined;
  if (hint === undefined) return failure;
  return new SfcrimeError(code, message, { hint, retriable, cause: thrown });
}

/** The error for servers that have not responded for too long. */
export function silence(servers: readonly string[], ms: number, cause?: unknown): SfcrimeError {
  return new SfcrimeError(
    "BROKER_UNREACHABLE",
    `Kafka at ${servers.join(", ")} has not answered for ${formatDuration(ms)}.`,
    { hint: REACH_HINT, retriable: true, cause },
  );
}

/** The hint if no server responds. */
export const REACH_HINT =
  "Check that Kafka is running, and that --bootstrap-server is its address. Without a bootstrap server, the embedded broker is used.";
