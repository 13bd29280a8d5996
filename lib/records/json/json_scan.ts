/**
 * Scans JSON values byte by byte, strictly by RFC 8259, and returns them without the white space between
 * tokens: like `JSON.stringify`, but with every number and string exactly as it was.
 *
 * A single pass finds where a value ends, detects immediately where it becomes invalid, and records the
 * positions of the members of an object, so that it does not have to be parsed again for a few fields.
 */
import { doubled, Gaps } from "./text/gaps.ts";

const [TAB, NEWLINE, RETURN, SPACE] = [0x09, 0x0a, 0x0d, 0x20];
const [QUOTE, BACKSLASH, COMMA, COLON] = [0x22, 0x5c, 0x2c, 0x3a];
const [PLUS, MINUS, POINT, ZERO, NINE, LOWER_E, LOWER_U] = [0x2b, 0x2d, 0x2e, 0x30, 0x39, 0x65, 0x75];
const [OPEN_BRACE, CLOSE_BRACE, OPEN_BRACKET, CLOSE_BRACKET] = [0x7b, 0x7d, 0x5b, 0x5d];

/** Deeper nesting is rejected; Jackson has such a limit as well. */
const DEPTH_MAX = 1_000;

/** Numbers stored per member: where its name and its value start and end. */
const NUMBERS_PER_MEMBER = 4;

/** Whether a byte is white space between JSON's tokens. */
export function isSpace(byte: number | undefined): boolean {
  return byte === SPACE || byte === NEWLINE || byte === RETURN || byte === TAB;
}

/** The number of line breaks in `bytes[start, end)`. */
export function countNewlines(bytes: Uint8Array, start: number, end: number): number {
  let count = 0;
  for (let at = start; at < end; at++) if (bytes[at] === NEWLINE) count++;
  return count;
}

/**
 * The result of a scan: a complete value, a value that the bytes end inside of, or an invalid one.
 */
export type ScanOutcome = "value" | "incomplete" | "invalid";

/** The members of the outermost object of a compact value, by position. Valid until the next scan. */
export interface Members {
  readonly count: number;
  /** Where a name starts and ends, including its quotes. */
  nameStart(index: number): number;
  nameEnd(index: number): number;
  valueStart(index: number): number;
  valueEnd(index: number): number;
}

/** An invalid or incomplete value; thrown only inside the scanner. */
class Stop {
  readonly outcome: ScanOutcome;
  constructor(outcome: ScanOutcome) {
    this.outcome = outcome;
  }
}

const incomplete = new Stop("incomplete");
const invalid = new Stop("invalid");

/**
 * Scans values, one at a time.
 *
 * @example
 * ```ts
 * import { equal } from "assert";
 * const scanner = new JsonScanner();
 * const bytes = new TextEncoder().encode('{"a": [1, "x y"]}, {"b');
 * equal(scanner.scan(bytes, 0), "value");
 * equal(new TextDecoder().decode(scanner.value), '{"a":[1,"x y"]}');
 * equal(scanner.end, 17);
 * equal(scanner.scan(bytes, 19), "incomplete");
 * ```
 */
export class JsonScanner implements Members {
  /** The position after the value, for the outcome `value`. */
  end = 0;
  /** The number of line breaks inside the value. */
  newlines = 0;
  /** The result of the last scan. */
  outcome: ScanOutcome = "incomplete";
  /** Where the value becomes invalid, and what was expected there, for the outcome `invalid`. */
  invalidAt = 0;
  expected = "";
  count = 0;
  #bytes: Uint8Array = new Uint8Array();
  #start = 0;
  #at = 0;
  /** The end of what is scanned. */
  #limit = 0;
  #isLast = false;
  /** Where the last string starts and, if complete, ends. */
  #stringStart = 0;
  #stringEnd = 0;
  /** White space between tokens so far. */
  readonly #gaps = new Gaps();
  #members = new Int32Array(64 * NUMBERS_PER_MEMBER);

  /**
   * Scans the value at `start`, which is not white space.
   *
   * @param isLast Whether nothing follows: a number may end there, anything else is then incomplete.
   * @param limit Bytes from here on are not scanned.
   */
  scan(bytes: Uint8Array, start: number, isLast = false, limit = bytes.length): ScanOutcome {
    this.#bytes = bytes;
    this.#start = this.#at = start;
    this.#limit = limit;
    this.#isLast = isLast;
    this.newlines = 0;
    this.count = 0;
    this.#gaps.clear();
    this.#stringStart = this.#stringEnd = start;
    try {
      this.#scanValue(0);
      this.end = this.#at;
      return this.outcome = "value";
    } catch (stop) {
      if (stop instanceof Stop) return this.outcome = stop.outcome;
      throw stop;
    }
  }

