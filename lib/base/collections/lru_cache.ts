/**
 * A bounded cache that keeps the most recently used entries.
 *
 * Entries are in two generations. An entry that is used moves to the young one; when that is full, it becomes
 * the old one, and the entries of the old one are dropped. So a hit costs one look-up, while an exact order
 * of use would have to be updated on every hit: caches of record values are used for every row.
 */
export class LruCache<K, V> {
  readonly #generationMax: number;
  #young = new Map<K, V>();
  #old = new Map<K, V>();

  /**
   * @param recentMax How many of the most recently used keys are kept; at most twice as many are in memory.
   */
  constructor(recentMax: number) {
    this.#generationMax = recentMax;
  }

  /** The number of entries. */
  get size(): number {
    return this.#young.size + this.#old.size;
  }

  /**
   * The value of a key, which counts as a use; undefined if there is none.
   *
   * @example
   * ```ts
   * import { equal } from "assert";
   * const cache = new LruCache<string, number>(2);
   * cache.set("a", 1);
   * for (const other of ["b", "c", "d"]) {
   *   equal(cache.get("a"), 1);
   *   cache.set(other, 2);
   * }
   * equal(cache.get("b"), undefined);
   * ```
   */
  get(key: K): V | undefined {
    const young = this.#young.get(key);
    if (young !== undefined) return young;
    const old = this.#old.get(key);
    if (old !== undefined) this.set(key, old);
    return old;
  }

  /** Sets the value of a key, which counts as a use. */
  set(key: K, value: V): void {
    if (this.#young.size >= this.#generationMax && !this.#young.has(key)) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#young.set(key, value);
    this.#old.delete(key);
  }
}
