/**
 * The tokens of a JSON text, as Jackson reads them, the parser of Spark. It is more lenient than `JSON.parse` in
 * places and stricter in others; and after an error, reading can go on, which Spark does when the error is in the
 * value of a field. So what matters is not only what is invalid, but also where Jackson stands then:
 *
 * - The start of a value is read together with the name before it. If that fails, the text ends there.
 * - Elsewhere, it goes on after the characters that it has looked at.
 * - A string is read when its text is needed, or else before the next token.
 *
 * The rules are those of `ReaderBasedJsonParser` in Jackson 2.18.
 */

import { type JsonSyntax, RECORD_SYNTAX } from "./text/json_syntax.ts";
import { MALFORMED } from "./text/malformed.ts";

/** A token; `name` is that of a member. */
export type JsonTokenKind =
  | "{"
  | "}"
  | "["
  | "]"
  | "name"
  | "string"
  | "whole"
  | "fraction"
  | "not-finite"
  | "true"
  | "false"
  | "null";

/** Jackson's limits. */
const DEPTH_MAX = 1_000;
const NUMBER_DIGITS_MAX = 1_000;
const NAME_LENGTH_MAX = 50_000;
/** Characters of an unknown word that are skipped. */
const WORD_LENGTH_MAX = 256;
/** Jackson reads the text in pieces of this length, and numbers across two of them by other code. */
const PIECE_LENGTH = 4_000;

