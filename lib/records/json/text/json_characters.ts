/**
 * The characters of a JSON text, as Jackson reads them: white space, strings, numbers and words. What is not valid is
 * thrown, and {@link JsonCharacters.at} is then where Jackson stands.
 */
import type { JsonSyntax } from "./json_syntax.ts";
import { MALFORMED } from "./malformed.ts";

/** What a value is that is no object and no array. */
export type ScalarKind = "string" | "whole" | "fraction" | "not-finite" | "true" | "false" | "null";

/** Jackson's limits. */
const NUMBER_DIGITS_MAX = 1_000;
/** Characters of an unknown word that are skipped. */
const WORD_LENGTH_MAX = 256;
/** Jackson reads the text in pieces of this length, and numbers across two of them by other code. */
const PIECE_LENGTH = 4_000;

const NUMBER = /-?(\d+)(?:(\.)(\d*))?(?:([eE])[+-]?(\d*))?/y;
// What Java takes for a part of an identifier.
// deno-lint-ignore no-control-regex
const WORD_PART = /[\p{L}\p{Nl}\p{Nd}\p{Sc}\p{Pc}\p{Mc}\p{Mn}\p{Cf}\u0000-\u0008\u000e-\u001b\u007f-\u009f]/u;
const WORD_START = /[\p{L}\p{Nl}\p{Sc}\p{Pc}]/u;
/** What is part of a name without quotes. */
const NAME_PART = /[\p{L}\p{Nl}\p{Nd}\p{Sc}\p{Pc}\p{Mc}\p{Mn}@#*+-]/u;
const HEX_DIGIT = /[0-9a-fA-F]/;
/** A comment whose slash has been read. */
const COMMENT = /\/[^\n\r]*|\*[^]*?\*\//y;

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

/** See the module's description. */
export class JsonCharacters {
  readonly #text: string;
  readonly #syntax: JsonSyntax;
  /** The position of the next character. */
  at = 0;
  /** The text of the last number or word, or of a string in single quotes. */
  value = "";

  constructor(text: string, syntax: JsonSyntax) {
    this.#text = text;
    this.#syntax = syntax;
  }

  /** Others, which go on from here. */
  copy(): JsonCharacters {
    const copy = new JsonCharacters(this.#text, this.#syntax);
    copy.at = this.at;
    copy.value = this.value;
    return copy;
  }

  /** Reads a name, whose first character has been read. */
  readName(first: string): string {
    const isQuoted = first === '"' || first === "'" && this.#syntax.singleQuotes;
    return isQuoted ? this.readString(first) : this.#readPlainName(first);
  }

  /** A name without quotes, of which one character has been read. */
  #readPlainName(first: string): string {
    if (!this.#syntax.unquotedNames || !NAME_PART.test(first)) throw MALFORMED;
    let name = first;
    for (; this.at < this.#text.length && NAME_PART.test(this.#text[this.at]!); this.at++) {
      name += this.#text[this.at];
    }
    return name;
  }

  /** Reads a string in single quotes, a number or a word, whose first character has been read. */
  readScalar(first: string): ScalarKind {
    switch (first) {
      case "'":
        if (!this.#syntax.singleQuotes) throw MALFORMED;
        this.value = this.readString("'");
        return "string";
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
        return isDigit(this.#text[this.at]) ? this.#readNumber() : this.#readSigned("-");
      default:
        if (isDigit(first)) return this.#readNumber();
        if (WORD_START.test(first)) this.#skipWord(1);
        throw MALFORMED;
    }
  }

  /** Reads a word, of which some characters have been read. */
  #readWord(word: string, read: number, kind: ScalarKind): ScalarKind {
    for (let length = read; length < word.length; length++, this.at++) {
      if (this.#text[this.at] !== word[length]) this.#skipWord(length);
    }
    const after = this.#text[this.at];
    if (after !== undefined && after >= "0" && WORD_PART.test(after)) this.#skipWord(word.length);
    if (kind === "not-finite" && !this.#syntax.notFinite) throw MALFORMED;
    this.value = word;
    return kind;
  }

  /** An unknown word is skipped, up to a limit for all of it. */
  #skipWord(length: number): never {
    for (let left = WORD_LENGTH_MAX - length; left > 0; left--, this.at++) {
      const character = this.#text[this.at];
      if (character === undefined || !WORD_PART.test(character)) break;
    }
    throw MALFORMED;
  }

  /** An infinity with a sign. */
  #readSigned(sign: "+" | "-"): ScalarKind {
    const start = this.#text.slice(this.at, this.at + 2);
    // A point is left where it is.
    if (!(sign === "-" && start.startsWith("."))) this.at++;
    if (!start.startsWith("I")) throw MALFORMED;
    this.at++;
    if (start === "IN") return this.#readWord(`${sign}INF`, 3, "not-finite");
    if (start === "In") return this.#readWord(`${sign}Infinity`, 3, "not-finite");
    throw MALFORMED;
  }

  #readNumber(): ScalarKind {
    const start = this.at - 1;
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
    const zeros = leadingZeros(whole);
    if (zeros > 0 && !this.#syntax.leadingZeros) this.#fail(first + 1);
    const isApart = whole === "0" || end >= this.#text.length ||
      Math.floor(start / PIECE_LENGTH) !== Math.floor(end / PIECE_LENGTH);
    if (point !== undefined && fraction === "") this.#failAfter(first + whole.length + 1, isApart);
    if (exponent !== undefined && power === "") {
      if (isApart) this.#failAfter(end, isApart);
      this.#fail(first + whole.length + 1);
    }
    this.at = end;
    // Jackson counts one less for a part that is missing, in one of its two ways to read a number.
    const missing = isApart ? -1 : 0;
    const isWhole = point === undefined && exponent === undefined;
    const digits = isWhole ? whole.length : whole.length + (point === undefined ? missing : fraction.length) +
      (exponent === undefined ? missing : power.length);
    if (digits > NUMBER_DIGITS_MAX) throw MALFORMED;
    this.value = zeros === 0 ? text : text.slice(0, first - start) + text.slice(first - start + zeros);
    return isWhole ? "whole" : "fraction";
  }

  /** Fails at a character; where the number is read apart, that has been read. */
  #failAfter(at: number, isApart: boolean): never {
    this.#fail(isApart ? Math.min(at + 1, this.#text.length) : at);
  }

  #fail(at: number): never {
    this.at = at;
    throw MALFORMED;
  }

  /** The rest of a string whose opening quote has been read. */
  readString(quote: string): string {
    let content = "";
    for (;;) {
      const start = this.at;
      while (isPlain(this.#text.charCodeAt(this.at))) this.at++;
      content += this.#text.slice(start, this.at);
      const next = required(this.#text[this.at]);
      this.at++;
      if (next === quote) return content;
      if (next === "\\") content += this.#readEscape();
      else if (next === '"' || next === "'" || this.#syntax.controlCharacters) content += next;
      else throw MALFORMED;
    }
  }

  #readEscape(): string {
    const code = required(this.#text[this.at++]);
    if (code !== "u") {
      const meant = Object.hasOwn(ESCAPES, code) && (code !== "'" || this.#syntax.singleQuotes)
        ? ESCAPES[code]
        : undefined;
      return required(meant ?? (this.#syntax.anyEscapes ? code : undefined));
    }
    let unit = 0;
    for (let count = 0; count < 4; count++) {
      const digit = required(this.#text[this.at++]);
      if (!HEX_DIGIT.test(digit)) throw MALFORMED;
      unit = unit * 16 + parseInt(digit, 16);
    }
    return String.fromCharCode(unit);
  }

  /** Skips a comment whose slash has been read. */
  #skipComment(): void {
    COMMENT.lastIndex = this.at;
    if (!this.#syntax.comments || !COMMENT.test(this.#text)) throw MALFORMED;
    this.at = COMMENT.lastIndex;
  }

  /** Skips white space and reads the character after it; undefined at the end. */
  skipSpace(): string | undefined {
    for (;;) {
      const character = this.#text[this.at];
      if (character === undefined) return undefined;
      this.at++;
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

/** What has been read. @throws {@link MALFORMED} at the end of the text. */
export function required(character: string | undefined): string {
  if (character === undefined) throw MALFORMED;
  return character;
}

/** Whether a character may be in a string as it is: no quote, backslash or control character, nor the end of the text. */
function isPlain(code: number): boolean {
  return code >= 0x20 && code !== 0x22 && code !== 0x27 && code !== 0x5c;
}

/** Zeros in front of other digits. */
function leadingZeros(digits: string): number {
  let count = 0;
  while (count < digits.length - 1 && digits[count] === "0") count++;
  return count;
}

function isDigit(character: string | undefined): boolean {
  return character !== undefined && character >= "0" && character <= "9";
}
