/**
 * The mechanism OAUTHBEARER (RFC 7628) for kafkajs. Its own one takes a refusal for a success: the server answers a token
 * that it does not accept with a reason, and expects an empty message before it ends the login.
 */
import type { AuthenticationProviderArgs, Mechanism } from "kafkajs";
import { Buffer } from "node:buffer";
import type { Clock } from "../../../base/clock.ts";
import { SfcrimeError } from "../../../base/errors.ts";
import { type BearerToken, expiryMs, type TokenSource } from "./bearer_token.ts";

/** What a login sends besides the token. */
export interface BearerOptions {
  readonly extensions: Readonly<Record<string, string>>;
  readonly clock: Pick<Clock, "nowMs">;
}

/** See the module's description. */
export function oauthBearer(source: TokenSource, options: BearerOptions): Mechanism {
  return {
    mechanism: "oauthbearer",
    authenticationProvider: (connection) => ({
      authenticate: async () => {
        const token = await source.token();
        const refusal = await sent(connection, firstMessage(token, options));
        if (refusal === "") return;
        await sent(connection, SEPARATOR).catch(() => {});
        throw tokenRefused(connection, { token, refusal, nowMs: options.clock.nowMs() });
      },
    }),
  };
}

const SEPARATOR = "\u0001";

function firstMessage({ value }: BearerToken, { extensions }: BearerOptions): string {
  const pairs = [
    `auth=Bearer ${value}`,
    ...Object.entries(extensions).map(([key, text]) => `${key}=${text}`),
  ];
  return `n,,${SEPARATOR}${pairs.map((pair) => `${pair}${SEPARATOR}`).join("")}${SEPARATOR}`;
}

const SIZE_BYTES = 4;

/** Sends a message, and gives the answer. */
async function sent({ saslAuthenticate }: AuthenticationProviderArgs, message: string): Promise<string> {
  const bytes = Buffer.from(message);
  const framed = Buffer.alloc(SIZE_BYTES + bytes.length);
  framed.writeInt32BE(bytes.length);
  bytes.copy(framed, SIZE_BYTES);
  const answer = await saslAuthenticate<string>({
    request: { encode: () => framed },
    response: { decode: (raw) => raw.subarray(SIZE_BYTES), parse: (data) => data.toString() },
  });
  return answer ?? "";
}

function tokenRefused(
  { host, port }: AuthenticationProviderArgs,
  { token, refusal, nowMs }: {
    readonly token: BearerToken;
    readonly refusal: string;
    readonly nowMs: number;
  },
): SfcrimeError {
  const server = `Kafka at ${host}:${port}`;
  const expiredMs = expiryMs(token.value) ?? Infinity;
  if (expiredMs <= nowMs) {
    const time = new Date(expiredMs).toISOString().replace(".000Z", "Z");
    return new SfcrimeError(
      "BROKER",
      `${server} refused the token from ${token.origin}: it expired at ${time}.`,
      {
        hint: `${token.advice}`,
      },
    );
  }
  return new SfcrimeError(
    "BROKER",
    `${server} refused the token from ${token.origin}: ${statusOf(refusal)}.`,
    {
      hint: token.advice,
    },
  );
}

function statusOf(refusal: string): string {
  try {
    const { status } = JSON.parse(refusal) as { readonly status?: unknown };
    return typeof status === "string" ? status : "it gives no reason";
  } catch {
    return "it gives no reason";
  }
}
