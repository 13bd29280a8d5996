/**
 * Whether something speaks HTTP/2 where Spark Connect is said to be, with TLS if it is wanted. Other servers close the
 * connection, and with others there is no TLS, which the runtime's HTTP/2 sometimes reports as an error of nobody, in
 * place of one of the call.
 */
import { Code, ConnectError } from "@connectrpc/connect";
import { messageOf, SfcrimeError } from "../../base/errors.ts";
import type { Host } from "../../base/host.ts";
import { remoteText, type SparkRemote } from "../../config/values/spark/spark_remote.ts";
import { sparkFailure } from "./failures.ts";

/** What a client says first, with settings that are all at their defaults (RFC 9113, 3.4). */
const PREFACE = new TextEncoder().encode("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0");
/** The header of a frame, and the type of the one that a server says first. */
const HEADER_BYTES = 9;
const SETTINGS_TYPE = 4;
const TYPE_AT = 3;

/** How long it is asked: a server that says nothing is left to the client, too. */
const MS_MAX = 3_000;

/** What a server is asked with. */
export interface ProbeOptions {
  readonly host: Host;
  /** CA certificates to trust besides the usual ones, in PEM. */
  readonly ca?: string | undefined;
}

/**
 * Asks a server. One that cannot be reached is left to the client, which says why.
 *
 * @throws {SfcrimeError} SPARK if it speaks something else; SPARK_UNREACHABLE if there is no TLS with it.
 */
export async function requireHttp2(
  remote: SparkRemote,
  { host: { connect, sleep }, ca }: ProbeOptions,
): Promise<void> {
  const over = new AbortController();
  const late = sleep(MS_MAX, over.signal).then(() => over.abort());
  const { hostname, port } = remote;
  const connection = await connect({ hostname, port, signal: over.signal }).catch(() => undefined);
  if (connection === undefined) return over.abort();
  try {
    const answer = remote.isSecure
      ? saysSettingsInTls(connection, { remote, ca, signal: over.signal })
      : saysSettings(connection);
    if (await Promise.race([answer, late.then(() => true)])) return;
  } finally {
    over.abort();
    close(connection);
  }
  throw new SfcrimeError("SPARK", `What listens at ${remoteText(remote)} is not Spark Connect.`, {
    hint: "Check host, port and use_ssl; Spark Connect listens on 15002 by default.",
  });
}

/** What TLS is tried with. */
interface TlsOptions {
  readonly remote: SparkRemote;
  readonly ca: string | undefined;
  /** Its abort ends the connection. */
  readonly signal: AbortSignal;
}

/** The same over TLS. @throws {SfcrimeError} If the two do not agree on it. */
async function saysSettingsInTls(
  connection: Deno.TcpConn,
  { remote, ca, signal }: TlsOptions,
): Promise<boolean> {
  let secured: Deno.TlsConn;
  try {
    secured = await Deno.startTls(connection, {
      hostname: remote.hostname,
      alpnProtocols: ["h2"],
      ...ca === undefined ? {} : { caCerts: [ca] },
    });
    signal.addEventListener("abort", () => close(secured));
    await secured.handshake();
  } catch (error) {
    throw sparkFailure(new ConnectError(messageOf(error), Code.Unavailable), { remote });
  }
  return await saysSettings(secured);
}

function close(connection: Deno.Conn): void {
  try {
    connection.close();
  } catch {
    // The other end, or TLS in its place, has closed it.
  }
}

/** Whether the other end answers in HTTP/2; false if it says something else, or closes the connection. */
async function saysSettings(connection: Deno.Conn): Promise<boolean> {
  try {
    await connection.write(PREFACE);
    const header = new Uint8Array(HEADER_BYTES);
    for (let read = 0; read < HEADER_BYTES;) {
      const count = await connection.read(header.subarray(read));
      if (count === null) return false;
      read += count;
    }
    return header[TYPE_AT] === SETTINGS_TYPE;
  } catch {
    return false;
  }
}
