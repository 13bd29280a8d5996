/**
 * A run of an external sort: records that are in order, in a file. Each is written as its numbers, the text of its
 * key, and its bytes.
 */
import { SORT_BUFFER_BYTES } from "../../base/bounds.ts";
import { writeError } from "../../base/errors.ts";
import type { InputPosition } from "../../records/splitting/input_item.ts";
import { compareKeys, type SortKey } from "../notes/sort_key.ts";

/** A record to sort. */
export interface SortEntry {
  readonly key: SortKey;
  readonly position: InputPosition;
  readonly value: Uint8Array;
}

/** Compares entries; equal keys keep the order of the input. */
export function compareEntries(left: SortEntry, right: SortEntry): number {
  return compareKeys(left.key, right.key) || left.position.record - right.position.record;
}

/** Where the numbers of an entry stand: two lengths, a kind, and four that may be large. */
const [TEXT_LENGTH_AT, VALUE_LENGTH_AT, KIND_AT] = [0, 4, 8];
const [NUMBER_AT, RECORD_AT, LINE_AT, OFFSET_AT] = [12, 20, 28, 36];
const HEADER_BYTES = 44;

/** Writes sorted entries to a new file. @throws {SfcrimeError} DISK_FULL, OUTPUT */
export class RunWriter {
  readonly path: string;
  readonly #file: Deno.FsFile;
  #bytes = new Uint8Array(SORT_BUFFER_BYTES);
  #filled = 0;

  constructor(path: string) {
    this.path = path;
    this.#file = Deno.openSync(path, { write: true, createNew: true, mode: 0o600 });
  }

  add({ key, position, value }: SortEntry): void {
    const size = HEADER_BYTES + key.text.length + value.length;
    if (this.#filled + size > this.#bytes.length) this.#flush();
    if (size > this.#bytes.length) this.#bytes = new Uint8Array(size);
    const view = new DataView(this.#bytes.buffer, this.#filled);
    view.setUint32(TEXT_LENGTH_AT, key.text.length);
    view.setUint32(VALUE_LENGTH_AT, value.length);
    view.setUint32(KIND_AT, key.kind);
    view.setFloat64(NUMBER_AT, key.number);
    view.setFloat64(RECORD_AT, position.record);
    view.setFloat64(LINE_AT, position.line);
    view.setFloat64(OFFSET_AT, position.offset);
    this.#bytes.set(key.text, this.#filled + HEADER_BYTES);
    this.#bytes.set(value, this.#filled + HEADER_BYTES + key.text.length);
    this.#filled += size;
  }

  /** Flushes the buffer. */
  end(): void {
    try {
      this.#flush();
    } finally {
      this.#file.close();
    }
  }

  #flush(): void {
    try {
      for (let at = 0; at < this.#filled;) at += this.#file.writeSync(this.#bytes.subarray(at, this.#filled));
    } catch (cause) {
      throw writeError(this.path, cause);
    }
    this.#filled = 0;
  }
}

/** The entries of a run, in order. Each is valid until the next one is requested. */
export function* readRun(path: string): Generator<SortEntry, void, undefined> {
  using file = Deno.openSync(path);
  let bytes = new Uint8Array(SORT_BUFFER_BYTES);
  let [at, filled] = [0, 0];
  /** Ensures that this many bytes are buffered; false at the end of the file. */
  const has = (count: number): boolean => {
    if (filled - at >= count) return true;
    const rest = bytes.subarray(at, filled);
    if (count > bytes.length) bytes = new Uint8Array(count);
    bytes.set(rest);
    [at, filled] = [0, rest.length];
    while (filled < count) {
      const read = file.readSync(bytes.subarray(filled));
      if (read === null) return false;
      filled += read;
    }
    return true;
  };
  while (has(HEADER_BYTES)) {
    const view = new DataView(bytes.buffer, at);
    const textLength = view.getUint32(TEXT_LENGTH_AT);
    const size = HEADER_BYTES + textLength + view.getUint32(VALUE_LENGTH_AT);
    if (!has(size)) throw new Error(`${path} ends in the middle of a record`);
    yield entryAt(bytes.subarray(at, at + size), textLength);
    at += size;
  }
}

function entryAt(bytes: Uint8Array, textLength: number): SortEntry {
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const valueAt = HEADER_BYTES + textLength;
  return {
    key: {
      kind: view.getUint32(KIND_AT),
      number: view.getFloat64(NUMBER_AT),
      text: bytes.subarray(HEADER_BYTES, valueAt),
    },
    position: {
      record: view.getFloat64(RECORD_AT),
      line: view.getFloat64(LINE_AT),
      offset: view.getFloat64(OFFSET_AT),
    },
    value: bytes.subarray(valueAt),
  };
}
