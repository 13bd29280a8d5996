/**
 * Reads the usual JSON object straight from its bytes: keys and strings without escapes, plain numbers, true,
 * false and null, at one level. It checks every byte up to the closing brace, as Spark's parser does; what is
 * unusual in any way it leaves to `json_reader.ts`, which is the measure of what is right.
 *
 * Records of a topic have mostly the same keys in the same order. So a key is first compared with the one that
 * stood at its place in the record before, and only looked up where it differs.
 */
import type { Value } from "./data_type.ts";
import { BAD_FIELD, type FieldTarget, type JsonToken, RowQuality } from "./json_reader.ts";
import { ValueCache } from "./value_cache.ts";

/** Said of a record that the exact reader has to read. The row may hold values of it already. */
export const UNSURE = -1;

/** A column that a key goes to. */
interface Cell {
  readonly slot: number;
  readonly read: FieldTarget["read"];
  readonly cache: ValueCache<Value | typeof BAD_FIELD>;
  readonly make: (start: number, end: number) => Value | typeof BAD_FIELD;
}

/** A key that was seen, and what is wanted of it. */
interface Member {
  readonly name: Uint8Array;
  /** The name and all that stands between it and its value where that is a string: `name":"`. */
  readonly opening: Uint8Array;
  /** The same, four bytes at a time, as far as these reach. */
  readonly openingWords: Int32Array;
  readonly cells: readonly Cell[];
}

const [QUOTE, BACKSLASH, COLON, COMMA] = [0x22, 0x5c, 0x3a, 0x2c];
const [OPEN, CLOSE, SPACE, MINUS, POINT, ZERO, NINE] = [0x7b, 0x7d, 0x20, 0x2d, 0x2e, 0x30, 0x39];
const [TAB, LINE_FEED, CARRIAGE_RETURN] = [0x09, 0x0a, 0x0d];
const NON_ASCII = 0x80;
/** Four bytes at once. */
const [QUOTES, BACKSLASHES, SPACES, ONES, TOP_BITS] = [
  0x22222222,
  0x5c5c5c5c,
  0x20202020,
  0x01010101,
  0x80808080,
];
/** Larger records are left to the exact reader, which knows the limits of Spark's parser. */
const RECORD_BYTES_MAX = 32_768;
const NUMBER_BYTES_MAX = 64;
/** Different keys that are remembered; a record of ever new ones is unusual. */
const KEYS_MAX = 10_000;
const WORDS: readonly (readonly [Uint8Array, JsonToken | null])[] = [
  [new TextEncoder().encode("true"), { kind: "boolean", value: true }],
  [new TextEncoder().encode("false"), { kind: "boolean", value: false }],
  [new TextEncoder().encode("null"), null],
];

/** See the module's description. */
export class FastReader {
  readonly #cells = new Map<string, readonly Cell[]>();
  /** The member at each place of the record before. */
  readonly #expected: Member[] = [];
  readonly #known = new Map<string, Member>();
  readonly #text = new TextDecoder("utf-8", { ignoreBOM: true });
  #bytes: Uint8Array = new Uint8Array();
  #view: DataView = new DataView(new ArrayBuffer(0));
  #end = 0;
  #isGood = true;

  constructor(targets: ReadonlyMap<string, readonly FieldTarget[]>) {
    for (const [name, fields] of targets) {
      this.#cells.set(
        name,
        fields.map(({ slot, read }): Cell => ({
          slot,
          read,
          cache: new ValueCache(),
          make: (start, end) => read({ kind: "string", text: this.#textOf(start, end) }),
        })),
      );
    }
  }

  /** Reads `bytes[start, end)` into `row`, which must be all NULL. */
  read(bytes: Uint8Array, start: number, end: number, row: Value[]): RowQuality | typeof UNSURE {
    if (end - start > RECORD_BYTES_MAX) return UNSURE;
    if (bytes !== this.#bytes) {
      this.#bytes = bytes;
      this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    }
    this.#end = end;
    this.#isGood = true;
    let at = this.#skipSpace(start);
    if (at >= end || bytes[at] !== OPEN) return UNSURE;
    at = this.#skipSpace(at + 1);
    for (let place = 0; at < end && bytes[at] === QUOTE; place++) {
      const expected = this.#expected[place];
      at = expected !== undefined && this.#opens(expected, at + 1)
        ? this.#string(at + 1 + expected.opening.length, expected, row)
        : this.#member(at + 1, place, row);
      if (at < 0) return UNSURE;
      if (bytes[at]! <= SPACE) at = this.#skipSpace(at);
      if (at >= end) return UNSURE;
      if (bytes[at] === CLOSE) return this.#isGood ? RowQuality.good : RowQuality.badField;
      if (bytes[at] !== COMMA) return UNSURE;
      if (bytes[++at]! <= SPACE) at = this.#skipSpace(at);
    }
    return UNSURE;
  }

  /** Where the next byte is that is no white space. */
  #skipSpace(from: number): number {
    let at = from;
    for (; at < this.#end; at++) {
      const byte = this.#bytes[at]!;
      if (byte !== SPACE && byte !== LINE_FEED && byte !== CARRIAGE_RETURN && byte !== TAB) break;
    }
    return at;
  }

