/**
 * The host of `group_kernel.as`: a WebAssembly memory with the rows and their hash table, and the calls into the
 * module. The memory grows in place, so that no row is ever copied for that.
 */
import { Buffer } from "node:buffer";
import { SfcrimeError } from "../../base/errors.ts";
import { GROUP_KERNEL } from "./group_kernel.wasm.ts";
import { KEY_BYTES_WORD, type RowViews, VALUES, viewsOf } from "./row_views.ts";

interface Exports {
  readonly start: (valueBytes: number) => number;
  readonly expireBy: (at: number, flagsAt: number, flag: number) => void;
  readonly take: (bytes: number) => number;
  readonly count: () => number;
  readonly freeBytes: () => number;
  readonly segmentCount: () => number;
  readonly listedCount: () => number;
  readonly stopReason: () => number;
  readonly upsert: (key: number, bytes: number) => number;
  readonly remove: (row: number) => void;
  readonly free: (row: number) => void;
  readonly removeAll: () => void;
  readonly clear: () => void;
  readonly merge: (
    from: number,
    to: number,
    list: number,
    mark: number,
    adds: boolean,
    drops: boolean,
    until: bigint,
  ) => number;
}

/** Why the kernel has stopped merging. */
export const StopReason = { done: 0, late: 1, full: 2 } as const;

/** Where a time is in a key, in bytes, and where the flag is that says that there is none. */
export interface KeyTime {
  readonly at: number;
  readonly flagsAt: number;
  readonly flag: number;
}

/** How rows are merged. */
export interface KernelMerge {
  /** Rows with this mark are already known to have changed. */
  readonly mark: number;
  /** Whether the kernel adds all values, or leaves them to the host. */
  readonly adds: boolean;
  /** Rows that expire at or before this are late; undefined if none are. */
  readonly until: bigint | undefined;
}

/** Pages of 64 KiB. */
const PAGES_MIN = 1;
/** Four GiB, less one page: the kernel has addresses of 32 bits. */
const PAGES_MAX = 65_535;
const SEGMENTS_WORD = 2_112 / 4;
/** Room for keys, at first. */
const KEY_ROOM = 1_024;
/** How many bytes of rows are copied for a merge at once: few enough for the cache of a core. */
const INPUT_BYTES = 131_072;
/** The least bytes of a row. */
const ROW_BYTES_MIN = 16;

let compiled: WebAssembly.Module | undefined;

/** See the module's description. */
export class GroupMemory {
  readonly #memory = new WebAssembly.Memory({ initial: PAGES_MIN, maximum: PAGES_MAX });
  readonly #kernel: Exports;
  /** Where the values of new rows are to be placed, divided by eight. */
  readonly initialValues: number;
  /** Replaced when the memory grows, which it may do whenever a row is added. */
  views: RowViews;
  /** The length of a row without its key. */
  readonly #headBytes: number;
  #keyRoom = KEY_ROOM;
  #keyAt: number;
  #inputRoom = 0;
  #inputAt = 0;
  #listAt = 0;