  /**
   * From where on the last scan is uncertain. If it fails in a string, or right after one, the quote that
   * ended that string may be the start of another.
   */
  get doubtfulFrom(): number {
    if (this.outcome !== "invalid") return this.outcome === "value" ? this.end : this.#limit;
    let at = this.#stringEnd;
    while (isSpace(this.#bytes[at])) at++;
    return at >= this.invalidAt ? this.#stringStart : this.invalidAt;
  }

  /**
   * The last value, without white space: a view of the bytes if it has none, else a copy. Neither changes
   * with later scans.
   */
  get value(): Uint8Array {
    return this.#gaps.without(this.#bytes, { start: this.#start, end: this.end });
  }

  nameStart(index: number): number {
    return this.#members[index * NUMBERS_PER_MEMBER]!;
  }

  nameEnd(index: number): number {
    return this.#members[index * NUMBERS_PER_MEMBER + 1]!;
  }

  valueStart(index: number): number {
    return this.#members[index * NUMBERS_PER_MEMBER + 2]!;
  }

  valueEnd(index: number): number {
    return this.#members[index * NUMBERS_PER_MEMBER + 3]!;
  }

  /** The byte at a position; undefined from the limit on. */
  #byteAt(at: number): number | undefined {
    return at < this.#limit ? this.#bytes[at] : undefined;
  }

  #scanValue(depth: number): void {
    const first = this.#byteAt(this.#at);
    switch (first) {
      case QUOTE:
        return this.#scanString();
      case OPEN_BRACE:
        return this.#scanObject(depth);
      case OPEN_BRACKET:
        return this.#scanArray(depth);
      case 0x74:
        return this.#scanWord(TRUE);
      case 0x66:
        return this.#scanWord(FALSE);
      case 0x6e:
        return this.#scanWord(NULL);
      case undefined:
        throw incomplete;
      default:
        if (first === MINUS || (first >= ZERO && first <= NINE)) return this.#scanNumber();
        throw this.#invalid(this.#at, "a value");
    }
  }

  #scanObject(depth: number): void {
    this.#enter(depth);
    if (this.#byteAt(this.#at) === CLOSE_BRACE) {
      this.#at++;
      return;
    }
    for (;;) {
      const nameStart = this.#place();
      if (this.#at >= this.#limit) throw incomplete;
      if (this.#bytes[this.#at] !== QUOTE) throw this.#invalid(this.#at, "a quoted name");
      this.#scanString();
      const nameEnd = this.#place();
      this.#skipSpace();
      this.#require(COLON, "a colon");
      this.#skipSpace();
      this.#scanValue(depth + 1);
      if (depth === 0) this.#note(nameStart, nameEnd);
      if (this.#ends(CLOSE_BRACE, "a comma or }")) return;
    }
  }

  #scanArray(depth: number): void {
    this.#enter(depth);
    if (this.#byteAt(this.#at) === CLOSE_BRACKET) {
      this.#at++;
      return;
    }
    do this.#scanValue(depth + 1); while (!this.#ends(CLOSE_BRACKET, "a comma or ]"));
  }

  #enter(depth: number): void {
    if (depth >= DEPTH_MAX) throw this.#invalid(this.#at, `at most ${DEPTH_MAX} levels`);
    this.#at++;
    this.#skipSpace();
  }

