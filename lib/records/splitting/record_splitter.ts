/**
 * Splits a stream of bytes into JSON records: the elements of an array, the lines of NDJSON, or concatenated
 * values. Memory is bounded by the largest record, whatever the size of the input.
 *
 * A broken record affects no others, and no part of it is ever taken for a record. A broken element ends at
 * its own depth. If that is unknown, as in real copies of this data set with objects that were truncated or
 * merged in the middle of a field, reading continues at the next object that is certainly an element, and the
 * broken item says that it may contain more than one record.
 */
import { RECORD_BYTES_MAX, SPREAD_RECORD_BYTES_MAX } from "../../base/bounds.ts";
import { formatBytes } from "../../base/text/format.ts";
import { BrokenRegion, type RegionDetails } from "./broken_region.ts";
import { namesOfBroken } from "./depth_search.ts";
import { type Continuation, continuationOf, type ElementLayout, skipSpace } from "./element_lexer.ts";
import type { BlockSource } from "./block_splitter.ts";
import type { InputItem, InputPosition, ItemSplitter, NoteRecord, SplitStart } from "./input_item.ts";
import { byteOrderMarkLength, type InputLayout, layoutOf } from "./input_layout.ts";
import type { RecordBlock } from "./record_block.ts";
import { countNewlines, isSpace, JsonScanner, type ScanOutcome } from "../json/json_scan.ts";
import { RecordShape } from "../record_shape.ts";

const [NEWLINE, COMMA, COLON] = [0x0a, 0x2c, 0x3a];
const [OPEN_BRACE, CLOSE_BRACE, OPEN_BRACKET, CLOSE_BRACKET] = [0x7b, 0x7d, 0x5b, 0x5d];

/** How to split an input. */
export interface RecordSplitterOptions<Block extends RecordBlock> extends Partial<SplitStart> {
  /** Finds many records at once, after the first ones, which show what the records are like. */
  readonly blocks?: BlockSource<Block> | undefined;
  /** The most bytes of a record; by default, as many as brokers take. */
  readonly bytesMax?: number;
}

