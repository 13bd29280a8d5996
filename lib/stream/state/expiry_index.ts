/**
 * Items by expiry time: a heap of times, with the items of each. Taking expired items costs in proportion to
 * their number, not to the total.
 *
 * A time without items stays in the heap until half of the heap consists of such times; then the heap is
 * rebuilt. So memory stays proportional to the items, even if nothing ever expires.
 */
import type { Micros } from "../../records/values/micros.ts";
import { latestOf, TimeHeap } from "./time_heap.ts";

/** A heap up to this size is not rebuilt. */
const TIMES_SPARED = 64;

/** The size of a time, with its heap entry and its set of items; and of an item in a set. */
const TIME_BYTES = 240;
const ITEM_BYTES = 24;

/** See the module's description. */
export class ExpiryIndex<T> {
  readonly #items = new Map<Micros, Set<T>>();
  /** All keys of {@link #items}, and maybe more. */
  readonly #times = new TimeHeap();
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
    this.#times.add(time);
  }

  /** The latest time of all items; undefined if there are none. */
  get latest(): Micros | undefined {
    return latestOf(this.#items.keys());
  }

  /** Removes an item that was added with that time. */
  delete(time: Micros, item: T): void {
    const items = this.#items.get(time);
    if (items === undefined || !items.delete(item)) return;
    this.#size--;
    if (items.size > 0) return;
    this.#items.delete(time);
    if (this.#times.size > 2 * this.#items.size + TIMES_SPARED) this.#times.replace(this.#items.keys());
  }

  /** Removes and returns all items up to a time, inclusive: earliest first, in order of insertion. */
  removeUntil(time: Micros): T[] {
    const taken: T[] = [];
    for (const earliest of this.#times.removeUntil(time)) {
      for (const item of this.#items.get(earliest) ?? []) taken.push(item);
      this.#items.delete(earliest);
    }
    this.#size -= taken.length;
    return taken;
  }
}
