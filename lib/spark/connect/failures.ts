/**
 * What goes wrong with a Spark Connect server, in words for users: what Spark refuses with its own error class and
 * message, but not the lines of Java after them.
 */
import { Code, ConnectError } from "@connectrpc/connect";
import { messageOf, SfcrimeError } from "../../base/errors.ts";
import { remoteText, type SparkRemote } from "../../config/values/spark/spark_remote.ts";

/** Begins the lines of Java in a message of Spark. */
const JAVA_LINES =
  /\n+(?:\s*at [\w$.]+[(/]|JVM stacktrace:|Driver stacktrace:|=== Streaming Query ===|;\n'|\s+\.\.\. \d+ more)/;
const MESSAGE_LINES_MAX = 6;

/** Names of Java's classes before a message. */
const JAVA_CLASSES = /^(?:[a-z][\w]*\.)+[A-Z]\w*(?:Exception|Error): /;

/**
 * Spark's message of an error, without lines of Java.
 *
 * @example
 * ```ts
 * import { equal } from "assert";
 * equal(sparkMessage("[TABLE_OR_VIEW_NOT_FOUND] No such table.\n\tat org.apache.spark.X(Y.scala:1)"),
 *   "[TABLE_OR_VIEW_NOT_FOUND] No such table.");
 * ```
 */
export function sparkMessage(message: string): string {
  let [text = ""] = message.split(JAVA_LINES);
  while (JAVA_CLASSES.test(text)) text = text.replace(JAVA_CLASSES, "");
  return text.trim().split("\n").slice(0, MESSAGE_LINES_MAX).join("\n");
}

/**
 * An error of a call as one for users; what is not the server's stays as it is.
 *
 * @param version Spark's, if it is known.
 */
export function sparkFailure(
  thrown: unknown,
  { remote, version }: { readonly remote: SparkRemote; readonly version?: string },
): unknown {
  if (!(thrown instanceof ConnectError)) return thrown;
  const server = remoteText(remote);
  if (AWAY.includes(thrown.code) || nodeCodeOf(thrown) !== undefined || LATE.test(thrown.rawMessage)) {
    return unreachable(thrown, server);
  }
  const failure = (message: string, hint?: string) =>
    new SfcrimeError("SPARK", message, { cause: thrown, ...(hint === undefined ? {} : { hint }) });
  switch (thrown.code) {
    case Code.Unauthenticated:
    case Code.PermissionDenied:
      return failure(
        `Spark Connect at ${server} refuses access: ${firstLine(thrown)}.`,
        remote.token === undefined
          ? "Add the token to the connection string: sc://HOST:PORT/;token=TOKEN."
          : "Check the token in the connection string.",
      );
    case Code.Unimplemented:
      return failure(
        `What listens at ${server} is not Spark Connect: ${firstLine(thrown)}.`,
        "Check host and port; Spark Connect listens on 15002 by default.",
      );
    default:
      return failure(sparkMessage(thrown.rawMessage), sparkHint(thrown.rawMessage, version));
  }
}

/** How a server says that the time for a call was over before it could answer. */
const LATE = /INVALID_CURSOR\.DISCONNECTED/;

/** There was no answer. */
const AWAY: readonly Code[] = [Code.Unavailable, Code.DeadlineExceeded, Code.Canceled];

const START_OR_CHECK = "Start it with $SPARK_HOME/sbin/start-connect-server.sh, or check host and port.";

/** What Node's codes, or the words of its TLS, say; what to do comes from the first one that fits. */
const REASONS: readonly { readonly found: RegExp; readonly reason: string; readonly hint: string }[] = [
  { found: /ECONNREFUSED/, reason: "connection refused", hint: START_OR_CHECK },
  { found: /ENOTFOUND|EAI_AGAIN/, reason: "no such host", hint: "Check the name of the host." },
  { found: /ETIMEDOUT|EHOSTUNREACH|ENETUNREACH/, reason: "no way to the host", hint: START_OR_CHECK },
  {
    found: /wrong version number|InvalidContentType/,
    reason: "it does not speak TLS",
    hint: "Add use_ssl=false to the connection string; a token alone implies use_ssl=true.",
  },
  {
    found: /not valid for name|NotValidForName|ALTNAME_INVALID/,
    reason: "its certificate is for another host name",
    hint: "Use a name that the certificate has.",
  },
  {
    found: /certificate.*expired|NotValidYet|CERT_HAS_EXPIRED/,
    reason: "its certificate is not valid at this time",
    hint: "Renew it, or check the clocks of both machines.",
  },
  {
    found: /certificate|UnknownIssuer/i,
    reason: "its certificate is not trusted",
    hint: "Set [spark] ca_file to a PEM file with the certificate of the CA that has signed it.",
  },
  {
    found: /EPIPE|ECONNRESET|ERR_HTTP2|closed/,
    reason: "the connection was closed",
    hint: "Check that Spark Connect listens there, and that use_ssl is as at the server.",
  },
];

function unreachable(thrown: ConnectError, server: string): SfcrimeError {
  const { cause, code, rawMessage } = thrown;
  const text = `${nodeCodeOf(thrown) ?? ""} ${cause === undefined ? "" : messageOf(cause)} ${rawMessage}`;
  const known = REASONS.find(({ found }) => found.test(text));
  const reason = known?.reason ??
    (code === Code.DeadlineExceeded || LATE.test(rawMessage) ? "no answer in time" : firstLine(thrown));
  return new SfcrimeError("SPARK_UNREACHABLE", `Cannot reach Spark Connect at ${server}: ${reason}.`, {
    hint: known?.hint ?? START_OR_CHECK,
    cause: thrown,
    retriable: true,
  });
}

/** Node's code of what went wrong with the connection, such as `ECONNRESET`; undefined if it was something else. */
function nodeCodeOf({ cause, rawMessage }: ConnectError): string | undefined {
  const code = cause instanceof Error ? (cause as { readonly code?: unknown }).code : undefined;
  if (typeof code === "string") return code;
  return /^(?:write |read )?E[A-Z]{3,}|received corrupt message/.exec(rawMessage)?.[0];
}

/** Whether an error is that a server has not answered in time; it may be busy. */
export function isLate(error: unknown): error is SfcrimeError {
  return error instanceof SfcrimeError && error.cause instanceof ConnectError &&
    error.cause.code === Code.DeadlineExceeded;
}

function firstLine({ rawMessage }: ConnectError): string {
  return sparkMessage(rawMessage).split("\n")[0]!.replace(/\.$/, "");
}

/**
 * What to do about an error of Spark that says what is wrong, but not what helps.
 *
 * @example
 * ```ts
 * import { equal } from "assert";
 * equal(sparkHint("Failed to find data source: kafka. Please deploy the application as per …", "3.5.7"),
 *   "Start the server with Spark's connector for Kafka: --packages org.apache.spark:spark-sql-kafka-0-10_2.12:3.5.7.");
 * equal(sparkHint("[DIVIDE_BY_ZERO] Division by zero."), undefined);
 * ```
 */
export function sparkHint(message: string, version = "VERSION"): string | undefined {
  if (/Failed to find (the )?data source: kafka/i.test(message)) {
    const scala = version.startsWith("3.") ? "2.12" : "2.13";
    return `Start the server with Spark's connector for Kafka: --packages org.apache.spark:spark-sql-kafka-0-10_${scala}:${version}.`;
  }
  if (/INVALID_HANDLE\.SESSION_(CLOSED|NOT_FOUND|CHANGED)/.test(message)) {
    return "Somebody has stopped its queries, or the server was started again: start them again, and they resume from their checkpoints.";
  }
  if (/UnknownTopicOrPartition/.test(message)) return "Create the topic first, or check its name.";
  if (/Timed out waiting for a node assignment|No resolvable bootstrap urls/.test(message)) {
    return "Set [spark] bootstrap_servers to the addresses by which the cluster reaches Kafka.";
  }
  if (/you must specify all TopicPartitions/.test(message)) {
    return "Set --starting-offsets to JSON that names every partition, a new one with -2; " +
      "sfcrime state offsets CHECKPOINT prints those that were read.";
  }
  if (/Some data may have been lost/.test(message)) {
    return "Set fail_on_data_loss = false to continue without them.";
  }
  return undefined;
}
