/**
 * Replaying calls in the order of their time. The data set stands newest first, so it must be sorted; but
 * only its index is held in memory: five numbers for each record, 40 bytes in all. What
 * cannot be read again by position (stdin, gzip) is spooled to a temporary file first.
 */
import { writeError } from "../base/errors.ts";
import type { TimeZone } from "../base/time_zone.ts";
import type { InputSource } from "./input_source.ts";
import { minify, scanValue } from "../records/json_scan.ts";
import { eventTimeMsOf } from "./record_maker.ts";
import type { InputItem, InputPosition } from "../records/record_splitter.ts";

/** A record with its time; broken ones have none, and come first. */
export interface TimedItem {
  readonly item: InputItem;
  readonly eventMs: number | undefined;
}

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

/** An open file with the records, and the index to them in the order of their time. */
export class TimeOrder {
  readonly #file: Deno.FsFile;
  readonly #spool: string | undefined;
  readonly #broken: readonly InputItem[];
  readonly #times: Numbers;
  readonly #offsets: Numbers;
  readonly #lengths: Numbers;
  readonly #lines: Numbers;
  readonly #records: Numbers;
  readonly #order: Uint32Array;

  private constructor(
    parts: {
      readonly file: Deno.FsFile;
      readonly spool: string | undefined;
      readonly broken: readonly InputItem[];
      readonly columns: readonly [Numbers, Numbers, Numbers, Numbers, Numbers];
    },
  ) {
    this.#file = parts.file;
    this.#spool = parts.spool;
    this.#broken = parts.broken;
    [this.#times, this.#offsets, this.#lengths, this.#lines, this.#records] = parts.columns;
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

  /** Reads the whole input once, to index it. */
  static async of(input: InputSource, zone: TimeZone, signal: AbortSignal): Promise<TimeOrder> {
    const spool = input.plainPath === undefined
      ? await Deno.makeTempFile({ prefix: "sfcrime-spool-" })
      : undefined;
    const path = input.plainPath ?? spool!;
    const file = await Deno.open(path, { read: true, write: spool !== undefined });
    const columns = [new Numbers(), new Numbers(), new Numbers(), new Numbers(), new Numbers()] as const;
    const [times, offsets, lengths, lines, records] = columns;
    const broken: InputItem[] = [];
    let spooled = 0;
    try {
      for await (const items of input.items(signal)) {
        for (const item of items) {
          if (item.kind === "broken") {
            broken.push(item);
            continue;
          }
          times.push(eventTimeMsOf(item.bytes, zone) ?? NaN);
          offsets.push(spool === undefined ? item.position.offset : spooled);
          lengths.push(item.bytes.length);
          lines.push(item.position.line);
          records.push(item.position.record);
          if (spool !== undefined) spooled += await writeAll(file, item.bytes, spool);
        }
      }
    } catch (error) {
      file.close();
      if (spool !== undefined) await Deno.remove(spool);
      throw error;
    }
    return new TimeOrder({ file, spool, broken, columns });
  }

  /** The broken items, then the records in the order of their time. */
  async *items(): AsyncIterable<TimedItem> {
    for (const item of this.#broken) yield { item, eventMs: undefined };
    for (const index of this.#order) {
      const time = this.#times.at(index);
      yield { item: await this.#read(index), eventMs: Number.isNaN(time) ? undefined : time };
    }
  }

  async close(): Promise<void> {
    this.#file.close();
    if (this.#spool !== undefined) await Deno.remove(this.#spool);
  }

  async #read(index: number): Promise<InputItem> {
    const offset = this.#offsets.at(index);
    const position: InputPosition = { record: this.#records.at(index), line: this.#lines.at(index), offset };
    const length = this.#lengths.at(index);
    if (this.#spool !== undefined) {
      return { kind: "record", position, bytes: await this.#readBytes(offset, length) };
    }
    // In the file itself the record has its white space; how much is not known beforehand.
    for (let window = length * 2;; window *= 2) {
      const bytes = await this.#readBytes(offset, window);
      const scan = scanValue(bytes, 0);
      if (scan.kind === "value") return { kind: "record", position, bytes: minify(bytes, 0, scan.end) };
      if (scan.kind === "invalid" || bytes.length < window) {
        return { kind: "broken", position, bytes, reason: "the file has changed while it was read" };
      }
    }
  }

  async #readBytes(offset: number, length: number): Promise<Uint8Array> {
    const bytes = new Uint8Array(length);
    await this.#file.seek(offset, Deno.SeekMode.Start);
    let filled = 0;
    while (filled < length) {
      const count = await this.#file.read(bytes.subarray(filled));
      if (count === null) break;
      filled += count;
    }
    return bytes.subarray(0, filled);
  }
}

async function writeAll(file: Deno.FsFile, bytes: Uint8Array, path: string): Promise<number> {
  try {
    for (let at = 0; at < bytes.length;) at += await file.write(bytes.subarray(at));
    return bytes.length;
  } catch (cause) {
    throw writeError(path, cause);
  }
}
