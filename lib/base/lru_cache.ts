/**
 * A cache with a bound that keeps what was used last.
 *
 * Entries are in two generations. What is used is in the young one; when that is full, it becomes the old
 * one, and what was in the old one is dropped. So a hit costs one look-up, where an exact order of use would
 * have to be kept up on every hit: caches of values of records are asked for each row.
 */
export class LruCache<K, V> {
  readonly #generationMax: number;
  #young = new Map<K, V>();
  #old = new Map<K, V>();

  /** @param recentMax How many of the keys that were used last are kept; at most twice as many are held. */
  constructor(recentMax: number) {
    this.#generationMax = recentMax;
  }

  /** How many entries are held. */
  get size(): number {
    return this.#young.size + this.#old.size;
  }

  /**
   * The value of a key, which counts as a use of it; undefined where it has none.
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

  /** Gives a key its value, which counts as a use of it. */
  set(key: K, value: V): void {
    if (this.#young.size >= this.#generationMax && !this.#young.has(key)) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#young.set(key, value);
    this.#old.delete(key);
  }
}