/** See {@link ItemSplitter}. */
export class RecordSplitter<Notes = undefined, Block extends RecordBlock = never>
  implements ItemSplitter<Notes, Block> {
  readonly #note: NoteRecord<Notes>;
  readonly #blocks: BlockSource<Block> | undefined;
  readonly #bytesMax: number;
  readonly #scanner = new JsonScanner();
  /** The memory that contains the buffer. */
  #memory: Uint8Array = new Uint8Array();
  #buffer: Uint8Array = new Uint8Array();
  /** The offset of the buffer in the input. */
  #bufferOffset = 0;
  #at = 0;
  /** The line of `#at`. */
  #line = 1;
  #layout: InputLayout | undefined;
  /** Whether the array has ended. */
  #ended = false;
  #records: number;
  readonly #shape = new RecordShape();
  /** The broken region that continues at `#at`. */
  #broken: BrokenRegion | undefined;
  /** The input offset up to which the current line is known to contain only complete values. */
  #wholeTo = 0;
  /** The item found by the last step. */
  #item: InputItem<Notes> | undefined;

  /** @param note Takes notes about each valid record. */
  constructor(
    note: NoteRecord<Notes>,
    { blocks, recordsBefore = 0, bytesMax = RECORD_BYTES_MAX }: RecordSplitterOptions<Block> = {},
  ) {
    this.#note = note;
    this.#blocks = blocks;
    this.#records = recordsBefore;
    this.#bytesMax = bytesMax;
  }

  get records(): number {
    return this.#records;
  }

  get isIncomplete(): boolean {
    return this.#layout === "array" && !this.#ended;
  }

  push(chunk: Uint8Array): Iterable<InputItem<Notes, Block>> {
    const [from, rest] = [this.#at, this.#buffer.length - this.#at];
    this.#bufferOffset += from;
    const length = rest + chunk.length;
    if (length > this.#memory.length) this.#memory = this.#reserve(Math.max(length, 2 * this.#memory.length));
    this.#memory.copyWithin(0, from, from + rest);
    this.#memory.set(chunk, rest);
    this.#buffer = this.#memory.subarray(0, length);
    this.#at = 0;
    return this.#split(false);
  }

  finish(): Iterable<InputItem<Notes, Block>> {
    return this.#split(true);
  }

  /** A larger memory with the same content. */
  #reserve(length: number): Uint8Array {
    if (this.#blocks !== undefined) return this.#blocks.reserve(length);
    const memory = new Uint8Array(length);
    memory.set(this.#memory);
    return memory;
  }

  /** Not a list: an item that is dropped before the next one is made costs the garbage collector nothing. */
  *#split(isLast: boolean): Iterable<InputItem<Notes, Block>> {
    if (!this.#skipByteOrderMark(isLast)) return;
    for (let hasMore = true; hasMore;) {
      const block = this.#nextBlock();
      if (block !== undefined) {
        yield block;
        continue;
      }
      this.#item = undefined;
      hasMore = this.#step(isLast);
      if (this.#item !== undefined) yield this.#item;
    }
  }

  /** The next records, if many can be found at once. */
  #nextBlock(): Block | undefined {
    if (this.#blocks === undefined || this.#layout === undefined || !this.#shape.isLearned) return undefined;
    if (this.#broken !== undefined || this.#ended) return undefined;
    const found = this.#blocks.split({
      from: this.#at,
      end: this.#buffer.length,
      layout: this.#layout,
      start: { record: this.#records, line: this.#line, offset: this.#bufferOffset },
    });
    if (found === undefined) return undefined;
    this.#at = found.end;
    this.#line += found.breaks;
    this.#records += found.block.count;
    return found.block;
  }

  /** Consumes at most one item or separator; returns whether there may be more in the buffer. */
  #step(isLast: boolean): boolean {
    if (this.#broken !== undefined) return this.#stepBroken(this.#broken, isLast);
    this.#moveTo(skipSpace(this.#buffer, this.#at));
    if (this.#at >= this.#buffer.length) return false;
    switch (this.#layout) {
      case undefined:
        return this.#detectLayout(isLast);
      case "lines":
        return this.#stepLine(isLast);
      case "array":
      case "sequence":
        if (this.#ended) return this.#stepAfterArray();
        return this.#skipSeparator(this.#layout) || this.#stepValue(this.#layout, isLast);
    }
  }

  #detectLayout(isLast: boolean): boolean {
    const [bytes, start] = [this.#buffer, this.#at];
    const isKnown = isLast || this.#isTooLong(start);
    this.#layout = layoutOf(bytes, { start, scanner: this.#scanner, isLast, isKnown });
    if (this.#layout === "array") this.#at++;
    return this.#layout !== undefined;
  }

  #stepLine(isLast: boolean): boolean {
    const newline = this.#buffer.indexOf(NEWLINE, this.#at);
    if (newline < 0 && !isLast) {
      if (!this.#isTooLong(this.#at)) return false;
      return this.#endBroken({ reason: tooLong(), endingBy: { kind: "line" } });
    }
    let end = newline < 0 ? this.#buffer.length : newline;
    while (isSpace(this.#buffer[end - 1])) end--;
    const outcome = this.#scanner.scan(this.#buffer, this.#at, true, end);
    if (outcome !== "value" || !this.#isLineWhole(end)) {
      this.#emitBroken(end, this.#reason(outcome, "the end of the line"));
      this.#at = end;
    } else {
      this.#emitValue(this.#scanner.end);
      this.#at = this.#scanner.end;
    }
    return true;
  }

  /** Whether only objects follow the last value, up to the end of the line. */
  #isLineWhole(end: number): boolean {
    if (this.#scanner.end === end || this.#wholeTo === this.#bufferOffset + end) return true;
    const ahead = new JsonScanner();
    for (let at = this.#scanner.end; at < end; at = ahead.end) {
      at = skipSpace(this.#buffer, at);
      if (this.#buffer[at] !== OPEN_BRACE) return false;
      if (ahead.scan(this.#buffer, at, true, end) !== "value") return false;
    }
    this.#wholeTo = this.#bufferOffset + end;
    return true;
  }

  /** Skips a comma, even an extra one. */
  #skipSeparator(layout: ElementLayout): boolean {
    const next = this.#buffer[this.#at];
    if (next !== COMMA && !(next === CLOSE_BRACKET && layout === "array")) return false;
    this.#ended = next === CLOSE_BRACKET;
    this.#at++;
    return true;
  }

  #stepValue(layout: ElementLayout, isLast: boolean): boolean {
    const [buffer, start] = [this.#buffer, this.#at];
    const scanner = this.#scanner;
    const outcome = scanner.scan(buffer, start, isLast);
    if (outcome === "value") {
      const follows = this.#continuation(layout, isLast);
      if (follows === "unknown") return false;
      if (follows === "element") {
        this.#emitValue(scanner.end);
        this.#at = scanner.end;
        this.#line += scanner.newlines;
        return true;
      }
    } else if (outcome === "incomplete" && !isLast && !this.#isTooLong(start)) return false;
    const failedAt = scanner.doubtfulFrom;
    const shape = this.#shape.isKnown
      ? this.#shape
      : new RecordShape(namesOfBroken(buffer.subarray(start, failedAt)));
    return this.#endBroken({
      reason: outcome === "incomplete" && !isLast ? tooLong() : this.#reason(outcome, "a comma"),
      endingBy: { kind: "depth", failedAt: failedAt - start },
      shape,
      beginsWithRecord: outcome === "value",
    });
  }

  /** How the input continues after the last value. */
  #continuation(layout: ElementLayout, isLast: boolean): Continuation {
    const [buffer, { end }] = [this.#buffer, this.#scanner];
    // The usual case, without further checks.
    if (buffer[end] === COMMA && buffer[skipSpace(buffer, end + 1)] === OPEN_BRACE) return "element";
    return continuationOf(buffer, end, { layout, isLast: isLast || this.#isTooLong(end) });
  }

  /** What follows the array is not an element, unless it is another array; but it is not dropped silently. */
  #stepAfterArray(): boolean {
    const next = this.#buffer[this.#at];
    if (next === OPEN_BRACKET) {
      this.#ended = false;
      this.#at++;
      return true;
    }
    if (next === COMMA || next === COLON || next === CLOSE_BRACE || next === CLOSE_BRACKET) {
      // The closing bracket was an extra one.
      this.#ended = false;
      return this.#endBroken({ reason: "the array ended before it", endingBy: { kind: "search" } });
    }
    return this.#endBroken({
      reason: "it comes after the end of the array",
      endingBy: { kind: "input" },
      beginsWithRecord: next === OPEN_BRACE,
    });
  }

  /** Starts a broken region; further steps find its end. */
  #endBroken(details: Pick<RegionDetails, "reason" | "endingBy"> & Partial<RegionDetails>): boolean {
    this.#broken = new BrokenRegion({
      position: this.#position(),
      layout: this.#layout === "array" ? "array" : "sequence",
      shape: this.#shape,
      beginsWithRecord: false,
      ...details,
    });
    return true;
  }

  #stepBroken(region: BrokenRegion, isLast: boolean): boolean {
    const { taken, state } = region.step(this.#buffer.subarray(this.#at), isLast);
    this.#moveTo(this.#at + taken);
    if (state !== "over") return state === "another step";
    this.#item = region.item();
    this.#broken = undefined;
    if (region.isSearched && this.#at === this.#buffer.length) this.#ended ||= this.#endsWithBracket();
    return true;
  }

  #endsWithBracket(): boolean {
    let last = this.#buffer.length - 1;
    while (isSpace(this.#buffer[last])) last--;
    return this.#buffer[last] === CLOSE_BRACKET;
  }

  /** Emits the last value. */
  #emitValue(end: number): void {
    const scanner = this.#scanner;
    const bytes = scanner.value;
    if (bytes[0] !== OPEN_BRACE) return this.#emitBroken(end, "it is not a JSON object");
    if (bytes.length > this.#bytesMax) return this.#emitBroken(end, tooLong());
    this.#shape.learn(bytes, scanner);
    const notes = this.#note(bytes, scanner);
    this.#item = { kind: "record", position: this.#position(), bytes, notes };
  }

  #emitBroken(end: number, reason: string): void {
    let last = end;
    while (isSpace(this.#buffer[last - 1]) || this.#buffer[last - 1] === COMMA) last--;
    const bytes = this.#buffer.slice(this.#at, last);
    const position = this.#position();
    this.#item = { kind: "broken", position, bytes, length: bytes.length, reason, mayHoldRecords: false };
  }

  #position(): InputPosition {
    return { record: ++this.#records, line: this.#line, offset: this.#bufferOffset + this.#at };
  }

  #moveTo(at: number): void {
    this.#line += countNewlines(this.#buffer, this.#at, at);
    this.#at = at;
  }

  #reason(outcome: ScanOutcome, next: string): string {
    if (outcome === "incomplete") return "it is truncated";
    const { end, invalidAt, expected } = this.#scanner;
    const [at, what] = outcome === "value" ? [skipSpace(this.#buffer, end), next] : [invalidAt, expected];
    const found = this.#buffer[at];
    const shown = found === undefined ? "the end" : JSON.stringify(String.fromCharCode(found));
    return `it is not valid JSON: expected ${what} at byte ${at - this.#at + 1}, found ${shown}`;
  }

  #isTooLong(start: number): boolean {
    return this.#buffer.length - start > SPREAD_RECORD_BYTES_MAX;
  }

  /** Skips a byte order mark; returns false if more input is needed to detect it. */
  #skipByteOrderMark(isLast: boolean): boolean {
    if (this.#bufferOffset > 0 || this.#at > 0 || this.#layout !== undefined) return true;
    const length = byteOrderMarkLength(this.#buffer, isLast);
    this.#at = length ?? 0;
    return length !== undefined;
  }
}

function tooLong(): string {
  return `it is larger than ${formatBytes(RECORD_BYTES_MAX)}, the default limit of brokers`;
}
