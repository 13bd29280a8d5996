/**
 * Splits a stream of bytes into JSON records: the elements of an array, the lines of NDJSON, or values that
 * follow each other. Memory is bounded by the largest record, whatever the size of the input.
 *
 * What is broken costs itself alone. Real copies of this data set hold objects that were cut or merged in
 * the middle of a field; a scan notices that where it happens, and reading goes on at the next object that
 * begins with the same key as the good ones do (or, before there was a good one, that is whole).
 */
import { RECORD_BYTES_MAX } from "../base/bounds.ts";
import { formatBytes } from "../base/format.ts";
import { countNewlines, isSpace, JsonScanner, type Members, type ScanOutcome } from "./json_scan.ts";

/** Where a record stands in its input. */
export interface InputPosition {
  /** Counted from 1, broken ones included. */
  readonly record: number;
  /** Counted from 1. */
  readonly line: number;
  /** Bytes in front of it, after decompression. */
  readonly offset: number;
}

/** A JSON object, without white space, and what was noted of it. Its bytes are good until the next chunk. */
export interface GoodItem<Notes> {
  readonly kind: "record";
  readonly position: InputPosition;
  readonly bytes: Uint8Array;
  readonly notes: Notes;
}

/** What could not be read as a JSON object. */
export interface BrokenItem {
  readonly kind: "broken";
  readonly position: InputPosition;
  readonly bytes: Uint8Array;
  readonly reason: string;
}

/** One element of the input. */
export type InputItem<Notes = unknown> = GoodItem<Notes> | BrokenItem;

/** Looks at a record while the places of its members are known. */
export type NoteRecord<Notes> = (record: Uint8Array, members: Members) => Notes;

/** A record with its white space may be this long before it counts as broken. */
const SPREAD_RECORD_BYTES_MAX = 4 * RECORD_BYTES_MAX;

const BYTE_ORDER_MARK = [0xef, 0xbb, 0xbf] as const;
const [NEWLINE, QUOTE, COMMA] = [0x0a, 0x22, 0x2c];
const [OPEN_BRACE, OPEN_BRACKET, CLOSE_BRACKET] = [0x7b, 0x5b, 0x5d];

type Layout = "array" | "lines" | "sequence";

/**
 * Feed it chunks in order, then finish it; both give the items that have become whole, one by one as they are
 * asked for. All have to be asked for before the next chunk.
 */
export class RecordSplitter<Notes = undefined> {
  readonly #note: NoteRecord<Notes>;
  readonly #scanner = new JsonScanner();
  /** What the buffer is a part of. */
  #memory: Uint8Array = new Uint8Array();
  #buffer: Uint8Array = new Uint8Array();
  /** Offset in the input of the buffer's first byte. */
  #bufferOffset = 0;
  #at = 0;
  /** The line of `#at`. */
  #line = 1;
  #layout: Layout | undefined;
  #ended = false;
  #records = 0;
  /** The first key of the good records, with its quotes. */
  #firstKey: Uint8Array | undefined;
  /** Where the search for the next good record goes on, when the one at `#at` is broken. */
  #resumeAt: number | undefined;
  #brokenReason = "";
  /** What the last step has found. */
  #item: InputItem<Notes> | undefined;

  /** @param note What to note of each good record. */
  constructor(note: NoteRecord<Notes>) {
    this.#note = note;
  }

