/**
 * The rows that a join keeps of one side, by key and by the time at which they expire. A row is a handle into
 * columns of numbers beside the rows themselves, so that it costs little more than its values; it stays valid until
 * it is freed.
 */
import type { Row } from "../../../records/data_type.ts";

/** A row; those of a side count from 1 on. */
export type RowHandle = number;

/** The number of a key; keys count from 1 on. */
export type KeyNumber = number;

/** Where a list of rows ends. */
export const NO_ROW: RowHandle = 0;

/** What comes before a row that was removed. */
const REMOVED: RowHandle = -1;

/** A row to be added. */
export interface AddedRow {
  readonly row: Row;
  readonly key: KeyNumber;
  /** Greater than those of all rows that are there. */
  readonly id: number;
  /** When it expires, in milliseconds; infinite is never. */
  readonly expiryMs: number;
  readonly isMatched: boolean;
}

/** See the module's description. */
export class SideRows {
  readonly #rows: (Row | undefined)[] = [undefined];
  readonly #ids: number[] = [0];
  /** Numbers that are no objects of their own, as long as all of them are floating. */
  readonly #expiryMs: number[] = [Infinity];
  readonly #keys: KeyNumber[] = [0];
  readonly #matched: boolean[] = [false];
  /** The rows of a key are a list, in the order in which they came; a row that was removed has no previous one. */
  readonly #next: RowHandle[] = [NO_ROW];
  readonly #previous: RowHandle[] = [NO_ROW];
  readonly #firstOfKey: RowHandle[] = [NO_ROW];
  readonly #lastOfKey: RowHandle[] = [NO_ROW];
  readonly #free: RowHandle[] = [];
  /** A heap by time, and then by id. */
  readonly #byTime: RowHandle[] = [];
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** Adds a row as the last one of its key. */
  add({ row, key, id, expiryMs, isMatched }: AddedRow): RowHandle {
    const handle = this.#free.pop() ?? this.#rows.length;
    this.#rows[handle] = row;
    this.#ids[handle] = id;
    this.#expiryMs[handle] = expiryMs;
    this.#keys[handle] = key;
    this.#matched[handle] = isMatched;
    const last = this.#lastOfKey[key] ?? NO_ROW;
    this.#previous[handle] = last;
    this.#next[handle] = NO_ROW;
    if (last === NO_ROW) this.#firstOfKey[key] = handle;
    else this.#next[last] = handle;
    this.#lastOfKey[key] = handle;
    if (expiryMs !== Infinity) this.#push(handle);
    this.#size++;
    return handle;
  }

  /** The first row of a key, or none. */
  firstOf(key: KeyNumber): RowHandle {
    return this.#firstOfKey[key] ?? NO_ROW;
  }

  /** The next row of the same key, or none. */
  nextOf(handle: RowHandle): RowHandle {
    return this.#next[handle]!;
  }

  rowOf(handle: RowHandle): Row {
    return this.#rows[handle]!;
  }

  idOf(handle: RowHandle): number {
    return this.#ids[handle]!;
  }

  keyOf(handle: RowHandle): KeyNumber {
    return this.#keys[handle]!;
  }

  isMatched(handle: RowHandle): boolean {
    return this.#matched[handle]!;
  }

  match(handle: RowHandle): void {
    this.#matched[handle] = true;
  }

  /** Removes the rows that expire up to a time, inclusive: earliest first. They can be read until they are freed. */
  *removeUntil(ms: number): Iterable<RowHandle> {
    const heap = this.#byTime;
    while (heap.length > 0) {
      const earliest = heap[0]!;
      if (this.#expiryMs[earliest]! > ms) return;
      this.#pop();
      this.#unlink(earliest);
      this.#size--;
      yield earliest;
    }
  }

  /** Frees a row that was removed: its handle may then be that of another one. */
  free(handle: RowHandle): void {
    this.#rows[handle] = undefined;
    this.#free.push(handle);
  }

  /** All rows. Others may be added or removed meanwhile. */
  *handles(): Iterable<RowHandle> {
    for (let handle = 1; handle < this.#rows.length; handle++) if (this.isThere(handle)) yield handle;
  }

  /** The greatest id; 0 if there are no rows. */
  get idMax(): number {
    let max = 0;
    for (let handle = 1; handle < this.#rows.length; handle++) {
      if (this.isThere(handle) && this.#ids[handle]! > max) max = this.#ids[handle]!;
    }
    return max;
  }

  /** When the last of the rows that are not matched expires; undefined if none does. */
  get latestUnmatchedMs(): number | undefined {
    let latest: number | undefined;
    for (const handle of this.#byTime) {
      const ms = this.#expiryMs[handle]!;
      if (!this.#matched[handle] && (latest === undefined || ms > latest)) latest = ms;
    }
    return latest;
  }

  #unlink(handle: RowHandle): void {
    const [previous, next, key] = [this.#previous[handle]!, this.#next[handle]!, this.#keys[handle]!];
    if (previous === NO_ROW) this.#firstOfKey[key] = next;
    else this.#next[previous] = next;
    if (next === NO_ROW) this.#lastOfKey[key] = previous;
    else this.#previous[next] = previous;
    this.#previous[handle] = REMOVED;
  }

  /** Whether a row has not been removed. */
  isThere(handle: RowHandle): boolean {
    return this.#previous[handle] !== REMOVED;
  }

  #push(handle: RowHandle): void {
    const heap = this.#byTime;
    let at = heap.push(handle) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!this.#isBefore(handle, heap[parent]!)) break;
      heap[at] = heap[parent]!;
      at = parent;
    }
    heap[at] = handle;
  }

  #pop(): void {
    const heap = this.#byTime;
    const last = heap.pop()!;
    if (heap.length === 0) return;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && this.#isBefore(heap[child + 1]!, heap[child]!)) child++;
      if (!this.#isBefore(heap[child]!, last)) break;
      heap[at] = heap[child]!;
      at = child;
    }
    heap[at] = last;
  }

  #isBefore(left: RowHandle, right: RowHandle): boolean {
    const between = this.#expiryMs[left]! - this.#expiryMs[right]!;
    return between < 0 || (between === 0 && this.#ids[left]! < this.#ids[right]!);
  }
}
