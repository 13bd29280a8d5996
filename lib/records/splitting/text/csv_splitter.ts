/**
 * Splits CSV with a header into JSON objects, by RFC 4180: a value in double quotes may have separators, line breaks and
 * doubled quotes. All values are texts. Memory is bounded by the largest row.
 */
import { RECORD_BYTES_MAX } from "../../../base/bounds.ts";
import { SfcrimeError } from "../../../base/errors.ts";
import { formatBytes } from "../../../base/text/format.ts";
import { countNewlines, JsonScanner } from "../../json/json_scan.ts";
import { InputBuffer } from "./input_buffer.ts";
import type { InputItem, InputPosition, ItemSplitter, NoteRecord, SplitStart } from "../input_item.ts";

/** How to split. */
export interface CsvSplitterOptions<Notes> extends SplitStart {
  readonly separator: string;
  /** A value without quotes that is this text is null. */
  readonly nullValue: string | undefined;
  readonly note: NoteRecord<Notes>;
  /** The name of the input, for messages. */
  readonly name: string;
}

const [NEWLINE, RETURN, QUOTE] = [0x0a, 0x0d, 0x22];
const NOWHERE = -2;
const strictUtf8 = new TextDecoder("utf-8", { fatal: true });
const utf8 = new TextEncoder();

/** See {@link ItemSplitter}. */
export class CsvSplitter<Notes> implements ItemSplitter<Notes> {
  readonly isIncomplete = false;
  readonly #options: CsvSplitterOptions<Notes>;
  readonly #buffer = new InputBuffer();
  readonly #scanner = new JsonScanner();
  readonly #separator: Uint8Array;
  #records: number;
  #line = 1;
  /** The names of the columns, as they stand in JSON. */
  #names: readonly string[] | undefined;
  /** Whether what has been searched ends inside quotes, and where quotes were closed last. */
  #isQuoted = false;
  #closedAt = NOWHERE;

  constructor(options: CsvSplitterOptions<Notes>) {
    this.#options = options;
    this.#separator = utf8.encode(options.separator);
    this.#records = options.recordsBefore;
  }

  get records(): number {
    return this.#records;
  }

  push(chunk: Uint8Array): Iterable<InputItem<Notes>> {
    this.#buffer.push(chunk);
    return this.#split(false);
  }

  finish(): Iterable<InputItem<Notes>> {
    return this.#split(true);
  }

