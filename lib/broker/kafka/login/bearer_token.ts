/** Bearer tokens, of which a JWT says itself until when it is valid. */
import { Buffer } from "node:buffer";

/** A token, as a login sends it; it is secret. */
export interface BearerToken {
  readonly value: string;
  /** Where it comes from, for messages. */
  readonly origin: string;
  /** What to check if it is refused: full sentences. */
  readonly advice: string;
}

/** Gives a token for each login; one that has expired is replaced. */
export interface TokenSource {
  /** @throws {SfcrimeError} CONFIG, FILE_MISSING, BROKER or BROKER_UNREACHABLE if there is none. */
  token(): Promise<BearerToken>;
}

/** What RFC 6750 allows. */
const FORM = /^[A-Za-z0-9\-._~+/]+=*$/;

/** Whether a text can be a token. */
export function isToken(text: string): boolean {
  return FORM.test(text);
}

/** When a token expires, in milliseconds since the epoch; undefined if it does not say so. */
export function expiryMs(token: string): number | undefined {
  const [, claims] = token.split(".");
  if (claims === undefined) return undefined;
  try {
    const { exp } = JSON.parse(Buffer.from(claims, "base64url").toString()) as { readonly exp?: unknown };
    return typeof exp === "number" ? exp * 1_000 : undefined;
  } catch {
    return undefined;
  }
}
