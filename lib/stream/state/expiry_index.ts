/**
 * Items by expiry time: a heap of times, with the items of each. Taking expired items costs in proportion to
 * their number, not to the total.
 *
 * A time without items stays in the heap until half of the heap consists of such times; then the heap is
 * rebuilt. So memory stays proportional to the items, even if nothing ever expires.
 */

import type { Micros } from "../../records/values/micros.ts";

/** A heap up to this size is not rebuilt. */
const TIMES_SPARED = 64;

/** The size of a time, with its heap entry and its set of items; and of an item in a set. */
const TIME_BYTES = 240;
const ITEM_BYTES = 24;

/** See the module's description. */
export class ExpiryIndex<T> {
  readonly #items = new Map<Micros, Set<T>>();
  /** A binary min-heap. It contains all keys of {@link #items}, and maybe more. */
  #times: Micros[] = [];
  #size = 0;

  /** Estimated memory, without the items themselves. */
  get memoryBytes(): number {
    return this.#items.size * TIME_BYTES + this.#size * ITEM_BYTES;
  }

  /** Adds an item, which must not be in it yet. */
  add(time: Micros, item: T): void {
    this.#size++;
    const items = this.#items.get(time);
    if (items !== undefined) {
      items.add(item);
      return;
    }
    this.#items.set(time, new Set([item]));
    this.#times.push(time);
    this.#rise(this.#times.length - 1);
  }

  /** The latest time of all items; undefined if there are none. */
  get latest(): Micros | undefined {
    let latest: Micros | undefined;
    for (const time of this.#items.keys()) if (latest === undefined || time > latest) latest = time;
    return latest;
  }

  /** Removes an item that was added with that time. */
  delete(time: Micros, item: T): void {
    const items = this.#items.get(time);
    if (items === undefined || !items.delete(item)) return;
    this.#size--;
    if (items.size > 0) return;
    this.#items.delete(time);
    // Sorted times are a heap.
    if (this.#times.length > 2 * this.#items.size + TIMES_SPARED) {
      this.#times = [...this.#items.keys()].sort((left, right) => left < right ? -1 : 1);
    }
  }

  /** Removes and returns all items up to a time, inclusive: earliest first, in order of insertion. */
  removeUntil(time: Micros): T[] {
    const taken: T[] = [];
    while (this.#times.length > 0 && this.#times[0]! <= time) {
      const earliest = this.#times[0]!;
      for (const item of this.#items.get(earliest) ?? []) taken.push(item);
      this.#items.delete(earliest);
      const last = this.#times.pop()!;
      if (this.#times.length > 0) {
        this.#times[0] = last;
        this.#sink(0);
      }
    }
    this.#size -= taken.length;
    return taken;
  }

  #rise(index: number): void {
    for (let at = index; at > 0;) {
      const parent = (at - 1) >> 1;
      if (this.#times[parent]! <= this.#times[at]!) return;
      this.#swap(parent, at);
      at = parent;
    }
  }

  #sink(index: number): void {
    for (let at = index;;) {
      const left = 2 * at + 1;
      if (left >= this.#times.length) return;
      const right = left + 1;
      const child = right < this.#times.length && this.#times[right]! < this.#times[left]! ? right : left;
      if (this.#times[at]! <= this.#times[child]!) return;
      this.#swap(at, child);
      at = child;
    }
  }

  #swap(left: number, right: number): void {
    [this.#times[left], this.#times[right]] = [this.#times[right]!, this.#times[left]!];
  }
}
