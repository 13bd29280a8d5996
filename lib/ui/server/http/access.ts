/**
 * Who may use the server. On a loopback address anybody on this machine may look; where a token is set, only those who
 * have it, and nobody stops a query without one.
 *
 * The token comes in the header `Authorization: Bearer`, or once as `?token=` in the address of a page. The browser
 * then gets a cookie: not the token itself, but a value that follows from it, and which pages of other sites cannot
 * make it send.
 */
import { createHash, timingSafeEqual } from "node:crypto";

/** See the module's description. */
export class Access {
  readonly #token: Uint8Array | undefined;
  readonly #cookieName: string;
  readonly #cookieValue: string;

  /** @param port Part of the cookie's name: browsers send cookies to all ports of a host. */
  constructor({ token, port }: { readonly token: string | undefined; readonly port: number }) {
    this.#token = token === undefined ? undefined : digest(token);
    this.#cookieName = `sfcrime_${port}`;
    this.#cookieValue = token === undefined ? "" : digest(`cookie ${token}`).toString("base64url");
  }

  /** Whether a token is set. */
  get hasToken(): boolean {
    return this.#token !== undefined;
  }

  /** Whether a request has the token; false if none is set. */
  isKnown(headers: Headers): boolean {
    const [, bearer] = /^Bearer +(\S+) *$/i.exec(headers.get("authorization") ?? "") ?? [];
    if (bearer !== undefined) return this.isToken(bearer);
    const cookie = cookieOf(headers.get("cookie") ?? "", this.#cookieName);
    return this.hasToken && cookie !== undefined && equals(digest(cookie), digest(this.#cookieValue));
  }

  /** Whether a text is the token. */
  isToken(text: string): boolean {
    return this.#token !== undefined && equals(digest(text), this.#token);
  }

  /** The value of `Set-Cookie` for whoever has shown the token. */
  get cookie(): string {
    return `${this.#cookieName}=${this.#cookieValue}; Path=/; HttpOnly; SameSite=Strict`;
  }
}

/** Texts of any length are compared by their digests, in a time that says nothing about them. */
function equals(one: Uint8Array, other: Uint8Array): boolean {
  return timingSafeEqual(one, other);
}

function digest(text: string) {
  return createHash("sha256").update(text).digest();
}

function cookieOf(header: string, name: string): string | undefined {
  for (const pair of header.split(";")) {
    const at = pair.indexOf("=");
    if (at > 0 && pair.slice(0, at).trim() === name) return pair.slice(at + 1).trim();
  }
  return undefined;
}
