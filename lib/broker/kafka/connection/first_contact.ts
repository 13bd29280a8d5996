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
  await Promise.any(servers.map((server) => tryConnect(addressOf(server), host))).catch(
    ({ errors }: AggregateError) => {
      const reasons = servers.map((server, index) => `${server}: ${reasonOf(errors[index])}`);
      throw new SfcrimeError(
        "BROKER_UNREACHABLE",
        `Cannot connect to Kafka: ${reasons.join("; ")}.`,
        { hint: REACH_HINT, retriable: true },
      );
    },
  );
}

/** Why a bare connection to a server fails; undefined if it succeeds. */
export async function unreachedReason(address: ServerAddress, host: Host): Promise<string | undefined> {
  return await tryConnect(address, host).then(() => undefined, reasonOf);
}

/** Where a server is. */
export interface ServerAddress {
  readonly hostname: string;
  readonly port: number;
}

function addressOf(server: string): ServerAddress {
  const at = server.lastIndexOf(":");
  return { hostname: server.slice(0, at).replace(/^\[|\]$/g, ""), port: Number(server.slice(at + 1)) };
}

async function tryConnect({ hostname, port }: ServerAddress, host: Host): Promise<void> {
  const giveUp = new AbortController();
  const connecting = host.connect({ hostname, port, signal: giveUp.signal });
  const connection = await withinTime(connecting, { ms: CONNECT_MS_MAX, clock: host });
  connection?.close();
  if (connection !== undefined) return;
  giveUp.abort();
  throw new Error(`no answer within ${CONNECT_MS_MAX / 1_000} s`);
}

const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: "connection refused",
  EHOSTUNREACH: "host unreachable",
  ENETUNREACH: "host unreachable",
};

function reasonOf({ message, code = "" }: Error & { readonly code?: string }): string {
  return /^failed to lookup/.test(message) ? "unknown host" : REASONS[code] ?? message;
}
