/**
 * Splits an input at a delimiter: into lines, or records of any bytes. Without a delimiter, the whole input is one
 * record. Memory is bounded by the largest record.
 */
import { Buffer } from "node:buffer";
import { RECORD_BYTES_MAX } from "../../../base/bounds.ts";
import { formatBytes } from "../../../base/text/format.ts";
import { countNewlines } from "../../json/json_scan.ts";
import { InputBuffer } from "./input_buffer.ts";
import type { InputItem, InputPosition, ItemSplitter, SplitStart } from "../input_item.ts";

/** How to split. */
export interface DelimitedOptions<Notes> extends SplitStart {
  /** Undefined for the whole input as one record. */
  readonly delimiter: Uint8Array | undefined;
  /** Whether records are text: the carriage return at the end of a line, and a byte order mark, are no part of them. */
  readonly isText: boolean;
  readonly note: (record: Uint8Array) => Notes;
}

const RETURN = 0x0d;
const BYTE_ORDER_MARK = [0xef, 0xbb, 0xbf] as const;

/** See {@link ItemSplitter}. */
export class DelimitedSplitter<Notes> implements ItemSplitter<Notes> {
  readonly isIncomplete = false;
  readonly #options: DelimitedOptions<Notes>;
  readonly #buffer = new InputBuffer();
  #records: number;
  #line = 1;
  /** Bytes of a record that is too long, which are left out up to its end; its first ones are kept. */
  #skipped: { readonly position: InputPosition; readonly bytes: Uint8Array; length: number } | undefined;

  constructor(options: DelimitedOptions<Notes>) {
    this.#options = options;
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
    const { delimiter } = this.#options;
    const buffer = this.#buffer;
    let searchFrom = buffer.searched;
    for (;;) {
      const found = delimiter === undefined ? -1 : Buffer.from(
        buffer.rest.buffer,
        buffer.rest.byteOffset,
        buffer.rest.length,
      ).indexOf(delimiter, searchFrom);
      if (found < 0) break;
      yield this.#item(found, delimiter!.length);
      searchFrom = 0;
    }
    const { length } = buffer.rest;
    // A delimiter may have begun at the end.
    buffer.searched = Math.max(0, length - (delimiter?.length ?? 1) + 1);
    if (isLast) {
      if (length > 0 || this.#skipped !== undefined) yield this.#item(length, 0);
    } else if (length > RECORD_BYTES_MAX + (delimiter?.length ?? 0)) {
      this.#skip(buffer.searched);
    }
  }

  /** The record that ends here. */
  #item(end: number, delimiterBytes: number): InputItem<Notes> {
    const { rest } = this.#buffer;
    const skipped = this.#skipped;
    const position = skipped?.position ?? this.#position();
    const content = rest.subarray(0, end);
    this.#line += countNewlines(rest, 0, end + delimiterBytes);
    this.#buffer.drop(end + delimiterBytes);
    this.#skipped = undefined;
    if (skipped !== undefined) return tooLong(position, skipped.bytes, skipped.length + end);
    const bytes = this.#options.isText ? textOf(content, position) : content;
    if (bytes.length > RECORD_BYTES_MAX) return tooLong(position, bytes.slice(), bytes.length);
    return { kind: "record", position, bytes, notes: this.#options.note(bytes) };
  }

  #skip(length: number): void {
    const { rest } = this.#buffer;
    this.#skipped ??= { position: this.#position(), bytes: rest.slice(0, length), length: 0 };
    this.#skipped.length += length;
    this.#line += countNewlines(rest, 0, length);
    this.#buffer.drop(length);
    this.#buffer.searched = 0;
  }

  #position(): InputPosition {
    return { record: ++this.#records, line: this.#line, offset: this.#buffer.offset };
  }
}

/** A line without what belongs to its end, and without the mark at the beginning of the input. */
function textOf(line: Uint8Array, { offset }: InputPosition): Uint8Array {
  const start = offset === 0 && BYTE_ORDER_MARK.every((byte, at) => line[at] === byte)
    ? BYTE_ORDER_MARK.length
    : 0;
  return line.subarray(start, line.at(-1) === RETURN ? -1 : undefined);
}

function tooLong(position: InputPosition, bytes: Uint8Array, length: number): InputItem<never> {
  const reason = `it is larger than ${formatBytes(RECORD_BYTES_MAX)}, the default limit of brokers`;
  return { kind: "broken", position, bytes, length, reason, mayHoldRecords: false };
}
