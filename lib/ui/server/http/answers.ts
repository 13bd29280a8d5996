/** The answers that all routes share: JSON, errors, and the choice between types that the client accepts. */
import type { ErrorCode } from "../../../base/errors.ts";

/** What went wrong with a request; `error` in the answer. */
export interface RequestFailure {
  /** Of the request, or the code of the error that it led to. */
  readonly code: FailureCode | ErrorCode;
  readonly message: string;
  readonly hint?: string;
}

/** What may be wrong with a request, by its status. */
const CODES = {
  400: "BAD_REQUEST",
  401: "UNAUTHORIZED",
  403: "FORBIDDEN",
  404: "NOT_FOUND",
  405: "METHOD_NOT_ALLOWED",
  406: "NOT_ACCEPTABLE",
  413: "CONTENT_TOO_LARGE",
  414: "URI_TOO_LONG",
  421: "MISDIRECTED_REQUEST",
  429: "TOO_MANY_REQUESTS",
  500: "INTERNAL",
  503: "UNAVAILABLE",
} as const;

type FailureStatus = keyof typeof CODES;
type FailureCode = (typeof CODES)[FailureStatus];

const utf8 = new TextEncoder();

/** The type of JSON. */
export const JSON_TYPE = "application/json";

/** An answer in JSON; text that is JSON already is sent as it is. */
export function json(value: unknown, init: ResponseInit & { readonly isText?: boolean } = {}): Response {
  const { isText, ...rest } = init;
  return text(isText === true ? value as string : JSON.stringify(value), { ...rest, type: JSON_TYPE });
}

/** An answer of the moment, of any type. */
export function text(body: string, { type, ...init }: ResponseInit & { readonly type: string }): Response {
  const bytes = utf8.encode(body);
  const headers = new Headers(init.headers);
  headers.set("content-type", type);
  headers.set("content-length", String(bytes.length));
  headers.set("cache-control", "no-store");
  return new Response(bytes, { ...init, headers });
}

/** An answer that says what is wrong. */
export function failed(
  status: FailureStatus,
  { code = CODES[status], message, hint }:
    & Omit<RequestFailure, "code">
    & Partial<Pick<RequestFailure, "code">>,
  headers: HeadersInit = {},
): Response {
  return json({ error: { code, message, ...(hint === undefined ? {} : { hint }) } }, { status, headers });
}

/** The first of the types that a client accepts; undefined if it accepts none of them. */
export function accepted<T extends string>(accept: string | null, types: readonly T[]): T | undefined {
  if (accept === null || accept.trim() === "") return types[0];
  const ranges = accept.split(",").map((range) => {
    const [type = "", ...parameters] = range.split(";").map((part) => part.trim().toLowerCase());
    const q = parameters.find((parameter) => parameter.startsWith("q="));
    return { type, quality: q === undefined ? 1 : Number(q.slice(2)) || 0 };
  });
  /** The most specific range decides, as in RFC 9110. */
  const qualityOf = (type: string) => {
    const specific = [type, `${type.split("/")[0]}/*`, "*/*"];
    for (const name of specific) {
      const found = ranges.find((range) => range.type === name);
      if (found !== undefined) return found.quality;
    }
    return 0;
  };
  const best = types.map((type) => ({ type, quality: qualityOf(type) }))
    .reduce((one, other) => other.quality > one.quality ? other : one);
  return best.quality > 0 ? best.type : undefined;
}