  /** Whether the expected key stands here, with a string behind it and no white space between. */
  #opens({ opening, openingWords }: Member, start: number): boolean {
    if (start + opening.length > this.#end) return false;
    let at = start;
    for (let index = 0; index < openingWords.length; index++, at += 4) {
      if (this.#view.getInt32(at, true) !== openingWords[index]) return false;
    }
    for (let index = at - start; index < opening.length; index++, at++) {
      if (this.#bytes[at] !== opening[index]) return false;
    }
    return true;
  }

  /** Reads a member, whatever it is, whose name begins here; gives the place behind it. */
  #member(start: number, place: number, row: Value[]): number {
    const bytes = this.#bytes;
    const end = this.#endOfName(start);
    if (end < 0) return UNSURE;
    const member = this.#memberOf(start, end);
    this.#expected[place] = member;
    let at = this.#skipSpace(end + 1);
    if (bytes[at] !== COLON) return UNSURE;
    at = this.#skipSpace(at + 1);
    if (at >= this.#end) return UNSURE;
    return bytes[at] === QUOTE ? this.#string(at + 1, member, row) : this.#scalar(at, member, row);
  }

  #memberOf(start: number, end: number): Member {
    const text = this.#textOf(start, end);
    const known = this.#known.get(text);
    if (known !== undefined) return known;
    if (this.#known.size >= KEYS_MAX) this.#known.clear();
    const name = this.#bytes.slice(start, end);
    const opening = new Uint8Array([...name, QUOTE, COLON, QUOTE]);
    const view = new DataView(opening.buffer);
    const openingWords = Int32Array.from(
      { length: opening.length >> 2 },
      (_, index) => view.getInt32(index * 4, true),
    );
    const member = { name, opening, openingWords, cells: this.#cells.get(text) ?? [] };
    this.#known.set(text, member);
    return member;
  }

  #endOfName(start: number): number {
    for (let at = start; at < this.#end; at++) {
      const byte = this.#bytes[at]!;
      if (byte === QUOTE) return at;
      if (byte < SPACE || byte === BACKSLASH || byte >= NON_ASCII) return UNSURE;
    }
    return UNSURE;
  }

  /** Reads a string whose content begins here; gives the place behind it. */
  #string(start: number, { cells }: Member, row: Value[]): number {
    const bytes = this.#bytes;
    const end = this.#end;
    let at = this.#skipPlainWords(start);
    for (;; at++) {
      if (at >= end) return UNSURE;
      const byte = bytes[at]!;
      if (byte === QUOTE) break;
      if (byte < SPACE || byte === BACKSLASH) return UNSURE;
    }
    for (let index = 0; index < cells.length; index++) {
      const { cache, make, slot } = cells[index]!;
      this.#put(row, slot, cache.get(bytes, start, at, make));
    }
    return at + 1;
  }

  /** Passes over what certainly holds no quote, backslash or control, four bytes at a time. */
  #skipPlainWords(start: number): number {
    const view = this.#view;
    const last = this.#end - 4;
    let at = start;
    for (; at <= last; at += 4) {
      const word = view.getInt32(at, true);
      const quotes = word ^ QUOTES;
      const backslashes = word ^ BACKSLASHES;
      // The top bit of a byte is set in each term where that byte is zero, or, of the third, below a space.
      const found = ((quotes - ONES) & ~quotes) | ((backslashes - ONES) & ~backslashes) |
        ((word - SPACES) & ~word);
      if ((found & TOP_BITS) !== 0) break;
    }
    return at;
  }

  /** Reads a number or a word that begins here; gives the place behind it. */
  #scalar(start: number, { cells }: Member, row: Value[]): number {
    const first = this.#bytes[start]!;
    if (first === MINUS || (first >= ZERO && first <= NINE)) return this.#number(start, cells, row);
    for (const [word, token] of WORDS) {
      if (!this.#isWord(start, word)) continue;
      for (const { slot, read } of cells) this.#put(row, slot, token === null ? null : read(token));
      return start + word.length;
    }
    return UNSURE;
  }

  #isWord(start: number, word: Uint8Array): boolean {
    if (start + word.length > this.#end) return false;
    for (let index = 0; index < word.length; index++) {
      if (this.#bytes[start + index] !== word[index]) return false;
    }
    return true;
  }

  /** A number without an exponent. */
  #number(start: number, cells: readonly Cell[], row: Value[]): number {
    const whole = this.#bytes[start] === MINUS ? start + 1 : start;
    let at = this.#skipDigits(whole);
    // A number begins with one digit at least, and with no zero before another one.
    if (at === whole || (this.#bytes[whole] === ZERO && at > whole + 1)) return UNSURE;
    const isWhole = this.#bytes[at] !== POINT;
    if (!isWhole) {
      const fraction = at + 1;
      at = this.#skipDigits(fraction);
      if (at === fraction) return UNSURE;
    }
    if (at >= this.#end || at - start > NUMBER_BYTES_MAX) return UNSURE;
    const next = this.#bytes[at]!;
    if (next !== COMMA && next !== CLOSE && next > SPACE) return UNSURE;
    if (cells.length > 0) {
      const token = { kind: isWhole ? "whole" : "fraction", text: this.#textOf(start, at) } as const;
      for (const { slot, read } of cells) this.#put(row, slot, read(token));
    }
    return at;
  }

  #skipDigits(from: number): number {
    let at = from;
    while (at < this.#end && this.#bytes[at]! >= ZERO && this.#bytes[at]! <= NINE) at++;
    return at;
  }

  /** Of duplicate keys the last good one wins, so a bad field leaves the column as it was. */
  #put(row: Value[], slot: number, value: Value | typeof BAD_FIELD): void {
    if (value === BAD_FIELD) this.#isGood = false;
    else row[slot] = value;
  }

  #textOf(start: number, end: number): string {
    return this.#text.decode(this.#bytes.subarray(start, end));
  }
}
