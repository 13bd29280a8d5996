/**
 * Reads a JSON object from a text into the values of a row, as Spark's `from_json` does in PERMISSIVE mode;
 * `tests/golden/from_json` has the answers of a real Spark.
 *
 * - The first object counts, what follows it is ignored. Single quotes are allowed instead of double ones.
 *   NaN and infinities are numbers. Of duplicate keys the last valid one wins.
 * - A field that does not fit its column leaves it unchanged, and is reported as bad. So does invalid JSON in
 *   the value of a column: reading goes on after it, or ends there with the fields before it, depending on where
 *   the parser stands. Invalid JSON elsewhere in the object makes every column NULL.
 *
 * This reader is the reference implementation. Faster ones have to agree with it, or fall back to it.
 */
import { doubleText } from "../values/double_text.ts";
import type { DataType, Value } from "../data_type.ts";
import { type JsonTokenKind, JsonTokens, MALFORMED } from "./json_tokens.ts";

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

/** The slot for the value of a key, its type and reader. A key may have several targets of different types. */
export interface FieldTarget {
  readonly slot: number;
  readonly type: DataType;
  /** Whether a STRING may be a `TextView`. */
  readonly asBytes?: boolean;
  readonly read: FieldReader;
}

/** What is read of a record. */
export interface RecordFields {
  /** The wanted keys. */
  readonly targets: ReadonlyMap<string, readonly FieldTarget[]>;
  /**
   * The keys of all columns, wanted or not, and whether they are STRINGs: only these take an object or array. The
   * values of other keys are checked to be JSON, and skipped.
   */
  readonly declared: ReadonlyMap<string, boolean>;
}

/** Reads `text` into `row`, which must be as long as the schema. */
export function readJsonRow(text: string, fields: RecordFields, row: Value[]): RowQuality {
  row.fill(null);
  try {
    return new Reader(text, fields, row).readRow();
  } catch (error) {
    if (error !== MALFORMED) throw error;
    row.fill(null);
    return RowQuality.malformed;
  }
}

const NO_TARGETS: readonly FieldTarget[] = [];

class Reader {
  readonly #tokens: JsonTokens;
  readonly #fields: RecordFields;
  readonly #row: Value[];

  constructor(text: string, fields: RecordFields, row: Value[]) {
    this.#tokens = new JsonTokens(text);
    this.#fields = fields;
    this.#row = row;
  }

  readRow(): RowQuality {
    const first = this.#tokens.next();
    if (first === undefined) return RowQuality.empty;
    if (first !== "{") throw MALFORMED;
    let quality: RowQuality = RowQuality.good;
    // After an error in a field, these may be tokens of what is inside it.
    for (let token = this.#tokens.next(); token !== undefined && token !== "}"; token = this.#tokens.next()) {
      const { name } = this.#tokens;
      const isText = name === undefined ? undefined : this.#fields.declared.get(name);
      if (isText !== undefined) {
        const targets = this.#fields.targets.get(name!);
        if (!this.#readField(targets ?? NO_TARGETS, isText) && targets !== undefined) {
          quality = RowQuality.badField;
        }
      }
      this.#tokens.skipChildren();
    }
    return quality;
  }

  /** Reads the value of a field; false if it is not valid, or does not fit a column. */
  #readField(targets: readonly FieldTarget[], isText: boolean): boolean {
    let token: JsonToken | null;
    try {
      token = this.#readToken(isText);
    } catch (error) {
      if (error !== MALFORMED) throw error;
      return false;
    }
    let fits = true;
    for (const { slot, read } of targets) {
      const value = token === null ? null : read(token);
      if (value === BAD_FIELD) fits = false;
      else this.#row[slot] = value;
    }
    return fits;
  }

  /** The value at the current token, or after it if that is a name. */
  #readToken(isText: boolean): JsonToken | null {
    const tokens = this.#tokens;
    if (tokens.current === "name") tokens.next();
    switch (tokens.current) {
      case undefined:
      case "null":
        return null;
      case "{":
      case "[":
        return { kind: "structure", text: isText ? this.#copyStructure() : "" };
      case "}":
      case "]":
      case "name":
        throw MALFORMED;
      default:
        return scalarOf(tokens.current, tokens);
    }
  }

  /** Reads an object or array and returns it as compact JSON, with numbers as Java prints them. */
  #copyStructure(): string {
    const tokens = this.#tokens;
    let text: string = tokens.current!;
    let comma = "";
    for (let depth = 1; depth > 0;) {
      const token = tokens.next();
      if (token === undefined) throw MALFORMED;
      if (token === "}" || token === "]") {
        text += token;
        depth--;
      } else {
        text += comma;
        if (token === "name") text += `${quote(tokens.name!)}:`;
        else if (token === "{" || token === "[") {
          text += token;
          depth++;
        } else text += token === "null" ? token : tokenJson(scalarOf(token, tokens));
      }
      comma = token === "name" || token === "{" || token === "[" ? "" : ",";
    }
    return text;
  }
}

function scalarOf(
  kind: Exclude<JsonTokenKind, "{" | "}" | "[" | "]" | "name" | "null">,
  { value }: JsonTokens,
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