  *#split(isLast: boolean): Iterable<InputItem<Notes>> {
    const buffer = this.#buffer;
    for (;;) {
      const end = this.#endOfRow(isLast);
      if (end === undefined) break;
      const item = this.#take(end);
      if (item !== undefined) yield item;
    }
    if (!isLast && buffer.rest.length > 2 * RECORD_BYTES_MAX) {
      throw new SfcrimeError(
        "INPUT",
        `${this.#options.name} has a row of more than ${
          formatBytes(2 * RECORD_BYTES_MAX)
        } at line ${this.#line}.`,
        { hint: "Is a quote missing that ends a value, or is it not CSV?" },
      );
    }
  }

  /** Where the row ends, before its line break; undefined if more is needed to know. */
  #endOfRow(isLast: boolean): number | undefined {
    const { rest } = this.#buffer;
    for (let at = this.#buffer.searched; at < rest.length; at++) {
      const byte = rest[at];
      if (byte === QUOTE) this.#quote(at);
      else if (byte === NEWLINE && !this.#isQuoted) return at;
    }
    this.#buffer.searched = rest.length;
    return isLast && rest.length > 0 ? rest.length : undefined;
  }

  /** A quote closes quotes, unless it is doubled; it opens some where a value begins, and is itself elsewhere. */
  #quote(at: number): void {
    const { rest } = this.#buffer;
    if (this.#isQuoted) {
      this.#isQuoted = false;
      this.#closedAt = at;
      return;
    }
    const before = at - this.#separator.length;
    const begins = at === 0 || (before >= 0 && this.#separator.every((byte, n) => rest[before + n] === byte));
    this.#isQuoted = begins || this.#closedAt === at - 1;
  }

  /** The row as an item; undefined for the header, and an empty line. */
  #take(end: number): InputItem<Notes> | undefined {
    const { rest, offset } = this.#buffer;
    const line = this.#line;
    const isUnclosed = this.#isQuoted;
    const row = rest.subarray(0, rest[end - 1] === RETURN ? end - 1 : end);
    this.#line += countNewlines(rest, 0, end + 1);
    this.#buffer.drop(Math.min(end + 1, rest.length));
    this.#isQuoted = false;
    this.#closedAt = NOWHERE;
    if (row.length === 0) return undefined;
    if (this.#names === undefined) {
      this.#names = this.#header(row);
      return undefined;
    }
    return this.#item(row, { position: { record: ++this.#records, line, offset }, isUnclosed });
  }

  #header(row: Uint8Array): readonly string[] {
    const names = cellsOf(new TextDecoder().decode(row), this.#options.separator).map(({ text }) =>
      text.trim()
    );
    const twice = names.find((name, at) => names.indexOf(name) < at);
    if (twice !== undefined) {
      throw new SfcrimeError("INPUT", `${this.#options.name} has two columns ${JSON.stringify(twice)}.`, {
        hint: `Its header is the first line: ${names.join(", ")}.`,
      });
    }
    return names.map((name) => JSON.stringify(name));
  }

  #item(
    row: Uint8Array,
    { position, isUnclosed }: { readonly position: InputPosition; readonly isUnclosed: boolean },
  ): InputItem<Notes> {
    const broken = (reason: string): InputItem<Notes> => {
      return {
        kind: "broken",
        position,
        bytes: row.slice(),
        length: row.length,
        reason,
        mayHoldRecords: isUnclosed,
      };
    };
    if (isUnclosed) return broken("a quote that opens a value is not closed");
    const text = decoded(row);
    if (text === undefined) return broken("it is not UTF-8");
    const cells = cellsOf(text, this.#options.separator);
    const names = this.#names!;
    if (cells.length !== names.length) {
      return broken(`it has ${cells.length} values, and the header has ${names.length}`);
    }
    const bytes = utf8.encode(`{${cells.map((cell, at) => `${names[at]}:${this.#json(cell)}`).join(",")}}`);
    if (bytes.length > RECORD_BYTES_MAX) {
      return broken(`it is larger than ${formatBytes(RECORD_BYTES_MAX)}, the default limit of brokers`);
    }
    this.#scanner.scan(bytes, 0);
    return { kind: "record", position, bytes, notes: this.#options.note(bytes, this.#scanner) };
  }

  #json({ text, isQuoted }: Cell): string {
    return !isQuoted && text === this.#options.nullValue ? "null" : JSON.stringify(text);
  }
}

/** A value of a row. */
interface Cell {
  readonly text: string;
  readonly isQuoted: boolean;
}

/** The values of a row, whose quotes are balanced. */
function cellsOf(row: string, separator: string): Cell[] {
  if (!row.includes('"')) return row.split(separator).map((text) => ({ text, isQuoted: false }));
  const cells: Cell[] = [];
  for (let at = 0;; at += separator.length) {
    const isQuoted = row[at] === '"';
    let text = "";
    if (isQuoted) [text, at] = quotedText(row, at + 1);
    const next = row.indexOf(separator, at);
    const end = next < 0 ? row.length : next;
    // What follows a closing quote, against the rules, is a part of the value.
    cells.push({ text: text + row.slice(at, end), isQuoted });
    if (next < 0) return cells;
    at = next;
  }
}

/** The text up to the closing quote, and what comes after that. */
function quotedText(row: string, start: number): [string, number] {
  let text = "";
  for (let at = start;;) {
    const quote = row.indexOf('"', at);
    if (quote < 0) return [text + row.slice(at), row.length];
    text += row.slice(at, quote);
    if (row[quote + 1] !== '"') return [text, quote + 1];
    text += '"';
    at = quote + 2;
  }
}

function decoded(row: Uint8Array): string | undefined {
  try {
    return strictUtf8.decode(row);
  } catch {
    return undefined;
  }
}