  /**
   * Consumes what follows a value inside another one: the closing bracket, or a comma before the next value.
   */
  #ends(closer: number, expected: string): boolean {
    this.#skipSpace();
    const next = this.#byteAt(this.#at);
    if (next === undefined) throw incomplete;
    if (next !== closer && next !== COMMA) throw this.#invalid(this.#at, expected);
    this.#at++;
    if (next === closer) return true;
    this.#skipSpace();
    return false;
  }

  #require(byte: number, expected: string): void {
    const next = this.#byteAt(this.#at);
    if (next === undefined) throw incomplete;
    if (next !== byte) throw this.#invalid(this.#at, expected);
    this.#at++;
  }

  /** The position in the value without white space. */
  #place(): number {
    return this.#at - this.#start - this.#gaps.bytes;
  }

  #skipSpace(): void {
    const bytes = this.#bytes;
    const from = this.#at;
    // Usually there is none.
    if (bytes[from]! > SPACE) return;
    let at = from;
    for (; at < this.#limit; at++) {
      const byte = bytes[at];
      if (byte === NEWLINE) this.newlines++;
      else if (byte !== SPACE && byte !== RETURN && byte !== TAB) break;
    }
    if (at === from) return;
    this.#at = at;
    this.#gaps.add(from, at);
  }

  #note(nameStart: number, nameEnd: number): void {
    const at = this.count++ * NUMBERS_PER_MEMBER;
    if (at + NUMBERS_PER_MEMBER > this.#members.length) this.#members = doubled(this.#members);
    this.#members[at] = nameStart;
    this.#members[at + 1] = nameEnd;
    this.#members[at + 2] = nameEnd + 1;
    this.#members[at + 3] = this.#place();
  }

  #scanWord(word: Uint8Array): void {
    for (let index = 0; index < word.length; index++) {
      const byte = this.#byteAt(this.#at);
      if (byte === undefined) throw incomplete;
      if (byte !== word[index]) throw this.#invalid(this.#at, "a value");
      this.#at++;
    }
  }

  #scanNumber(): void {
    if (this.#byteAt(this.#at) === MINUS) this.#at++;
    if (this.#byteAt(this.#at) === ZERO) this.#at++;
    else this.#scanDigits();
    if (this.#byteAt(this.#at) === POINT) {
      this.#at++;
      this.#scanDigits();
    }
    if ((this.#byteAt(this.#at)! | 0x20) === LOWER_E) {
      this.#at++;
      const sign = this.#byteAt(this.#at);
      if (sign === PLUS || sign === MINUS) this.#at++;
      this.#scanDigits();
    }
    // At the end of the bytes the number may continue, unless nothing follows.
    if (this.#at >= this.#limit && !this.#isLast) throw incomplete;
  }

  #scanDigits(): void {
    const first = this.#at;
    let at = first;
    for (; at < this.#limit; at++) {
      const byte = this.#bytes[at]!;
      if (byte < ZERO || byte > NINE) break;
    }
    this.#at = at;
    if (at > first) return;
    throw at >= this.#limit && !this.#isLast ? incomplete : this.#invalid(at, "a digit");
  }

  /** The string whose quote is next. */
  #scanString(): void {
    const [bytes, limit] = [this.#bytes, this.#limit];
    this.#stringStart = this.#at;
    this.#stringEnd = limit;
    for (let at = this.#at + 1; at < limit; at++) {
      if (PLAIN[bytes[at]!] === 1) continue;
      const byte = bytes[at]!;
      if (byte === QUOTE) {
        this.#at = this.#stringEnd = at + 1;
        return;
      }
      if (byte !== BACKSLASH) throw this.#invalid(at, "a closing double quote");
      at += this.#escapeLength(at + 1);
    }
    throw incomplete;
  }

  /** The number of bytes after a backslash: one, or five for `\u`. */
  #escapeLength(at: number): number {
    const escape = this.#byteAt(at);
    if (escape === undefined) throw incomplete;
    if (escape !== LOWER_U) {
      if (ESCAPES.includes(escape)) return 1;
      throw this.#invalid(at, "an escape such as \\n");
    }
    for (let digit = at + 1; digit <= at + 4; digit++) {
      const hex = this.#byteAt(digit);
      if (hex === undefined) throw incomplete;
      if (!isHex(hex)) throw this.#invalid(digit, "four hex digits");
    }
    return 5;
  }

  #invalid(at: number, expected: string): Stop {
    this.invalidAt = at;
    this.expected = expected;
    return invalid;
  }
}

const [TRUE, FALSE, NULL] = ["true", "false", "null"].map((word) => new TextEncoder().encode(word)) as [
  Uint8Array,
  Uint8Array,
  Uint8Array,
];

const ESCAPES = new TextEncoder().encode('"\\/bfnrt');

/** 1 for each byte that is literal in a string. */
const PLAIN = Uint8Array.from(
  { length: 256 },
  (_, byte) => Number(byte >= SPACE && byte !== QUOTE && byte !== BACKSLASH),
);

function isHex(byte: number): boolean {
  return (byte >= ZERO && byte <= NINE) || ((byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x66);
}
