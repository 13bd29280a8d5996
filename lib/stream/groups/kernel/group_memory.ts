/**
 * The host of `group_kernel.as`: a WebAssembly memory with the rows and their hash table, and the calls into the
 * module. The memory grows in place, so that no row is ever copied for that.
 */
import { Buffer } from "node:buffer";
import { SfcrimeError } from "../../../base/errors.ts";
import { GROUP_KERNEL } from "./group_kernel.wasm.ts";
import { type RowViews, VALUES, viewsOf } from "../row_views.ts";

interface Exports {
  readonly start: (
    valueBytes: number,
    fixedKeyBytes: number,
    textsAt: number,
    textCount: number,
    interns: boolean,
  ) => number;
  readonly expireBy: (at: number, flagsAt: number, flag: number, added: bigint) => void;
  readonly take: (bytes: number) => number;
  readonly count: () => number;
  readonly freeBytes: () => number;
  readonly segmentCount: () => number;
  readonly listedCount: () => number;
  readonly lateCount: () => number;
  readonly bytesAdded: () => number;
  readonly isFull: () => number;
  readonly upsert: (key: number) => number;
  readonly adopt: (key: number) => number;
  readonly keyBytes: (key: number) => number;
  readonly link: (row: number) => number;
  readonly remove: (row: number) => void;
  readonly free: (row: number) => void;
  readonly expire: (until: bigint) => number;
  readonly firstCollected: () => number;
  readonly bytesCollected: () => number;
  readonly freeExpired: () => void;
  readonly timeCount: () => number;
  readonly latestTime: () => bigint;
  readonly internedCount: () => number;
  readonly internedAt: () => number;
  readonly addInterned: (tag: number, text: number) => number;
  readonly clear: () => void;
  readonly gather: (from: number, to: number) => number;
  readonly merge: (
    from: number,
    to: number,
    adds: boolean,
    mark: number,
    list: number,
    lateList: number,
    drops: boolean,
    until: bigint,
  ) => number;
}

/** The layout of rows, in bytes. */
export interface RowLayout {
  readonly valueBytes: number;
  /** The length of a key without its texts, and without zeros at its end. */
  readonly fixedKeyBytes: number;
  /** Where a key has the words of its texts, and how many. */
  readonly textsAt: number;
  readonly textCount: number;
  /** Whether short texts are kept once, with their numbers in keys. */
  readonly interns: boolean;
}

/** Where a row has a time, in bytes, what is added to it, and the flag that says that there is none. */
export interface RowTime {
  readonly at: number;
  readonly added: number;
  readonly flagsAt: number;
  readonly flag: number;
}

/** A merge of rows. */
export interface KernelMerge {
  /** Whether values are added, and rows marked and linked to those of their time, or the host merges the values. */
  readonly adds: boolean;
  readonly mark: number;
  /** Rows that expire at or before this are late; undefined if none are. */
  readonly until: bigint | undefined;
  /**
   * Called with the rows that were merged, as a list of handles, so many from an index on: if the host merges, in
   * pairs with the other row; otherwise those that did not have the mark.
   */
  readonly merged: (list: Int32Array, from: number, count: number) => void;
  /** Called with rows that are not merged. */
  readonly late: (other: number) => void;
}

/** Pages of 64 KiB. */
const PAGES_MIN = 1;
/** Four GiB, less one page: the kernel has addresses of 32 bits. */
const PAGES_MAX = 65_535;
const SEGMENTS_WORD = 2_112 / 4;
const SEGMENT_WORDS = 4;
/** Room for keys, at first. */
const KEY_ROOM = 1_024;
/** How many bytes of rows are copied for a merge at once, or wait to be gathered: few enough for the cache of a core. */
const INPUT_BYTES = 131_072;
const WAITING_BYTES = 32_768;
/** The least bytes of a row. */
const ROW_BYTES_MIN = 8;
/** Entries of interned texts: the address, and the tag, whose lowest byte is the length. */
const TEXT_WORDS = 2;
const TEXT_LENGTH_MASK = 0xff;

let compiled: WebAssembly.Module | undefined;

/** See the module's description. */
export class GroupMemory {
  /** For other kernels that read the rows. */
  readonly memory = new WebAssembly.Memory({ initial: PAGES_MIN, maximum: PAGES_MAX });
  readonly layout: RowLayout;
  readonly #kernel: Exports;
  /** Where the values of new rows are to be placed, divided by eight. */
  readonly initialValues: number;
  /** Replaced when the memory grows, which it may do whenever a row is added. */
  views: RowViews;
  /** The length of a row without its key. */
  readonly #headBytes: number;
  #keyRoom = KEY_ROOM;
  #keyAt: number;
  /** Rows that wait: where they begin and end, and the end of their room; where the last one begins and ends. */
  #waitingAt = 0;
  #waitingEnd = 0;
  #roomEnd = 0;
  #lastAt = 0;
  #lastEnd = 0;
  #inputRoom = 0;
  #inputAt = 0;
  #listAt = 0;
  #lateAt = 0;

