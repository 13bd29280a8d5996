/**
 * Reads a JSON object from a text into the values of a row, as Spark's `from_json` does in PERMISSIVE mode.
 * The rules are those of its parser, Jackson, which is more lenient than `JSON.parse` in places and stricter
 * in others; `tests/golden/from_json` has the answers of a real Spark.
 *
 * - The first object counts, what follows it is ignored. Single quotes are allowed instead of double ones.
 *   NaN and infinities are numbers. Of duplicate keys the last valid one wins.
 * - A field that does not fit its column leaves it unchanged, and is reported as bad. Invalid JSON anywhere in
 *   the object makes every column NULL.
 *
 * This reader is the reference implementation. Faster ones have to agree with it, or fall back to it.
 */
import { doubleText } from "./double_text.ts";
import type { Value } from "./data_type.ts";

/** The quality of a record. */
export const RowQuality = {
  /** Every field fits. */
  good: 0,
  /** Some field does not fit its column. */
  badField: 1,
  /** The text is not a JSON object: the row is all NULL. */
  malformed: 2,
  /** The text is empty or white space: the row is all NULL, and Spark does not count it as corrupt. */
  empty: 3,
} as const;

/** One of {@link RowQuality}. */
export type RowQuality = (typeof RowQuality)[keyof typeof RowQuality];

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

/** The slot for the value of a key, and its reader. A key may have several targets of different types. */
export interface FieldTarget {
  readonly slot: number;
  readonly read: FieldReader;
}

/** Jackson's limits; text beyond them is malformed. */
const DEPTH_MAX = 1_000;
const NUMBER_LENGTH_MAX = 1_000;
const NAME_LENGTH_MAX = 50_000;

class Malformed extends Error {}
const malformed = new Malformed("malformed JSON");

/**
 * Reads `text` into `row`, which must be as long as the schema.
 *
 * @param targets The wanted keys. The values of other keys are checked to be JSON, and skipped.
 */
export function readJsonRow(
  text: string,
  targets: ReadonlyMap<string, readonly FieldTarget[]>,
  row: Value[],
): RowQuality {
  row.fill(null);
  try {
    return new Reader(text, targets, row).readRow();
  } catch (error) {
    if (error !== malformed) throw error;
    row.fill(null);
    return RowQuality.malformed;
  }
}

