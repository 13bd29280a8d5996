/** kafkajs's errors, told in our words, with what to try. */
import { messageOf, SfcrimeError } from "../base/errors.ts";

interface KafkaJSError extends Error {
  readonly name: string;
  /** The protocol's name of the error, such as `NOT_LEADER_FOR_PARTITION`. */
  readonly type?: string;
  readonly retriable?: boolean;
  readonly code?: string;
  /** Of an error that stands for several. */
  readonly errors?: readonly KafkaJSError[];
}

/** The innermost kafkajs error: those about retries wrap the one that was retried, those of topics one for each. */
function innermost(thrown: unknown): KafkaJSError {
  let error = thrown as KafkaJSError;
  for (;;) {
    const [first] = error?.errors ?? [];
    if (first !== undefined) error = first;
    else if (error?.cause instanceof Error && /Retries|NonRetriable/.test(error.name)) {
      error = error.cause as KafkaJSError;
    } else return error;
  }
}

/** The protocol's name of an error, if it has one. */
export function errorType(thrown: unknown): string | undefined {
  return innermost(thrown)?.type;
}

/** Whether the connection, not the request, is what failed. */
export function isConnectionFailure(thrown: unknown): boolean {
  return /^KafkaJS(Connection|BrokerNotFound|Request ?Timeout|LockTimeout)/.test(
    innermost(thrown)?.name ?? "",
  );
}

/** Whether the same request may succeed later, perhaps at another node. */
export function isRetriable(thrown: unknown): boolean {
  if (thrown instanceof SfcrimeError) return thrown.retriable;
  const error = innermost(thrown);
  return isConnectionFailure(error) ||
    (error?.retriable === true && error.name === "KafkaJSProtocolError");
}

const LOGIN_TYPES = [
  "SASL_AUTHENTICATION_FAILED",
  "UNSUPPORTED_SASL_MECHANISM",
  "ILLEGAL_SASL_STATE",
];

/** The error to show for anything that kafkajs threw. `servers` is where it was tried. */
export function kafkaFailure(thrown: unknown, servers: readonly string[]): SfcrimeError {
  if (thrown instanceof SfcrimeError) return thrown;
  const error = innermost(thrown);
  const where = servers.join(", ");
  const type = error?.type ?? "";
  if (error?.name === "KafkaJSSASLAuthenticationError" || LOGIN_TYPES.includes(type)) {
    return new SfcrimeError("BROKER", `Kafka at ${where} refused the login: ${messageOf(error)}.`, {
      hint: "Check sasl.mechanism, sasl.username and sasl.password.",
      cause: thrown,
    });
  }
  if (isConnectionFailure(error)) {
    const closed = /closed|disconnected/i.test(messageOf(error));
    return new SfcrimeError(
      "BROKER_UNREACHABLE",
      `The connection to Kafka at ${where} failed: ${messageOf(error)}.`,
      {
        hint: closed
          ? "A server that closes the connection may expect TLS or a login: see security.protocol and sasl.mechanism."
          : REACH_HINT,
        retriable: true,
        cause: thrown,
      },
    );
  }
  if (/AUTHORIZATION_FAILED/.test(type)) {
    return new SfcrimeError(
      "BROKER",
      `Kafka at ${where} does not allow this: ${messageOf(error)}.`,
      {
        hint: "Ask who runs it for the right to do so, or log in as another user.",
        cause: thrown,
      },
    );
  }
  return new SfcrimeError("BROKER", `Kafka at ${where} failed: ${messageOf(error)}.`, {
    retriable: isRetriable(error),
    cause: thrown,
  });
}

/** What to try when no server answers. */
export const REACH_HINT =
  "Check that Kafka runs and that --bootstrap-server names it; docker compose up -d starts one here. " +
  "Without a bootstrap server the embedded broker is used.";
