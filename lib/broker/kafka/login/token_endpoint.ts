/**
 * Tokens from an OAuth 2.0 or OpenID Connect server, by the client credentials grant (RFC 6749, section 4.4), as Kafka's own
 * clients ask for them. A token is kept for four fifths of its life, as by Kafka's client. Sessions with brokers are renewed
 * later than that, with a new token each time.
 */
import { Buffer } from "node:buffer";
import { TOKEN_ANSWER_BYTES_MAX, TOKEN_MS_MAX } from "../../../base/bounds.ts";
import type { Host, HttpAnswer } from "../../../base/host.ts";
import { type BearerToken, expiryMs, isToken, type TokenSource } from "./bearer_token.ts";
import { endpointRefusal, endpointUnreachable, endpointUnreadable } from "./endpoint_failures.ts";

/** Where tokens are given, and to whom. */
export interface TokenClient {
  readonly url: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly scope: string | undefined;
  /** Whether the id and the secret are encoded before they are joined, as the standard has it. */
  readonly encodesCredentials: boolean;
  /** CAs to trust for it beside the usual ones, as PEM. */
  readonly ca: string | undefined;
}

/** What is taken from the machine. */
export type TokenHost = Pick<Host, "http" | "nowMs" | "monotonicMs">;

/** The part of its life after which a token is replaced. */
const LIFE_USED = 0.8;

interface Kept {
  readonly token: BearerToken;
  /** By the monotonic clock. */
  readonly untilMs: number;
}

/** See the module's description. */
export class TokenEndpoint implements TokenSource {
  readonly #client: TokenClient;
  readonly #host: TokenHost;
  #kept: Kept | undefined;
  #asking: Promise<Kept> | undefined;

  constructor(client: TokenClient, host: TokenHost) {
    this.#client = client;
    this.#host = host;
  }

  /** All connections that log in at once wait for the same answer. */
  async token(): Promise<BearerToken> {
    if (this.#kept !== undefined && this.#host.monotonicMs() < this.#kept.untilMs) return this.#kept.token;
    this.#asking ??= this.#ask().finally(() => this.#asking = undefined);
    this.#kept = await this.#asking;
    return this.#kept.token;
  }

  async #ask(): Promise<Kept> {
    const askedMs = this.#host.monotonicMs();
    const { status, text } = await this.#post();
    if (status !== 200) throw endpointRefusal(this.#client, { status, text });
    const { access_token: value, expires_in: life } = jsonOf(text);
    if (typeof value !== "string" || !isToken(value)) throw endpointUnreadable(this.#client);
    // Some servers write the number as a text.
    const lifeSeconds = Number(life) > 0 ? Number(life) : undefined;
    const token = {
      value,
      origin: this.#client.url,
      advice: "Check what the broker expects of a token: its issuer, audience, scope and signature.",
    };
    return { token, untilMs: askedMs + this.#lifeMs(value, lifeSeconds) * LIFE_USED };
  }

  /** A token of which nobody says how long it is valid is used once. */
  #lifeMs(token: string, lifeSeconds: number | undefined): number {
    const expiresMs = expiryMs(token);
    const lives = [
      ...(lifeSeconds === undefined ? [] : [lifeSeconds * 1_000]),
      ...(expiresMs === undefined ? [] : [expiresMs - this.#host.nowMs()]),
    ];
    return lives.length === 0 ? 0 : Math.min(...lives);
  }

  async #post(): Promise<HttpAnswer> {
    const { url, scope, ca } = this.#client;
    try {
      return await this.#host.http({
        url,
        method: "POST",
        headers: {
          accept: "application/json",
          authorization: authorizationOf(this.#client),
          "content-type": "application/x-www-form-urlencoded",
        },
        body: new URLSearchParams({
          grant_type: "client_credentials",
          ...(scope === undefined ? {} : { scope }),
        }).toString(),
        ca,
        timeoutMs: TOKEN_MS_MAX,
        bytesMax: TOKEN_ANSWER_BYTES_MAX,
      });
    } catch (cause) {
      throw endpointUnreachable(this.#client, cause);
    }
  }
}

function authorizationOf({ clientId, clientSecret, encodesCredentials }: TokenClient): string {
  const encode = encodesCredentials ? encodeURIComponent : (text: string) => text;
  return `Basic ${Buffer.from(`${encode(clientId)}:${encode(clientSecret)}`).toString("base64")}`;
}

/** Without fields for what is not a JSON object. */
function jsonOf(text: string): Readonly<Record<string, unknown>> {
  try {
    const json: unknown = JSON.parse(text);
    return typeof json === "object" && json !== null ? json as Record<string, unknown> : {};
  } catch {
    return {};
  }
}
