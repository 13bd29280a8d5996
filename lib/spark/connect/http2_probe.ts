/**
 * Whether something speaks HTTP/2 where Spark Connect is said to be. Other servers close the connection, which the
 * runtime's HTTP/2 sometimes reports as an error of nobody, in place of one of the call.
 */
import { SfcrimeError } from "../../base/errors.ts";
import type { Host } from "../../base/host.ts";
import { remoteText, type SparkRemote } from "../../config/values/spark_remote.ts";

/** What a client says first, with settings that are all at their defaults (RFC 9113, 3.4). */
const PREFACE = new TextEncoder().encode("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0");
/** The header of a frame, and the type of the one that a server says first. */
const HEADER_BYTES = 9;
const SETTINGS_TYPE = 4;
const TYPE_AT = 3;

/** How long it is asked: a server that says nothing is left to the client, too. */
const MS_MAX = 3_000;

/**
 * Asks a server without TLS. One that cannot be reached is left to the client, which says why.
 *
 * @throws {SfcrimeError} SPARK if it speaks something else.
 */
export async function requireHttp2(remote: SparkRemote, { connect, sleep }: Host): Promise<void> {
  if (remote.isSecure) return;
  const over = new AbortController();
  const late = sleep(MS_MAX, over.signal).then(() => over.abort());
  const { hostname, port } = remote;
  const connection = await connect({ hostname, port, signal: over.signal }).catch(() => undefined);
  if (connection === undefined) return over.abort();
  try {
    if (await Promise.race([saysSettings(connection), late.then(() => true)])) return;
  } finally {
    over.abort();
    connection.close();
  }
  throw new SfcrimeError("SPARK", `What listens at ${remoteText(remote)} is not Spark Connect.`, {
    hint: "Check host, port and use_ssl; Spark Connect listens on 15002 by default.",
  });
}

/** Whether the other end answers in HTTP/2; false if it says something else, or closes the connection. */
async function saysSettings(connection: Deno.TcpConn): Promise<boolean> {
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
