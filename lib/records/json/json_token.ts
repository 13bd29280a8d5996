/** The values of JSON as the readers of columns take them. */
import type { Value } from "../data_type.ts";
import { doubleText } from "../values/double_text.ts";
import type { JsonTokenKind } from "./json_tokens.ts";

/** A value that does not fit its column. */
export const BAD_FIELD = Symbol("bad field");

/** A JSON value, as passed to the reader of a column. */
export type JsonToken =
  | { readonly kind: "string"; readonly text: string }
  /** `text` is that of the number; a whole number has neither point nor exponent. */
  | { readonly kind: "whole" | "fraction"; readonly text: string }
  | { readonly kind: "not-finite"; readonly value: number }
  | { readonly kind: "boolean"; readonly value: boolean }
  /** An object or array, as compact JSON. */
  | { readonly kind: "structure"; readonly text: string };

/** Converts a token to the value of a column, or returns {@link BAD_FIELD}. It never gets null. */
export type FieldReader = (token: JsonToken) => Value | typeof BAD_FIELD;

/** The token of a kind, with its text. */
export function scalarOf(
  kind: Exclude<JsonTokenKind, "{" | "}" | "[" | "]" | "name" | "null">,
  value: string,
): JsonToken {
  switch (kind) {
    case "true":
    case "false":
      return { kind: "boolean", value: kind === "true" };
    case "not-finite":
      return { kind, value: value === "NaN" ? NaN : value.startsWith("-") ? -Infinity : Infinity };
    default:
      return { kind, text: value };
  }
}

/**
 * A token as written by Jackson's generator: doubles in Java's format, NaN and infinities as strings.
 */
export function tokenJson(token: JsonToken | null, quoted: (text: string) => string = quote): string {
  if (token === null) return "null";
  switch (token.kind) {
    case "string":
      return quoted(token.text);
    case "whole":
      return token.text === "-0" ? "0" : token.text;
    case "fraction": {
      const value = Number(token.text);
      return Number.isFinite(value) ? doubleText(value) : quote(doubleText(value));
    }
    case "not-finite":
      return quote(doubleText(token.value));
    case "boolean":
      return String(token.value);
    case "structure":
      return token.text;
  }
}

/** Jackson writes characters outside the Basic Multilingual Plane as two escapes. */
// deno-lint-ignore no-control-regex
const ESCAPED = /["\\\u0000-\u001f\ud800-\udfff]/g;

const SHORT_ESCAPES: Readonly<Record<string, string>> = {
  '"': '\\"',
  "\\": "\\\\",
  "\b": "\\b",
  "\f": "\\f",
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
};

/**
 * A string as JSON, escaping what Jackson escapes and nothing else.
 *
 * @example
 * ```ts
 * import { equal } from "assert";
 * equal(quote('a "b" \u0001\n'), String.raw`"a \"b\" \u0001\n"`);
 * ```
 */
export function quote(text: string): string {
  return `"${text.replace(ESCAPED, escapeControl)}"`;
}

/** The same, as Jackson does where it writes characters instead of bytes. */
export function quotePlain(text: string): string {
  return `"${
    text.replace(ESCAPED, (character) => character < "\ud800" ? escapeControl(character) : character)
  }"`;
}

function escapeControl(character: string): string {
  return SHORT_ESCAPES[character] ??
    `\\u${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0")}`;
}