/** Everything that may be in a string without escaping: no quotes, backslashes or control characters. */
// deno-lint-ignore no-control-regex
const PLAIN = /[^"'\\\u0000-\u001f]*/y;
const NUMBER = /-?(\d+)(?:(\.)(\d*))?(?:([eE])[+-]?(\d*))?/y;
// What Java takes for a part of an identifier.
// deno-lint-ignore no-control-regex
const WORD_PART = /[\p{L}\p{Nl}\p{Nd}\p{Sc}\p{Pc}\p{Mc}\p{Mn}\p{Cf}\u0000-\u0008\u000e-\u001b\u007f-\u009f]/u;
const WORD_START = /[\p{L}\p{Nl}\p{Sc}\p{Pc}]/u;

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

/** An object or array that is open, or the text as a whole. */
interface Scope {
  readonly kind: "text" | "object" | "array";
  /** The name of the last member. */
  name: string | undefined;
  /** Whether a comma has to come before the next member or element. */
  isBegun: boolean;
}

/** See the module's description. */
export class JsonTokens {
  readonly #text: string;
  readonly #syntax: JsonSyntax;
  #scopes: Scope[] = [{ kind: "text", name: undefined, isBegun: false }];
  #at = 0;
  #current: JsonTokenKind | undefined;
  /** The value after a name. */
  #ahead: JsonTokenKind | undefined;
  /** The text of the last string or number, as far as it has been read. */
  #value = "";
  #hasStringToRead = false;

  constructor(text: string, syntax: JsonSyntax = RECORD_SYNTAX) {
    this.#text = text;
    this.#syntax = syntax;
  }

  /** Another reader, which goes on from here. */
  copy(): JsonTokens {
    const copy = new JsonTokens(this.#text, this.#syntax);
    copy.#scopes = this.#scopes.map((scope) => ({ ...scope }));
    copy.#at = this.#at;
    copy.#current = this.#current;
    copy.#ahead = this.#ahead;
    copy.#value = this.#value;
    copy.#hasStringToRead = this.#hasStringToRead;
    return copy;
  }

  /** The last token; undefined at the end. */
  get current(): JsonTokenKind | undefined {
    return this.#current;
  }

  /** The name of the member that the current token belongs to, if any. */
  get name(): string | undefined {
    const isOpening = this.#current === "{" || this.#current === "[";
    return this.#scopes.at(isOpening ? -2 : -1)!.name;
  }

  /** The text of the current string or number. @throws {@link MALFORMED} for a string that is not valid. */
  get value(): string {
    if (this.#hasStringToRead) {
      this.#hasStringToRead = false;
      this.#value = this.#readString('"');
    }
    return this.#value;
  }

  /** Reads the next token. @throws {@link MALFORMED}, after which reading can go on. */
  next(): JsonTokenKind | undefined {
    if (this.#current === "name") return this.#valueOfMember();
    if (this.#hasStringToRead) void this.value;
    const first = this.#skipSpace();
    const scope = this.#scopes.at(-1)!;
    if (first === undefined) {
      if (scope.kind !== "text") throw MALFORMED;
      return this.#current = undefined;
    }
    if (first === "}" || first === "]") return this.#close(first, scope);
    const opening = this.#skipComma(first, scope);
    if (scope.kind !== "object") {
      const kind = this.#startValue(opening);
      this.#open(kind);
      return this.#current = kind;
    }
    scope.name = this.#readName(opening);
    this.#current = "name";
    this.#ahead = this.#startValue(this.#skipColon());
    return this.#current;
  }

  /** If the current token opens an object or array, skips it, up to its end. @throws {@link MALFORMED} */
  skipChildren(): void {
    if (this.#current !== "{" && this.#current !== "[") return;
    for (let open = 1; open > 0;) {
      const token = this.next();
      if (token === undefined) throw MALFORMED;
      if (token === "{" || token === "[") open++;
      else if (token === "}" || token === "]") open--;
    }
  }

  #valueOfMember(): JsonTokenKind | undefined {
    const value = this.#ahead;
    this.#ahead = undefined;
    this.#open(value);
    return this.#current = value;
  }

  #open(kind: JsonTokenKind | undefined): void {
    if (kind !== "{" && kind !== "[") return;
    this.#scopes.push({ kind: kind === "{" ? "object" : "array", name: undefined, isBegun: false });
    if (this.#scopes.length > DEPTH_MAX + 1) throw MALFORMED;
  }

  #close(bracket: "}" | "]", { kind }: Scope): JsonTokenKind {
    if (kind !== (bracket === "}" ? "object" : "array")) throw MALFORMED;
    this.#scopes.pop();
    return this.#current = bracket;
  }

  /** The first character of the next member or element. */
  #skipComma(first: string, scope: Scope): string {
    const isBegun = scope.isBegun;
    scope.isBegun = true;
    if (!isBegun || scope.kind === "text") return first;
    if (first !== ",") throw MALFORMED;
    return this.#required(this.#skipSpace());
  }

  #readName(opening: string): string {
    const isQuoted = opening === '"' || opening === "'" && this.#syntax.singleQuotes;
    const name = isQuoted ? this.#readString(opening) : this.#readPlainName(opening);
    if (name.length > NAME_LENGTH_MAX) throw MALFORMED;
    return name;
  }

  /** A name without quotes, of which one character has been read. */
  #readPlainName(first: string): string {
    if (!this.#syntax.unquotedNames || !NAME_PART.test(first)) throw MALFORMED;
    let name = first;
    for (; this.#at < this.#text.length && NAME_PART.test(this.#text[this.#at]!); this.#at++) {
      name += this.#text[this.#at];
    }
    return name;
  }

  #skipColon(): string {
    if (this.#skipSpace() !== ":") throw MALFORMED;
    return this.#required(this.#skipSpace());
  }

  #required(character: string | undefined): string {
    if (character === undefined) throw MALFORMED;
    return character;
  }

  /** Reads a value, or the start of it, whose first character has been read. */
  #startValue(first: string): JsonTokenKind {
    switch (first) {
      case '"':
        this.#hasStringToRead = true;
        return "string";
      case "'":
        if (!this.#syntax.singleQuotes) throw MALFORMED;
        this.#value = this.#readString("'");
        return "string";
      case "{":
      case "[":
        return first;
      case "t":
        return this.#readWord("true", 1, "true");
      case "f":
        return this.#readWord("false", 1, "false");
      case "n":
        return this.#readWord("null", 1, "null");
      case "N":
        return this.#readWord("NaN", 1, "not-finite");
      case "I":
        return this.#readWord("Infinity", 1, "not-finite");
      case "+":
        return this.#readSigned("+");
      case "-":
        return isDigit(this.#text[this.#at]) ? this.#readNumber() : this.#readSigned("-");
      default:
        if (isDigit(first)) return this.#readNumber();
        if (WORD_START.test(first)) this.#skipWord(1);
        throw MALFORMED;
    }
  }

  /** Reads a word, of which some characters have been read. */
  #readWord(word: string, read: number, kind: JsonTokenKind): JsonTokenKind {
    for (let length = read; length < word.length; length++, this.#at++) {
      if (this.#text[this.#at] !== word[length]) this.#skipWord(length);
    }
    const after = this.#text[this.#at];
    if (after !== undefined && after >= "0" && WORD_PART.test(after)) this.#skipWord(word.length);
    if (kind === "not-finite" && !this.#syntax.notFinite) throw MALFORMED;
    this.#value = word;
    return kind;
  }

  /** An unknown word is skipped, up to a limit for all of it. */
  #skipWord(length: number): never {
    for (let left = WORD_LENGTH_MAX - length; left > 0; left--, this.#at++) {
      const character = this.#text[this.#at];
      if (character === undefined || !WORD_PART.test(character)) break;
    }
    throw MALFORMED;
  }

  /** An infinity with a sign. */
  #readSigned(sign: "+" | "-"): JsonTokenKind {
    const start = this.#text.slice(this.#at, this.#at + 2);
    // A point is left where it is.
    if (!(sign === "-" && start.startsWith("."))) this.#at++;
    if (!start.startsWith("I")) throw MALFORMED;
    this.#at++;
    if (start === "IN") return this.#readWord(`${sign}INF`, 3, "not-finite");
    if (start === "In") return this.#readWord(`${sign}Infinity`, 3, "not-finite");
    throw MALFORMED;
  }

  #readNumber(): JsonTokenKind {
    const start = this.#at - 1;
    NUMBER.lastIndex = start;
    const [text, whole, point, fraction = "", exponent, power = ""] = NUMBER.exec(this.#text) as unknown as [
      string,
      string,
      string | undefined,
      string | undefined,
      string | undefined,
      string | undefined,
    ];
    const end = start + text.length;
    const first = this.#text[start] === "-" ? start + 1 : start;
    const zeros = whole.length > 1 ? /^0+(?=\d)/.exec(whole)?.[0].length ?? 0 : 0;
    if (zeros > 0 && !this.#syntax.leadingZeros) this.#fail(first + 1);
    const isApart = whole === "0" || end >= this.#text.length ||
      Math.floor(start / PIECE_LENGTH) !== Math.floor(end / PIECE_LENGTH);
    if (point !== undefined && fraction === "") this.#failAfter(first + whole.length + 1, isApart);
    if (exponent !== undefined && power === "") {
      if (isApart) this.#failAfter(end, isApart);
      this.#fail(first + whole.length + 1);
    }
    this.#at = end;
    // Jackson counts one less for a part that is missing, in one of its two ways to read a number.
    const missing = isApart ? -1 : 0;
    const isWhole = point === undefined && exponent === undefined;
    const digits = isWhole ? whole.length : whole.length + (point === undefined ? missing : fraction.length) +
      (exponent === undefined ? missing : power.length);
    if (digits > NUMBER_DIGITS_MAX) throw MALFORMED;
    this.#value = zeros === 0 ? text : text.replace(/^(-?)0+(?=\d)/, "$1");
    return isWhole ? "whole" : "fraction";
  }

  /** Fails at a character; where the number is read apart, that has been read. */
  #failAfter(at: number, isApart: boolean): never {
    this.#fail(isApart ? Math.min(at + 1, this.#text.length) : at);
  }

  #fail(at: number): never {
    this.#at = at;
    throw MALFORMED;
  }

  /** The rest of a string whose opening quote has been read. */
  #readString(quote: string): string {
    let content = "";
    for (;;) {
      PLAIN.lastIndex = this.#at;
      content += PLAIN.exec(this.#text)![0];
      this.#at = PLAIN.lastIndex;
      const next = this.#required(this.#text[this.#at]);
      this.#at++;
      if (next === quote) return content;
      if (next === "\\") content += this.#readEscape();
      else if (next === '"' || next === "'" || this.#syntax.controlCharacters) content += next;
      else throw MALFORMED;
    }
  }

  #readEscape(): string {
    const code = this.#required(this.#text[this.#at++]);
    if (code !== "u") {
      const meant = Object.hasOwn(ESCAPES, code) && (code !== "'" || this.#syntax.singleQuotes)
        ? ESCAPES[code]
        : undefined;
      return this.#required(meant ?? (this.#syntax.anyEscapes ? code : undefined));
    }
    let unit = 0;
    for (let count = 0; count < 4; count++) {
      const digit = this.#required(this.#text[this.#at++]);
      if (!/[0-9a-fA-F]/.test(digit)) throw MALFORMED;
      unit = unit * 16 + parseInt(digit, 16);
    }
    return String.fromCharCode(unit);
  }

  /** Skips a comment whose slash has been read. */
  #skipComment(): void {
    const rest = this.#syntax.comments ? /\/[^\n\r]*|\*[^]*?\*\//y : undefined;
    if (rest === undefined) throw MALFORMED;
    rest.lastIndex = this.#at;
    const comment = rest.exec(this.#text);
    if (comment === null) throw MALFORMED;
    this.#at += comment[0].length;
  }

  /** Skips white space and reads the character after it; undefined at the end. */
  #skipSpace(): string | undefined {
    for (;;) {
      const character = this.#text[this.#at];
      if (character === undefined) return undefined;
      this.#at++;
      if (character > " ") {
        if (character !== "/") return character;
        this.#skipComment();
        continue;
      }
      if (character !== " " && character !== "\n" && character !== "\r" && character !== "\t") {
        throw MALFORMED;
      }
    }
  }
}

/** What is part of a name without quotes. */
const NAME_PART = /[\p{L}\p{Nl}\p{Nd}\p{Sc}\p{Pc}\p{Mc}\p{Mn}@#*+-]/u;

function isDigit(character: string | undefined): boolean {
  return character !== undefined && character >= "0" && character <= "9";
}