  /** The chunk is copied: its memory may be used again. */
  push(chunk: Uint8Array): Iterable<InputItem<Notes>> {
    const rest = this.#buffer.subarray(this.#at);
    this.#bufferOffset += this.#at;
    if (this.#resumeAt !== undefined) this.#resumeAt -= this.#at;
    const length = rest.length + chunk.length;
    if (length > this.#memory.length) {
      this.#memory = new Uint8Array(Math.max(length, 2 * this.#memory.length));
    }
    this.#memory.set(rest);
    this.#memory.set(chunk, rest.length);
    this.#buffer = this.#memory.subarray(0, length);
    this.#at = 0;
    return this.#split(false);
  }

  finish(): Iterable<InputItem<Notes>> {
    return this.#split(true);
  }

  /** Not a list: an item that is dropped before the next is made costs the garbage collector nothing. */
  *#split(isLast: boolean): Iterable<InputItem<Notes>> {
    if (!this.#skipByteOrderMark(isLast)) return;
    for (let hasMore = true; hasMore;) {
      this.#item = undefined;
      hasMore = this.#step(isLast);
      if (this.#item !== undefined) yield this.#item;
    }
  }

  /** Takes one item at the most, or a separator; says whether there may be more in the buffer. */
  #step(isLast: boolean): boolean {
    if (this.#resumeAt !== undefined) return this.#resynchronize(isLast);
    this.#skipSpace();
    if (this.#at >= this.#buffer.length) return false;
    switch (this.#layout) {
      case undefined:
        this.#layout = this.#detectLayout(isLast);
        return this.#layout !== undefined;
      case "lines":
        return this.#stepLine(isLast);
      case "array":
      case "sequence":
        return this.#skipSeparator() || this.#stepValue(isLast);
    }
  }

  /** An array begins with its bracket; else the first value tells whether values keep to their lines. */
  #detectLayout(isLast: boolean): Layout | undefined {
    if (this.#buffer[this.#at] === OPEN_BRACKET) {
      this.#at++;
      return "array";
    }
    const first = this.#scanner.scan(this.#buffer, this.#at, isLast);
    if (first === "value") return this.#scanner.newlines > 0 ? "sequence" : "lines";
    return first === "incomplete" && !isLast && !this.#isTooLong(this.#at) ? undefined : "lines";
  }

  #stepLine(isLast: boolean): boolean {
    const newline = this.#buffer.indexOf(NEWLINE, this.#at);
    if (newline < 0 && !isLast) {
      if (!this.#isTooLong(this.#at)) return false;
      this.#emitBroken(this.#buffer.length, tooLong());
      this.#at = this.#buffer.length;
      return false;
    }
    const next = newline < 0 ? this.#buffer.length : newline;
    let end = next;
    while (end > this.#at && isSpace(this.#buffer[end - 1])) end--;
    const outcome = this.#scanner.scan(this.#buffer, this.#at, true, end);
    if (outcome === "value" && this.#scanner.end === end) this.#emitValue(end);
    else this.#emitBroken(end, this.#reason(outcome, "the end of the line"));
    this.#at = next;
    return true;
  }

  /** Between two values of an array stands a comma; one that is missing costs nothing. */
  #skipSeparator(): boolean {
    const next = this.#buffer[this.#at];
    if (this.#layout !== "array" || this.#ended) return false;
    if (next === COMMA || next === CLOSE_BRACKET) {
      this.#ended = next === CLOSE_BRACKET;
      this.#at++;
      return true;
    }
    return false;
  }

  #stepValue(isLast: boolean): boolean {
    if (this.#ended) {
      // What follows the array is no element of it, but it is not thrown away in silence either.
      if (!isLast && !this.#isTooLong(this.#at)) return false;
      this.#emitBroken(this.#buffer.length, "it stands behind the end of the array");
      this.#moveTo(this.#buffer.length);
      return false;
    }
    const outcome = this.#scanner.scan(this.#buffer, this.#at, isLast);
    if (outcome === "value") {
      this.#emitValue(this.#scanner.end);
      this.#at = this.#scanner.end;
      this.#line += this.#scanner.newlines;
      return true;
    }
    if (outcome === "incomplete" && !isLast && !this.#isTooLong(this.#at)) return false;
    this.#brokenReason = this.#isTooLong(this.#at)
      ? tooLong()
      : this.#reason(outcome, "the rest of the record");
    this.#resumeAt = this.#at + 1;
    return true;
  }

  /** Looks for the record behind a broken one, and gives the broken one out when it is found. */
  #resynchronize(isLast: boolean): boolean {
    const buffer = this.#buffer;
    for (let at = this.#resumeAt!;; at++) {
      at = buffer.indexOf(OPEN_BRACE, at);
      if (at < 0 || at >= buffer.length) {
        this.#resumeAt = buffer.length;
        break;
      }
      const begins = this.#beginsRecord(at, isLast);
      if (begins === "unknown") {
        this.#resumeAt = at;
        break;
      }
      if (begins === "no") continue;
      this.#endBroken(at);
      return true;
    }
    if (isLast) this.#endBroken(buffer.length);
    else if (this.#isTooLong(this.#at)) this.#endBroken(this.#resumeAt);
    else return false;
    return true;
  }

  #endBroken(end: number): void {
    this.#emitBroken(end, this.#brokenReason);
    this.#moveTo(end);
    this.#resumeAt = undefined;
  }

  /** Whether a record begins at a brace. */
  #beginsRecord(at: number, isLast: boolean): "yes" | "no" | "unknown" {
    if (this.#firstKey === undefined) {
      const outcome = this.#scanner.scan(this.#buffer, at, isLast);
      if (outcome === "incomplete") return isLast ? "no" : "unknown";
      return outcome === "value" ? "yes" : "no";
    }
    let key = at + 1;
    while (isSpace(this.#buffer[key])) key++;
    for (const [index, byte] of this.#firstKey.entries()) {
      const found = this.#buffer[key + index];
      if (found === undefined) return isLast ? "no" : "unknown";
      if (found !== byte) return "no";
    }
    return "yes";
  }

  /** Gives out the value that was scanned last. */
  #emitValue(end: number): void {
    const bytes = this.#scanner.value;
    if (bytes[0] !== OPEN_BRACE) return this.#emitBroken(end, "it is not a JSON object");
    if (bytes.length > RECORD_BYTES_MAX) return this.#emitBroken(end, tooLong());
    if (this.#firstKey === undefined && bytes[1] === QUOTE) {
      this.#firstKey = bytes.slice(1, this.#scanner.nameEnd(0));
    }
    const notes = this.#note(bytes, this.#scanner);
    this.#item = { kind: "record", position: this.#position(), bytes, notes };
  }

  #emitBroken(end: number, reason: string): void {
    let last = end;
    while (last > this.#at && (isSpace(this.#buffer[last - 1]) || this.#buffer[last - 1] === COMMA)) last--;
    const bytes = this.#buffer.slice(this.#at, last);
    if (bytes.length > 0) this.#item = { kind: "broken", position: this.#position(), bytes, reason };
  }

  #position(): InputPosition {
    return { record: ++this.#records, line: this.#line, offset: this.#bufferOffset + this.#at };
  }

  #skipSpace(): void {
    let at = this.#at;
    while (isSpace(this.#buffer[at])) at++;
    this.#moveTo(at);
  }

  #moveTo(at: number): void {
    this.#line += countNewlines(this.#buffer, this.#at, at);
    this.#at = at;
  }

  #reason(outcome: ScanOutcome, rest: string): string {
    if (outcome === "incomplete") return "it is cut";
    if (outcome === "value") return `it is not valid JSON: ${rest} is due behind the value`;
    const { invalidAt, expected } = this.#scanner;
    const found = this.#buffer[invalidAt];
    const shown = found === undefined ? "the end" : JSON.stringify(String.fromCharCode(found));
    return `it is not valid JSON: ${expected} is due at byte ${invalidAt - this.#at + 1}, not ${shown}`;
  }

  #isTooLong(start: number): boolean {
    return this.#buffer.length - start > SPREAD_RECORD_BYTES_MAX;
  }

  /** Says whether it is known yet if the input begins with the mark. */
  #skipByteOrderMark(isLast: boolean): boolean {
    if (this.#bufferOffset > 0 || this.#at > 0 || this.#layout !== undefined) return true;
    for (const [at, byte] of BYTE_ORDER_MARK.entries()) {
      if (at === this.#buffer.length) return isLast;
      if (this.#buffer[at] !== byte) return true;
    }
    this.#at = BYTE_ORDER_MARK.length;
    return true;
  }
}

function tooLong(): string {
  return `it is longer than ${formatBytes(RECORD_BYTES_MAX)}, which brokers take as a record`;
}