  constructor(layout: RowLayout) {
    this.layout = layout;
    const { valueBytes, fixedKeyBytes, textsAt, textCount, interns } = layout;
    this.#headBytes = VALUES * 8 + valueBytes;
    compiled ??= new WebAssembly.Module(Buffer.from(GROUP_KERNEL, "base64"));
    const host = { grown: () => this.views = viewsOf(this.memory.buffer) };
    const instance = new WebAssembly.Instance(compiled, { env: { memory: this.memory }, host });
    this.#kernel = instance.exports as unknown as Exports;
    this.views = viewsOf(this.memory.buffer);
    this.initialValues = this.#kernel.start(valueBytes, fixedKeyBytes, textsAt, textCount, interns) / 8;
    this.#keyAt = this.take(KEY_ROOM);
  }

  /** Takes memory for as long as there are groups, zeros at first; returns its address. Needs new {@link views}. */
  take(bytes: number): number {
    const at = this.#kernel.take(bytes);
    if (at === 0) throw memoryFull();
    return at >>> 0;
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

  /** The number of segments that rows are in. */
  get segments(): number {
    return this.#kernel.segmentCount();
  }

  /** The handles from the first row of a segment to the end of its last one. */
  segment(index: number): { readonly from: number; readonly to: number } {
    const word = SEGMENTS_WORD + SEGMENT_WORDS * index;
    const { words } = this.views;
    return { from: (words[word]! >>> 0) / 8, to: (words[word + 1]! >>> 0) / 8 };
  }

  /** Room for a key of so many bytes, as a handle; writing to it may need new {@link views}. */
  keyAt(bytes: number): number {
    if (bytes > this.#keyRoom) {
      this.#keyRoom = 2 * bytes;
      this.#keyAt = this.take(this.#keyRoom);
    }
    return this.#keyAt / 8;
  }

  /** The row of the key that was written; added if it is missing. */
  upsert(): number {
    return row(this.#kernel.upsert(this.#keyAt));
  }

  /** Adds a row of another memory of the same layout and texts, whose key is not in this one yet; returns its handle. */
  adopt(other: GroupMemory, from: number): number {
    const keyBytes = other.#kernel.keyBytes(8 * other.keyOf(from));
    const at = this.keyAt(keyBytes);
    const key = 8 * other.keyOf(from);
    this.views.bytes.set(other.views.bytes.subarray(key, key + keyBytes), 8 * at);
    const adopted = row(this.#kernel.adopt(8 * at));
    const { words, bytes } = this.views;
    words[2 * adopted] = other.views.words[2 * from]!;
    bytes.set(other.views.bytes.subarray(8 * (from + VALUES), key), 8 * (adopted + VALUES));
    this.link(adopted);
    return adopted;
  }

  /** Interns the texts of another memory, which get the same numbers. */
  adoptTexts(other: GroupMemory): void {
    for (let number = 0; number < other.internedCount; number++) {
      const { tag, text } = other.#textEntry(number);
      const at = 8 * this.keyAt(text.length);
      this.views.bytes.set(text, at);
      if (this.#kernel.addInterned(tag, at) === 0) throw memoryFull();
    }
  }

  /** How many texts are interned, which have the numbers from 0 on. */
  get internedCount(): number {
    return this.#kernel.internedCount();
  }

  /** The bytes of an interned text. */
  text(number: number): Buffer {
    return this.#textEntry(number).text;
  }

  #textEntry(number: number): { readonly tag: number; readonly text: Buffer } {
    const { words, bytes } = this.views;
    const word = (this.#kernel.internedAt() >>> 0) / 4 + TEXT_WORDS * number;
    const [at, tag] = [words[word]! >>> 0, words[word + 1]!];
    return { tag, text: bytes.subarray(at, at + (tag & TEXT_LENGTH_MASK)) };
  }

  /** The length of a row in bytes. */
  rowBytes(row: number): number {
    return this.#headBytes + this.#kernel.keyBytes(8 * this.keyOf(row));
  }

  /** The handle of the key of a row. */
  keyOf(row: number): number {
    return row + this.#headBytes / 8;
  }

  /** Adds a row, which is complete, to those of the time at which it expires. */
  link(row: number): void {
    if (this.#kernel.link(row) === 0) throw memoryFull();
  }

  /** Removes a row from the table, which must not be linked; it can be read until it is freed. */
  remove(row: number): void {
    this.#kernel.remove(row);
  }

  /** Frees a row that was removed. */
  free(row: number): void {
    this.#kernel.free(row);
  }

  /** Removes the linked rows that expire up to a time, which get a negative mark; they can be read until freed. */
  expire(until: bigint): { readonly first: number; readonly count: number; readonly bytes: number } {
    const count = this.#kernel.expire(until);
    return { first: this.#kernel.firstCollected(), count, bytes: this.#kernel.bytesCollected() >>> 0 };
  }

  /** Frees the rows that expired last. */
  freeExpired(): void {
    this.#kernel.freeExpired();
  }

  /** The number of distinct times at which rows expire. */
  get expiryTimeCount(): number {
    return this.#kernel.timeCount();
  }

  /** The latest time at which a row expires, which takes a look at all of them. */
  get latestExpiry(): bigint | undefined {
    return this.expiryTimeCount === 0 ? undefined : this.#kernel.latestTime();
  }

  /** Removes and frees all rows. */
  clear(): void {
    this.#kernel.clear();
  }

  /** Whether a row can wait that has a key of so many bytes at most, beside those that wait already. */
  hasRoom(keyBytesMax: number): boolean {
    return this.#waitingEnd + this.#headBytes + keyBytesMax <= this.#roomEnd;
  }

  /** Makes sure that one can, while none waits. */
  makeRoom(keyBytesMax: number): void {
    if (this.hasRoom(keyBytesMax)) return;
    const room = Math.max(WAITING_BYTES, 2 * (this.#headBytes + keyBytesMax));
    this.#waitingAt = this.take(room);
    this.#waitingEnd = this.#waitingAt;
    this.#roomEnd = this.#waitingAt + room;
  }

  /**
   * Begins a row that waits to be gathered, for which there is room: its values are zeros, and its key is to be written
   * next. Returns its handle.
   */
  beginWaitingRow(): number {
    this.#lastAt = this.#waitingEnd;
    const row = this.#lastAt / 8;
    const { doubles } = this.views;
    for (let unit = row; unit < this.keyOf(row); unit++) doubles[unit] = 0;
    return row;
  }

  /** Ends it, where its key ends, in bytes. */
  endWaitingRow(end: number): void {
    this.#waitingEnd = end;
    this.#lastEnd = end;
  }

  /** Has a copy of the last row wait, also once that was gathered; returns its handle, or 0 if there is no room. */
  repeatWaitingRow(): number {
    const [from, length] = [this.#lastAt / 4, (this.#lastEnd - this.#lastAt) / 4];
    const at = this.#waitingEnd / 4;
    if (4 * (at + length) > this.#roomEnd) return 0;
    const { words } = this.views;
    for (let word = 0; word < length; word++) words[at + word] = words[from + word]!;
    this.#lastAt = this.#waitingEnd;
    this.endWaitingRow(4 * (at + length));
    return at / 2;
  }

  /** Adds the rows that wait to those of their keys: their values, and 1 to the mark. Returns the bytes of new rows. */
  gather(): number {
    const end = this.#waitingEnd;
    this.#waitingEnd = this.#waitingAt;
    if (this.#kernel.gather(this.#waitingAt, end) === 0) throw memoryFull();
    return this.#kernel.bytesAdded() >>> 0;
  }

  /** Sets where rows have the time at which they expire. */
  expireBy({ at, flagsAt, flag, added }: RowTime): void {
    this.#kernel.expireBy(at, flagsAt, flag, BigInt(added));
  }

  /** Merges rows: finds or adds the row of each key. Returns the bytes of the new ones, unless the host merges. */
  merge(rows: Uint8Array, { adds, mark, until, merged, late }: KernelMerge): number {
    const drops = until !== undefined;
    let addedBytes = 0;
    let room = INPUT_BYTES;
    for (let from = 0; from < rows.length;) {
      this.#makeInputRoom(room);
      const [start, end] = [this.#inputAt, this.#inputAt + Math.min(room, rows.length - from)];
      this.views.bytes.set(rows.subarray(from, from + end - start), start);
      const { merge } = this.#kernel;
      const at = merge(start, end, adds, mark, this.#listAt, this.#lateAt, drops, until ?? 0n) >>> 0;
      if (this.#kernel.isFull() !== 0) throw memoryFull();
      addedBytes += this.#kernel.bytesAdded() >>> 0;
      const listed = this.#kernel.listedCount();
      if (listed > 0) merged(this.views.words, this.#listAt / 4, listed);
      for (let word = this.#lateAt / 4, left = this.#kernel.lateCount(); left > 0; left--) {
        late(this.views.words[word++]!);
      }
      from += at - start;
      // Not even one row was whole.
      if (at === start) room *= 2;
    }
    return addedBytes;
  }

  #makeInputRoom(bytes: number): void {
    if (bytes <= this.#inputRoom) return;
    this.#inputRoom = bytes;
    this.#inputAt = this.take(bytes);
    this.#listAt = this.take(bytes / ROW_BYTES_MIN * 8);
    this.#lateAt = this.take(bytes / ROW_BYTES_MIN * 4);
  }
}

/** @throws {SfcrimeError} If there was no memory for a row. */
function row(handle: number): number {
  if (handle === 0) throw memoryFull();
  return handle;
}

function memoryFull(): SfcrimeError {
  return new SfcrimeError("QUERY_FAILED", "The groups take more than 4 GiB.", {
    hint: "Use a watermark to evict groups, or group by fewer keys.",
  });
}
