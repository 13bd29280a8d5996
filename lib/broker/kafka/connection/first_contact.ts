/** The first contact with servers, which fails within seconds, with the reason for each server. */
import { CONNECT_MS_MAX } from "../../../base/bounds.ts";
import type { Clock } from "../../../base/clock.ts";
import { SfcrimeError } from "../../../base/errors.ts";
import type { Host } from "../../../base/host.ts";
import { withinTime } from "../waiting.ts";
import { REACH_HINT } from "./failures.ts";

/** Awaits the first answer. @throws {SfcrimeError} BROKER_UNREACHABLE if it takes too long. */
export async function requireAnswer(
  answer: Promise<void>,
  servers: readonly string[],
  clock: Clock,
): Promise<void> {
  const answered = await withinTime(answer.then(() => true), { ms: CONNECT_MS_MAX, clock });
  if (answered === true) return;
  throw new SfcrimeError(
    "BROKER_UNREACHABLE",
    `Kafka at ${servers.join(", ")} did not answer within ${CONNECT_MS_MAX / 1_000} s.`,
    {
      hint: "The server accepts connections, but does not respond: it may be overloaded, or expect another " +
        "security.protocol.",
      retriable: true,
    },
  );
}

/**
 * Tries a bare connection to all servers at once; one that succeeds is enough.
 *
 * @throws {SfcrimeError} BROKER_UNREACHABLE, with the reason for each server.
 */
export async function requireAnyServer(servers: readonly string[], host: Host): Promise<void> {
  const refusals = new Map<string, string>();
  const attempts = servers.map(async (server) => {
    const refusal = await tryConnect(server, host);
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
  EHOSTUNREACH: "host unreachable",
  ENETUNREACH: "host unreachable",
};

/** Resolves to the reason why the connection failed, or to undefined if it succeeded. */
async function tryConnect(server: string, host: Host): Promise<string | undefined> {
  const at = server.lastIndexOf(":");
  const hostname = server.slice(0, at).replace(/^\[|\]$/g, "");
  const giveUp = new AbortController();
  const connecting = host.connect({ hostname, port: Number(server.slice(at + 1)), signal: giveUp.signal })
    .then((connection) => connection.close())
    .then(() => ({ refusal: undefined }), (error) => ({ refusal: reasonOf(error) }));
  const found = await withinTime(connecting, { ms: CONNECT_MS_MAX, clock: host });
  giveUp.abort();
  return found === undefined ? `no answer within ${CONNECT_MS_MAX / 1_000} s` : found.refusal;
}

function reasonOf(error: Error & { readonly code?: string }): string {
  if (/^failed to lookup/.test(error.message)) return "unknown host";
  return REASONS[error.code ?? ""] ?? error.message;
}
