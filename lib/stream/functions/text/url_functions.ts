/** The functions of URLs. A part of a URL is found as Java's `URI` finds it. */
import { SfcrimeError } from "../../../base/errors.ts";
import type { Value } from "../../../records/data_type.ts";
import { type Implementation, strict } from "../implementation.ts";
import { boundedText } from "../../values/text_bound.ts";

/** As a form of HTML is sent: a blank is `+`, and only letters, digits and `.-*_` stand for themselves. */
function urlEncode(text: string): string {
  const escaped = encodeURIComponent(text.toWellFormed()).replaceAll("%20", "+");
  return boundedText(
    escaped.replaceAll(/[!'()~]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`),
  );
}

/** Undefined where a `%` is not followed by two hexadecimal digits. */
function urlDecode(text: string): string | undefined {
  if (/%(?![0-9a-f]{2})/i.test(text)) return undefined;
  return text.replaceAll("+", " ").replaceAll(/(?:%[0-9a-f]{2})+/gi, (escapes) => {
    const bytes = escapes.slice(1).split("%").map((digits) => Number.parseInt(digits, 16));
    return new TextDecoder("utf-8", { ignoreBOM: true }).decode(Uint8Array.from(bytes));
  });
}

/** The parts of a URI, each as it is written. */
interface UriParts {
  readonly scheme?: string | undefined;
  readonly authority?: string | undefined;
  readonly path?: string | undefined;
  readonly query?: string | undefined;
  readonly fragment?: string | undefined;
}

const URI = /^(?:([A-Za-z][A-Za-z0-9+.-]*):)?(?:\/\/([^/?#]*))?([^?#]*)(?:\?([^#]*))?(?:#(.*))?$/s;
/** What a URI may not have: blanks, controls, and signs that have to be escaped. */
const INVALID = /[^!-~\u0080-\uffff]|["<>\\^`{|}]|%(?![0-9a-f]{2})/i;

function partsOf(url: string): UriParts | undefined {
  const match = URI.exec(url);
  if (match === null || INVALID.test(url)) return undefined;
  const [, scheme, authority, path, query, fragment] = match;
  const isOpaque = scheme !== undefined && authority === undefined && !path!.startsWith("/");
  if (isOpaque) return path === "" ? undefined : { scheme, fragment };
  if (/[[\]]/.test(path!) || !hasAddress(authority ?? "")) return undefined;
  return { scheme, authority: authority === "" ? undefined : authority, path, query, fragment };
}

/** Whether brackets in an authority are around an address of IPv6. */
function hasAddress(authority: string): boolean {
  if (!/[[\]]/.test(authority)) return true;
  const address = /^(?:[^@[\]]*@)?(\[[^[\]]*\])(?::\d*)?$/.exec(authority)?.[1];
  return address !== undefined && URL.canParse(`http://${address}`);
}

/** The user, host and port of an authority; undefined if it is not one of a server. */
function serverOf(authority: string | undefined): { readonly user?: string; readonly host?: string } {
  const match = /^(?:([^@]*)@)?(\[[^\]]*\]|[A-Za-z0-9.-]+)(?::\d*)?$/.exec(authority ?? "");
  if (match === null) return {};
  const [, user, host] = match;
  return { ...(user === undefined ? {} : { user }), host: host! };
}

function partOf(url: UriParts, part: string): string | undefined {
  switch (part) {
    case "HOST":
      return serverOf(url.authority).host;
    case "PATH":
      return url.path;
    case "QUERY":
      return url.query;
    case "REF":
      return url.fragment;
    case "PROTOCOL":
      return url.scheme;
    case "FILE":
      return url.query === undefined ? url.path : `${url.path}?${url.query}`;
    case "AUTHORITY":
      return url.authority;
    case "USERINFO":
      return serverOf(url.authority).user;
    default:
      return undefined;
  }
}

/** @throws {SfcrimeError} QUERY_FAILED if it is not a URL. */
function parseUrl(url: string, part: string, key?: string): string | null {
  const parts = partsOf(url);
  if (parts === undefined) {
    throw new SfcrimeError("QUERY_FAILED", `parse_url: ${JSON.stringify(url)} is not a URL.`, {
      hint: "Use try_parse_url to get NULL instead.",
    });
  }
  if (key === undefined) return partOf(parts, part) ?? null;
  if (part !== "QUERY" || parts.query === undefined) return null;
  const found = parts.query.split("&").find((pair) => pair.startsWith(`${key}=`));
  return found?.slice(key.length + 1) ?? null;
}

function tryParseUrl(url: string, part: string, key?: string): Value {
  return partsOf(url) === undefined ? null : parseUrl(url, part, key);
}

/** By their name in plans. */
export const URL_FUNCTIONS: Readonly<Record<string, Implementation>> = {
  url_encode: strict(urlEncode),
  url_decode: strict((text: string) => {
    const decoded = urlDecode(text);
    if (decoded !== undefined) return decoded;
    throw new SfcrimeError("QUERY_FAILED", `url_decode: ${JSON.stringify(text)} is not encoded as a URL.`, {
      hint: "Use try_url_decode to get NULL instead.",
    });
  }),
  try_url_decode: strict((text: string): Value => urlDecode(text) ?? null),
  parse_url: strict(parseUrl),
  try_parse_url: strict(tryParseUrl),
};
