/** kafkajs's errors, told in our words, with what to try. */
import { formatDuration } from "../base/duration.ts";
import { messageOf, SfcrimeError } from "../base/errors.ts";

/** An error as kafkajs throws it. */
export interface KafkaJSError extends Error {
  readonly name: string;
  /** The protocol's name of the error, such as `NOT_LEADER_FOR_PARTITION`. */
  readonly type?: string;
  readonly retriable?: boolean;
  readonly code?: string;
  /** Which server a connection failed to, in one of two ways. */
  readonly broker?: string;
  readonly host?: string;
  readonly port?: number;
  /** Of an error that stands for several. */
  readonly errors?: readonly KafkaJSError[];
}

/** The protocol's error for a topic or a partition that is not there. */
export const UNKNOWN_TOPIC = { code: 3, type: "UNKNOWN_TOPIC_OR_PARTITION" };

/** The innermost kafkajs error: those about retries wrap the one that was retried, those of topics one for each. */
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

/** The server that a connection failed to, where the error says it. */
export function failedServer(thrown: unknown): string | undefined {
  const { broker, host, port } = innermost(thrown) ?? {};
  return broker ?? (host === undefined ? undefined : `${host}:${port}`);
}

/** Whether the same request may succeed later, perhaps at another node. */
export function isRetriable(thrown: unknown): boolean {
  if (thrown instanceof SfcrimeError) return thrown.retriable;
  const error = innermost(thrown);
  return isConnectionFailure(error) ||
    (error?.retriable === true && error.name === "KafkaJSProtocolError");
}

const LOGIN_HINTS: Readonly<Record<string, string>> = {
  SASL_AUTHENTICATION_FAILED: "Check sasl.mechanism, sasl.username and sasl.password.",
  UNSUPPORTED_SASL_MECHANISM: "Set sasl.mechanism to one that the server takes: ask who runs it.",
  ILLEGAL_SASL_STATE: "The server takes no login on this port: see security.protocol.",
};

/** What to try when a connection fails, by what is said of it. */
const CONNECTION_HINTS: readonly (readonly [RegExp, string])[] = [
  [/speaks TLS/, "Set security.protocol to ssl, or to sasl_ssl with a login."],
  [
    /before secure TLS|wrong version number|InvalidContentType/i,
    "The server does not speak TLS on this port: see security.protocol.",
  ],
  [
    /fatal alert|alert .*certificate/i,
    "The server wants a certificate that it trusts: see ssl.certificate.location and ssl.key.location.",
  ],
  [
    /certificate|self.signed|UnknownIssuer|altnames/i,
    "Name the certificates to trust in ssl.ca.location, and the server as its certificate does.",
  ],
  [
    /closed|disconnected|write after end|reset by peer|broken pipe|ECONNRESET|EPIPE/i,
    "A server that closes the connection may expect TLS, a login or a client's certificate: " +
    "see security.protocol, sasl.mechanism and ssl.certificate.location.",
  ],
  [/does not speak Kafka/, "Check that --bootstrap-server names the port of a Kafka."],
];

/** The error to show for anything that kafkajs threw. `servers` is where it was tried. */
export function kafkaFailure(thrown: unknown, servers: readonly string[]): SfcrimeError {
  if (thrown instanceof SfcrimeError) return thrown;
  const error = innermost(thrown);
  const where = servers.join(", ");
  const type = error?.type ?? "";
  if (error?.name === "KafkaJSSASLAuthenticationError" || type in LOGIN_HINTS) {
    return new SfcrimeError("BROKER", `Kafka at ${where} refused the login: ${messageOf(error)}.`, {
      hint: LOGIN_HINTS[type] ?? LOGIN_HINTS.SASL_AUTHENTICATION_FAILED!,
      cause: thrown,
    });
  }
  if (isConnectionFailure(error)) {
    const hint = CONNECTION_HINTS.find(([said]) => said.test(messageOf(error)))?.[1];
    return new SfcrimeError(
      "BROKER_UNREACHABLE",
      `The connection to Kafka at ${where} failed: ${messageOf(error)}.`,
      {
        hint: hint ?? REACH_HINT,
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

/** The error for servers that have said nothing for so long that they are given up. */
export function silence(servers: readonly string[], ms: number, cause?: unknown): SfcrimeError {
  return new SfcrimeError(
    "BROKER_UNREACHABLE",
    `Kafka at ${servers.join(", ")} has not answered for ${formatDuration(ms)}.`,
    { hint: REACH_HINT, retriable: true, ...(cause === undefined ? {} : { cause }) },
  );
}

/** What to try when no server answers. */
export const REACH_HINT =
  "Check that Kafka runs and that --bootstrap-server names it. Without a bootstrap server the embedded broker is used.";
