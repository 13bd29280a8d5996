/**
 * Replaying calls in the order of their time. The data set stands newest first, so it must be sorted; but
 * only its index is held in memory: five numbers for each record, 40 bytes in all. What cannot be read again
 * by position (stdin, gzip) is spooled to a temporary file first, and one number more says where.
 */
import { concat } from "../base/bytes.ts";
import { writeError } from "../base/errors.ts";
import { type Temporary, temporaryFile } from "../base/temporary.ts";
import { JsonScanner } from "../records/json_scan.ts";
import type { BrokenItem, InputItem, InputPosition, NoteRecord } from "../records/input_item.ts";
import type { InputSource } from "./input_source.ts";
import type { RecordNotes } from "./record_notes.ts";

/** Numbers that are appended one by one, in blocks of doubling size. */
class Numbers {
  #values: Float64Array;
  length = 0;

  constructor() {
    this.#values = new Float64Array(1_024);
  }

  push(value: number): void {
    if (this.length === this.#values.length) {
      const larger = new Float64Array(this.length * 2);
      larger.set(this.#values);
      this.#values = larger;
    }
    this.#values[this.length++] = value;
  }

  at(index: number): number {
    return this.#values[index]!;
  }
}

/** What an input is indexed by. */
export interface IndexOptions {
  readonly note: NoteRecord<RecordNotes>;
  readonly signal: AbortSignal;
  /** Takes a broken item while the input is read. */
  readonly onBroken: (item: BrokenItem) => Promise<void> | void;
}

/** What comes before a failure, which is then told and not thrown. */
async function* untilFailure<T>(
  all: AsyncIterable<T>,
  onFailure: (error: unknown) => void,
): AsyncIterable<T> {
  try {
    yield* all;
  } catch (error) {
    onFailure(error);
  }
}

/** An open file with the records, and the index to them in the order of their time. */
export class TimeOrder {
  readonly #file: Deno.FsFile;
  readonly #spool: Temporary | undefined;
  /** Why the input could not be read to its end, if it could not. */
  readonly failure: unknown;
  readonly #note: NoteRecord<RecordNotes>;
  readonly #scanner = new JsonScanner();
  #window: Uint8Array = new Uint8Array();
  readonly #times: Numbers;
  readonly #offsets: Numbers;
  /** Where a record stands in the file that is read again: the input itself, or the spool. */
  readonly #places: Numbers;
  readonly #lengths: Numbers;
  readonly #lines: Numbers;
  readonly #records: Numbers;
  readonly #order: Uint32Array;

  private constructor(
    parts: {
      readonly file: Deno.FsFile;
      readonly spool: Temporary | undefined;
      readonly failure: unknown;
      readonly note: NoteRecord<RecordNotes>;
      readonly columns: readonly [Numbers, Numbers, Numbers, Numbers, Numbers, Numbers];
    },
  ) {
    this.#file = parts.file;
    this.#spool = parts.spool;
    this.failure = parts.failure;
    this.#note = parts.note;
    [this.#times, this.#offsets, this.#places, this.#lengths, this.#lines, this.#records] = parts.columns;
    const times = this.#times;
    this.#order = Uint32Array.from({ length: times.length }, (_, index) => index);
    // Records without a time come first; equal times keep the order of the input.
    const rank = (index: number) => Number.isNaN(times.at(index)) ? -Infinity : times.at(index);
    this.#order.sort((left, right) => {
      const [a, b] = [rank(left), rank(right)];
      return a < b ? -1 : a > b ? 1 : left - right;
    });
  }

  /** The number of records, without the broken ones. */
  get length(): number {
    return this.#times.length;
  }

  /** Reads the whole input once, to index it; broken items are handed on at once, and not kept. */
  static async of(input: InputSource, { note, signal, onBroken }: IndexOptions): Promise<TimeOrder> {
    const spool = input.plainPath === undefined ? temporaryFile("sfcrime-spool-") : undefined;
    const path = input.plainPath ?? spool!.path;
    const file = await Deno.open(path, { read: true, write: spool !== undefined });
    const [times, offsets, lengths] = [new Numbers(), new Numbers(), new Numbers()];
    const [lines, records] = [new Numbers(), new Numbers()];
    const places = spool === undefined ? offsets : new Numbers();
    const columns = [times, offsets, places, lengths, lines, records] as const;
    let failure: unknown;
    let spooled = 0;
    try {
      for await (const items of untilFailure(input.items(note, signal), (error) => failure = error)) {
        const fresh: Uint8Array[] = [];
        for (const item of items) {
          if (item.kind === "broken") {
            await onBroken(item);
            continue;
          }
          times.push(item.notes.eventMs ?? NaN);
          offsets.push(item.position.offset);
          lengths.push(item.bytes.length);
          lines.push(item.position.line);
          records.push(item.position.record);
          if (spool === undefined) continue;
          places.push(spooled);
          fresh.push(item.bytes);
          spooled += item.bytes.length;
        }
        if (spool !== undefined) await writeAll(file, concat(fresh), spool.path);
      }
    } catch (error) {
      file.close();
      spool?.remove();
      throw error;
    }
    return new TimeOrder({ file, spool, failure, note, columns });
  }

  /** The records in the order of their time. One is good until the next is asked for. */
  *items(): Iterable<InputItem<RecordNotes>> {
    for (const index of this.#order) yield this.#read(index);
  }

  close(): void {
    this.#file.close();
    this.#spool?.remove();
  }

  #read(index: number): InputItem<RecordNotes> {
    const place = this.#places.at(index);
    const position: InputPosition = {
      record: this.#records.at(index),
      line: this.#lines.at(index),
      offset: this.#offsets.at(index),
    };
    // In the input's own file a record has its white space; how much, is not known beforehand.
    const spread = this.#spool === undefined ? 2 : 1;
    for (let window = this.#lengths.at(index) * spread;; window *= 2) {
      const found = this.#readBytes(place, window);
      const outcome = this.#scanner.scan(found, 0);
      if (outcome === "value") {
        const bytes = this.#scanner.value;
        return { kind: "record", position, bytes, notes: this.#note(bytes, this.#scanner) };
      }
      if (outcome === "invalid" || found.length < window) {
        return {
          kind: "broken",
          position,
          bytes: found.slice(),
          length: found.length,
          reason: "the file has changed while it was read",
          mayHoldRecords: false,
        };
      }
    }
  }

  /** Reads at once: a record is in the system's cache more often than not, and a promise costs more than that. */
  #readBytes(offset: number, length: number): Uint8Array {
    if (this.#window.length < length) this.#window = new Uint8Array(length);
    const bytes = this.#window.subarray(0, length);
    this.#file.seekSync(offset, Deno.SeekMode.Start);
    let filled = 0;
    while (filled < length) {
      const count = this.#file.readSync(bytes.subarray(filled));
      if (count === null) break;
      filled += count;
    }
    return bytes.subarray(0, filled);
  }
}

async function writeAll(file: Deno.FsFile, bytes: Uint8Array, path: string): Promise<void> {
  try {
    for (let at = 0; at < bytes.length;) at += await file.write(bytes.subarray(at));
  } catch (cause) {
    throw writeError(path, cause);
  }
}