const NUMBER = /-?(?:0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?/y;
const NOT_FINITE = /NaN|[+-]INF|[+-]?Infinity/y;
/** Everything that may be in a string without escaping: no quotes, backslashes or control characters. */
// deno-lint-ignore no-control-regex
const PLAIN = /[^"'\\\u0000-\u001f]*/y;

class Reader {
  readonly #text: string;
  readonly #targets: ReadonlyMap<string, readonly FieldTarget[]>;
  readonly #row: Value[];
  #at = 0;

  constructor(text: string, targets: ReadonlyMap<string, readonly FieldTarget[]>, row: Value[]) {
    this.#text = text;
    this.#targets = targets;
    this.#row = row;
  }

  readRow(): RowQuality {
    this.#skipSpace();
    if (this.#at >= this.#text.length) return RowQuality.empty;
    if (this.#text[this.#at] !== "{") throw malformed;
    let quality: RowQuality = RowQuality.good;
    this.#readMembers((name) => {
      const targets = this.#targets.get(name);
      if (targets === undefined) this.#skipValue(1);
      else if (!this.#readField(targets)) quality = RowQuality.badField;
    });
    return quality;
  }

  #readField(targets: readonly FieldTarget[]): boolean {
    const token = this.#readToken();
    let fits = true;
    for (const { slot, read } of targets) {
      const value = token === null ? null : read(token);
      if (value === BAD_FIELD) fits = false;
      else this.#row[slot] = value;
    }
    return fits;
  }

  /** Reads an object whose brace is next, calling `member` before each value. */
  #readMembers(member: (name: string) => void): void {
    this.#at++;
    this.#skipSpace();
    if (this.#text[this.#at] === "}") {
      this.#at++;
      return;
    }
    for (;;) {
      const name = this.#readString();
      if (name.length > NAME_LENGTH_MAX) throw malformed;
      this.#skipSpace();
      this.#expect(":");
      this.#skipSpace();
      member(name);
      this.#skipSpace();
      if (this.#text[this.#at] === "}") break;
      this.#expect(",");
      this.#skipSpace();
    }
    this.#at++;
  }

  /** Reads an array whose bracket is next, calling `element` before each value. */
  #readElements(element: () => void): void {
    this.#at++;
    this.#skipSpace();
    if (this.#text[this.#at] === "]") {
      this.#at++;
      return;
    }
    for (;;) {
      element();
      this.#skipSpace();
      if (this.#text[this.#at] === "]") break;
      this.#expect(",");
      this.#skipSpace();
    }
    this.#at++;
  }

  #readToken(): JsonToken | null {
    switch (this.#text[this.#at]) {
      case '"':
      case "'":
        return { kind: "string", text: this.#readString() };
      case "{":
      case "[":
        return { kind: "structure", text: this.#copyValue(1) };
      case "t":
        this.#expect("true");
        return { kind: "boolean", value: true };
      case "f":
        this.#expect("false");
        return { kind: "boolean", value: false };
      case "n":
        this.#expect("null");
        return null;
      default:
        return this.#readNumber();
    }
  }

  #readNumber(): JsonToken {
    const special = this.#match(NOT_FINITE);
    if (special !== null) {
      const value = special[0] === "NaN" ? NaN : special[0].startsWith("-") ? -Infinity : Infinity;
      return { kind: "not-finite", value };
    }
    const match = this.#match(NUMBER);
    if (match === null || match[0].length > NUMBER_LENGTH_MAX) throw malformed;
    const whole = match[1] === undefined && match[2] === undefined;
    return { kind: whole ? "whole" : "fraction", text: match[0] };
  }

  /** Skips a value, checking only its syntax. */
  #skipValue(depth: number): void {
    const next = this.#text[this.#at];
    if (next === '"' || next === "'") this.#readString();
    else if (next === "{" || next === "[") {
      if (depth >= DEPTH_MAX) throw malformed;
      if (next === "{") this.#readMembers(() => this.#skipValue(depth + 1));
      else this.#readElements(() => this.#skipValue(depth + 1));
    } else this.#readToken();
  }

  /** Reads a value and returns it as compact JSON, with numbers as Java prints them. */
  #copyValue(depth: number): string {
    const next = this.#text[this.#at];
    if (next !== "{" && next !== "[") return tokenJson(this.#readToken());
    if (depth >= DEPTH_MAX) throw malformed;
    const parts: string[] = [];
    if (next === "{") {
      this.#readMembers((name) => {
        parts.push(`${quote(name)}:${this.#copyValue(depth + 1)}`);
      });
      return `{${parts.join(",")}}`;
    }
    this.#readElements(() => parts.push(this.#copyValue(depth + 1)));
    return `[${parts.join(",")}]`;
  }

  #readString(): string {
    const quote = this.#text[this.#at];
    if (quote !== '"' && quote !== "'") throw malformed;
    this.#at++;
    let content = "";
    for (;;) {
      content += this.#match(PLAIN)![0];
      const next = this.#text[this.#at];
      if (next === quote) {
        this.#at++;
        return content;
      }
      if (next === '"' || next === "'") {
        content += next;
        this.#at++;
      } else if (next === "\\") content += this.#readEscape();
      else throw malformed;
    }
  }

  #readEscape(): string {
    const code = this.#text[this.#at + 1];
    if (code === "u") {
      const hex = this.#text.slice(this.#at + 2, this.#at + 6);
      if (!/^[0-9a-fA-F]{4}$/.test(hex)) throw malformed;
      this.#at += 6;
      return String.fromCharCode(parseInt(hex, 16));
    }
    const plain = code === undefined ? undefined : ESCAPES[code];
    if (plain === undefined) throw malformed;
    this.#at += 2;
    return plain;
  }

  #expect(word: string): void {
    if (!this.#text.startsWith(word, this.#at)) throw malformed;
    this.#at += word.length;
  }

  #match(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.#at;
    const match = pattern.exec(this.#text);
    if (match !== null) this.#at = pattern.lastIndex;
    return match;
  }

  #skipSpace(): void {
    for (; this.#at < this.#text.length; this.#at++) {
      const code = this.#text.charCodeAt(this.#at);
      if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) return;
    }
  }
}

const ESCAPES: Readonly<Record<string, string>> = {
  '"': '"',
  "'": "'",
  "\\": "\\",
  "/": "/",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
};

/**
 * A token as written by Jackson's generator: doubles in Java's format, NaN and infinities as strings.
 */
export function tokenJson(token: JsonToken | null): string {
  if (token === null) return "null";
  switch (token.kind) {
    case "string":
      return quote(token.text);
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

function escapeControl(character: string): string {
  return SHORT_ESCAPES[character] ??
    `\\u${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0")}`;
}
