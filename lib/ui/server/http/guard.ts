/**
 * What every request has to pass before it reaches a route. A page of another site must neither read the results nor
 * act on a query, although its browser can reach the server:
 *
 * - A name of an attacker's own that resolves to this machine (DNS rebinding) is not a host of the server. Without a
 *   token, only addresses and `localhost` are; with one, any name is, as the browser has no cookie for a wrong one.
 * - Requests that pages of other sites make are refused by the headers `Origin` and `Sec-Fetch-Site`; links to the
 *   dashboard work.
 */
import type { Clock } from "../../../base/clock.ts";
import { isLoopback } from "../../../plan/run/plan_ui.ts";
import type { Access } from "./access.ts";
import { failed } from "./answers.ts";

/** What a client may ask for. */
export interface RequestLimits {
  /** Characters of the path and the query. */
  readonly urlLengthMax: number;
  /** Requests in a second, of all clients. */
  readonly requestsPerSecondMax: number;
}

/** What a {@link Guard} knows. */
export interface GuardOptions {
  readonly access: Access;
  /** The host that the server was told to listen on. */
  readonly hostname: string;
  readonly clock: Pick<Clock, "monotonicMs">;
  readonly limits: RequestLimits;
  /** The paths that anybody may get. */
  readonly openPaths: ReadonlySet<string>;
}

/** Sent with every answer. */
const SECURITY_HEADERS: Readonly<Record<string, string>> = {
  "content-security-policy":
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; " +
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
};

const SECOND_MS = 1_000;

/** See the module's description. */
export class Guard {
  readonly #options: GuardOptions;
  #secondSinceMs = -Infinity;
  #requestsInSecond = 0;

  constructor(options: GuardOptions) {
    this.#options = options;
  }

  /** The answer to a request that does not pass. */
  refusal(request: Request): Response | undefined {
    return this.#tooMany() ?? this.#tooLarge(request) ?? this.#fromElsewhere(request) ??
      this.#unknown(request);
  }

  /** Adds the headers that every answer has. */
  secure(response: Response): Response {
    for (const [name, value] of Object.entries(SECURITY_HEADERS)) response.headers.set(name, value);
    return response;
  }

  #tooMany(): Response | undefined {
    const { clock, limits } = this.#options;
    const nowMs = clock.monotonicMs();
    if (nowMs - this.#secondSinceMs >= SECOND_MS) {
      this.#secondSinceMs = nowMs;
      this.#requestsInSecond = 0;
    }
    if (++this.#requestsInSecond <= limits.requestsPerSecondMax) return undefined;
    return failed(429, { message: "Too many requests within a second." }, { "retry-after": "1" });
  }

  #tooLarge({ url, headers }: Request): Response | undefined {
    const { urlLengthMax } = this.#options.limits;
    const { pathname, search } = new URL(url);
    if (pathname.length + search.length > urlLengthMax) {
      return failed(414, { message: `The address is longer than ${urlLengthMax} characters.` });
    }
    if (headers.has("transfer-encoding") || Number(headers.get("content-length") ?? 0) > 0) {
      return failed(413, { message: "A request has no body here." }, { connection: "close" });
    }
    return undefined;
  }

  #fromElsewhere({ url, method, headers }: Request): Response | undefined {
    const host = headers.get("host") ?? "";
    if (!this.#isOwnHost(host)) {
      return failed(421, {
        message: `This server is not ${JSON.stringify(host)}.`,
        hint: "Use its IP address or localhost.",
      });
    }
    const origin = headers.get("origin");
    const isOwnOrigin = origin === null ||
      [`http://${host}`, `https://${host}`].includes(origin.toLowerCase());
    const site = headers.get("sec-fetch-site") ?? "none";
    const isLink = method === "GET" && headers.get("sec-fetch-mode") === "navigate" &&
      headers.get("sec-fetch-dest") === "document" && new URL(url).pathname === "/";
    if (isOwnOrigin && (["same-origin", "none"].includes(site) || isLink)) return undefined;
    return failed(403, { message: "Pages of other sites may not use this server." });
  }

  #isOwnHost(host: string): boolean {
    const { access, hostname } = this.#options;
    if (access.hasToken) return host !== "";
    const [, name] = /^(\[[0-9a-f:.]+\]|[^:]+)(?::\d+)?$/i.exec(host) ?? [];
    return name !== undefined && (isLoopback(name) || name.toLowerCase() === hostname.toLowerCase());
  }

  #unknown({ url, method, headers }: Request): Response | undefined {
    const { access, openPaths } = this.#options;
    if (!access.hasToken) return undefined;
    const { pathname, searchParams } = new URL(url);
    const token = searchParams.get("token");
    if (token !== null && method === "GET") {
      if (!access.isToken(token)) return unauthorized("This is not the token.");
      searchParams.delete("token");
      const rest = searchParams.size === 0 ? "" : `?${searchParams}`;
      // Never to another host, which a path such as //host would be.
      const location = `${pathname.replace(/^\/+/, "/")}${rest}`;
      return new Response(null, { status: 303, headers: { location, "set-cookie": access.cookie } });
    }
    if (access.isKnown(headers) || openPaths.has(pathname)) return undefined;
    return unauthorized("This server needs a token.");
  }
}

function unauthorized(message: string): Response {
  return failed(401, {
    message,
    hint: "Send the header Authorization: Bearer TOKEN, or open the page once with ?token=TOKEN at its end.",
  }, { "www-authenticate": 'Bearer realm="sfcrime"' });
}