  /** @param valueBytes The length of the values of a row. */
  constructor(valueBytes: number) {
    this.#headBytes = VALUES * 8 + valueBytes;
    compiled ??= new WebAssembly.Module(Buffer.from(GROUP_KERNEL, "base64"));
    const host = { grown: () => this.views = viewsOf(this.#memory.buffer) };
    const instance = new WebAssembly.Instance(compiled, { env: { memory: this.#memory }, host });
    this.#kernel = instance.exports as unknown as Exports;
    this.views = viewsOf(this.#memory.buffer);
    this.initialValues = this.#kernel.start(valueBytes) / 8;
    this.#keyAt = this.#take(KEY_ROOM);
  }

  /** The number of rows. */
  get size(): number {
    return this.#kernel.count();
  }

  /** The bytes of rows that are free, and of all rows. */
  get rowMemory(): { readonly free: number; readonly all: number } {
    let all = 0;
    for (let index = 0; index < this.segments; index++) {
      const { from, to } = this.segment(index);
      all += 8 * (to - from);
    }
    return { free: this.#kernel.freeBytes() >>> 0, all };
  }

  /** The number of segments that rows stand in, one after the other. */
  get segments(): number {
    return this.#kernel.segmentCount();
  }

  /** Where a segment begins and ends, as handles. */
  segment(index: number): { readonly from: number; readonly to: number } {
    const { words } = this.views;
    const word = SEGMENTS_WORD + 2 * index;
    return { from: (words[word]! >>> 0) / 8, to: (words[word + 1]! >>> 0) / 8 };
  }

  /** Where a key is to be written, divided by eight, with room for so many bytes. */
  keyAt(bytes: number): number {
    if (bytes > this.#keyRoom) {
      this.#keyRoom = 2 * bytes;
      this.#keyAt = this.#take(this.#keyRoom);
    }
    return this.#keyAt / 8;
  }

  /** The row of the key that was written; added if it is missing. */
  upsert(keyBytes: number): number {
    const row = this.#kernel.upsert(this.#keyAt, keyBytes);
    if (row === 0) throw memoryFull();
    return row;
  }

  /** Adds a row of another memory of the same layout, whose key is not in this one yet; returns its handle. */
  adopt(other: GroupMemory, row: number): number {
    const keyBytes = other.views.words[2 * row + KEY_BYTES_WORD]!;
    const at = this.keyAt(keyBytes);
    const key = 8 * other.keyOf(row);
    this.views.bytes.set(other.views.bytes.subarray(key, key + keyBytes), 8 * at);
    const adopted = this.upsert(keyBytes);
    const { doubles } = this.views;
    doubles[adopted] = other.views.doubles[row]!;
    this.views.bytes.set(other.views.bytes.subarray(8 * (row + VALUES), key), 8 * (adopted + VALUES));
    return adopted;
  }

  /** The length of a row in bytes. */
  rowBytes(row: number): number {
    return this.#headBytes + this.views.words[2 * row + KEY_BYTES_WORD]!;
  }

  /** The handle of the key of a row. */
  keyOf(row: number): number {
    return row + this.#headBytes / 8;
  }

  /** Removes a row from the table; it can be read until it is freed. */
  remove(row: number): void {
    this.#kernel.remove(row);
  }

  /** Frees a row that was removed. */
  free(row: number): void {
    this.#kernel.free(row);
  }

  /** Removes all rows from the table; they can be read until they are freed. */
  removeAll(): void {
    this.#kernel.removeAll();
  }

  /** Removes and frees all rows. */
  clear(): void {
    this.#kernel.clear();
  }

  /** Sets where keys have the time at which their row expires. */
  expireBy({ at, flagsAt, flag }: KeyTime): void {
    this.#kernel.expireBy(at, flagsAt, flag);
  }

  /**
   * Merges rows: finds or adds the row of each key, and calls `merged` with it and the other one. With `adds`, the
   * values are added before that, and rows with the mark are left out. Calls `late` with rows that are not merged.
   */
  merge(
    rows: Uint8Array,
    { mark, adds, until }: KernelMerge,
    { merged, late }: {
      readonly merged: (row: number, other: number) => void;
      readonly late: (other: number) => void;
    },
  ): void {
    let room = INPUT_BYTES;
    for (let from = 0; from < rows.length;) {
      this.#makeInputRoom(room);
      const [start, end] = [this.#inputAt, this.#inputAt + Math.min(room, rows.length - from)];
      this.views.bytes.set(rows.subarray(from, from + end - start), start);
      let at = start;
      for (let reason: number = StopReason.late; reason === StopReason.late;) {
        at = this.#kernel.merge(at, end, this.#listAt, mark, adds, until !== undefined, until ?? 0n) >>> 0;
        reason = this.#kernel.stopReason();
        this.#callWithListed(merged);
        if (reason === StopReason.full) throw memoryFull();
        if (reason === StopReason.late) {
          late(at / 8);
          at += this.rowBytes(at / 8);
        }
      }
      from += at - start;
      // Not even one row was whole.
      if (at === start) room *= 2;
    }
  }

  #callWithListed(merged: (row: number, other: number) => void): void {
    const count = this.#kernel.listedCount();
    const first = this.#listAt / 4;
    for (let word = first; word < first + 2 * count; word += 2) {
      const { words } = this.views;
      merged(words[word]!, words[word + 1]!);
    }
  }

  #makeInputRoom(bytes: number): void {
    if (bytes <= this.#inputRoom) return;
    this.#inputRoom = bytes;
    this.#inputAt = this.#take(bytes);
    this.#listAt = this.#take(bytes / ROW_BYTES_MIN * 8);
  }

  #take(bytes: number): number {
    const at = this.#kernel.take(bytes);
    if (at === 0) throw memoryFull();
    return at >>> 0;
  }
}

function memoryFull(): SfcrimeError {
  return new SfcrimeError("QUERY_FAILED", "The groups take more than 4 GiB.", {
    hint: "Use a watermark to evict groups, or group by fewer keys.",
  });
}
