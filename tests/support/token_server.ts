/**
 * Who gives tokens: an issuer, whose signatures a real Kafka checks, and a token endpoint as those of OAuth 2.0 servers are
 * (RFC 6749, section 4.4), with or without TLS.
 */
import { Buffer } from "node:buffer";

export const ISSUER = "https://login.example";
export const AUDIENCE = "kafka";

/** What is in a token. */
export interface TokenClaims {
  readonly sub: string;
  /** How long it is valid; it has expired if this is negative. */
  readonly lifeSeconds: number;
  readonly audience?: string;
}

/** Signs tokens. */
export class TokenIssuer {
  /** Its public keys, as a JSON Web Key Set. */
  readonly keys: { readonly keys: readonly JsonWebKey[] };
  readonly #key: CryptoKey;

  private constructor(key: CryptoKey, publicKey: JsonWebKey) {
    this.#key = key;
    this.keys = { keys: [{ ...publicKey, ...HEADER, use: "sig" } as JsonWebKey] };
  }

  static async create(): Promise<TokenIssuer> {
    const { privateKey, publicKey } = await crypto.subtle.generateKey(
      {
        name: "RSASSA-PKCS1-v1_5",
        hash: "SHA-256",
        modulusLength: 2048,
        publicExponent: new Uint8Array([1, 0, 1]),
      },
      true,
      ["sign", "verify"],
    );
    const { kty, n, e } = await crypto.subtle.exportKey("jwk", publicKey);
    return new TokenIssuer(privateKey, { kty: kty!, n: n!, e: e! });
  }

  /** A signed token, as a JWT. */
  async token({ sub, lifeSeconds, audience = AUDIENCE }: TokenClaims): Promise<string> {
    const now = Math.floor(Date.now() / 1_000);
    const begin = Math.min(now, now + lifeSeconds) - 60;
    const claims = { iss: ISSUER, aud: audience, sub, scope: "kafka", iat: begin, exp: now + lifeSeconds };
    const signed = [HEADER, claims].map((part) => base64url(JSON.stringify(part))).join(".");
    const signature = await crypto.subtle.sign(
      this.#key.algorithm.name,
      this.#key,
      new TextEncoder().encode(signed),
    );
    return `${signed}.${Buffer.from(signature).toString("base64url")}`;
  }
}

const HEADER = { alg: "RS256", kid: "one" };

function base64url(text: string): string {
  return Buffer.from(text).toString("base64url");
}

/** A request as the endpoint got it. */
export interface TokenRequest {
  readonly authorization: string | null;
  readonly form: Readonly<Record<string, string>>;
}

/** A token endpoint; what it answers is up to the test. */
export class TokenServer implements AsyncDisposable {
  readonly url: string;
  readonly requests: TokenRequest[] = [];
  readonly #server: Deno.HttpServer<Deno.NetAddr>;

  /** @param pem The key and the certificate, for TLS. */
  constructor(answer: () => Response | Promise<Response>, pem?: string) {
    const tls = pem === undefined
      ? {}
      : { key: pem, cert: pem.slice(pem.indexOf("-----BEGIN CERTIFICATE-----")) };
    this.#server = Deno.serve(
      { hostname: "127.0.0.1", port: 0, onListen: () => {}, ...tls },
      async (request) => {
        const form = Object.fromEntries(new URLSearchParams(await request.text()));
        this.requests.push({ authorization: request.headers.get("authorization"), form });
        return await answer();
      },
    );
    this.url = `${pem === undefined ? "http" : "https"}://127.0.0.1:${this.#server.addr.port}/oauth2/token`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.shutdown();
  }
}
