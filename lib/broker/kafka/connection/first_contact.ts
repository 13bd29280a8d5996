/** The first contact with servers, which fails within seconds, with the reason for each server. */
import { createConnection } from "node:net";
import { CONNECT_MS_MAX } from "../../../base/bounds.ts";
import { systemClock } from "../../../base/clock.ts";
import { SfcrimeError } from "../../../base/errors.ts";
import { REACH_HINT } from "./failures.ts";

/** The promise's result. @throws {SfcrimeError} BROKER_UNREACHABLE if it takes longer than the given time. */
export async function withTimeout<T>(
  promise: Promise<T>,
  ms: number,
  servers: readonly string[],
): Promise<T> {
  const finished = new AbortController();
  const timeout = systemClock.sleep(ms, finished.signal).then(() => {
    if (finished.signal.aborted) return undefined as never;
    throw new SfcrimeError(
      "BROKER_UNREACHABLE",
      `Kafka at ${servers.join(", ")} did not answer within ${ms / 1_000} s.`,
      {
        hint:
          "The server accepts connections, but does not respond: it may be overloaded, or expect another " +
          "security.protocol.",
        retriable: true,
      },
    );
  });
  try {
    return await Promise.race([promise, timeout]);
  } finally {
    finished.abort();
  }
}

/**
 * Tries a bare connection to all servers at once; one that succeeds is enough.
 *
 * @throws {SfcrimeError} BROKER_UNREACHABLE, with the reason for each server.
 */
export async function requireAnyServer(servers: readonly string[]): Promise<void> {
  const refusals = new Map<string, string>();
  const attempts = servers.map(async (server) => {
    const refusal = await tryConnect(server);
    if (refusal === undefined) return;
    refusals.set(server, refusal);
    throw new Error(refusal);
  });
  await Promise.any(attempts).catch(() => {
    const reasons = servers.map((server) => `${server}: ${refusals.get(server)}`);
    throw new SfcrimeError(
      "BROKER_UNREACHABLE",
      `Cannot connect to Kafka: ${reasons.join("; ")}.`,
      { hint: REACH_HINT, retriable: true },
    );
  });
}

const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: "connection refused",
  ENOTFOUND: "unknown host",
  EAI_AGAIN: "unknown host",
  EHOSTUNREACH: "host unreachable",
  ENETUNREACH: "host unreachable",
};

/** Resolves to the reason why the connection failed, or to undefined if it succeeded. */
function tryConnect(server: string): Promise<string | undefined> {
  const at = server.lastIndexOf(":");
  const host = server.slice(0, at).replace(/^\[|\]$/g, "");
  return new Promise((resolve) => {
    const socket = createConnection({ host, port: Number(server.slice(at + 1)) });
    const finish = (refusal: string | undefined) => {
      clearTimeout(timer);
      socket.destroy();
      resolve(refusal);
    };
    const timer = setTimeout(
      () => finish(`no answer within ${CONNECT_MS_MAX / 1_000} s`),
      CONNECT_MS_MAX,
    );
    socket.once("connect", () => finish(undefined));
    socket.once(
      "error",
      (error: Error & { code?: string }) => finish(REASONS[error.code ?? ""] ?? error.message),
    );
  });
}
