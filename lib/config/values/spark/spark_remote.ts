/**
 * Where a Spark Connect server is, as Spark writes it:
 * `sc://HOST:15002/;token=SECRET;use_ssl=true;user_id=NAME;session_id=UUID;user_agent=TEXT`. Other parameters are sent
 * as headers with each request, as Spark's clients do.
 */
import { type Kind, parsedBy } from "../values.ts";

/** See the module's description. */
export interface SparkRemote {
  readonly hostname: string;
  readonly port: number;
  readonly isSecure: boolean;
  /** Sent with each request, as `Authorization: Bearer`. */
  readonly token: string | undefined;
  readonly userId: string | undefined;
  /** A session to join; a new one without it. */
  readonly sessionId: string | undefined;
  readonly userAgent: string | undefined;
  readonly headers: Readonly<Record<string, string>>;
  /** A file with CA certificates to trust besides the usual ones; not part of what Spark writes. */
  readonly caFile?: string;
}

const PORT_DEFAULT = 15002;
const FORM = /^sc:\/\/(\[[\da-f:.]+\]|[^\s/:;@]+)(?::(\d{1,5}))?(?:\/(?:;(.*))?)?$/i;
const SESSION_ID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i;
/** The names that HTTP allows for headers. */
const HEADER_NAME = /^[\w!#$%&'*+.^`|~-]+$/;

/** What {@link parseRemote} accepts, for messages. */
export const REMOTE_FORM = "sc://HOST:PORT, and /;token=…;use_ssl=true after it where needed";

/**
 * Parses a connection string; undefined if it is not one.
 *
 * @example
 * ```ts
 * import { equal } from "assert";
 * const remote = parseRemote("sc://spark.example/;user_id=ada;x-team=police")!;
 * equal(remote.port, 15002);
 * equal(remote.userId, "ada");
 * equal(remote.headers["x-team"], "police");
 * equal(parseRemote("spark://localhost:7077"), undefined);
 * ```
 */
export function parseRemote(text: string): SparkRemote | undefined {
  const [, hostname, portText, parameterText = ""] = FORM.exec(text.trim()) ?? [];
  const parameters = parametersOf(parameterText);
  if (hostname === undefined || parameters === undefined) return undefined;
  const port = portText === undefined ? PORT_DEFAULT : Number(portText);
  const {
    token,
    use_ssl: useSsl,
    user_id: userId,
    session_id: sessionId,
    user_agent: userAgent,
    ...headers
  } = parameters;
  const isValid = port >= 1 && port <= 65_535 &&
    (useSsl === undefined || /^(true|false)$/i.test(useSsl)) &&
    (sessionId === undefined || SESSION_ID.test(sessionId)) &&
    Object.keys(headers).every((name) => HEADER_NAME.test(name));
  if (!isValid) return undefined;
  // A token would otherwise cross the network as it is.
  const isSecure = useSsl === undefined ? token !== undefined : useSsl.toLowerCase() === "true";
  return { hostname, port, isSecure, token, userId, sessionId, userAgent, headers };
}

/** The parameters, decoded; undefined if one has no name, no value or a broken escape, or comes twice. */
function parametersOf(text: string): Readonly<Record<string, string>> | undefined {
  const parameters = new Map<string, string>();
  for (const part of text.split(";").filter((part) => part !== "")) {
    const [, name, value] = /^([^=]+)=(.+)$/.exec(part) ?? [];
    if (name === undefined || value === undefined || parameters.has(name)) return undefined;
    try {
      parameters.set(name, decodeURIComponent(value));
    } catch {
      return undefined;
    }
  }
  return Object.fromEntries(parameters);
}

/** Where the server is, without secrets, for messages. */
export function remoteText({ hostname, port }: SparkRemote): string {
  return `sc://${hostname}:${port}`;
}

/** A value of a setting. */
export const sparkRemote: Kind<SparkRemote> = { schema: parsedBy(parseRemote), allowed: REMOTE_FORM };
