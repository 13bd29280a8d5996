/**
 * Values by the bytes that they are read from. A column of few different values is read once for each: no
 * string is made, and equal strings are the same one, whose hash is known.
 *
 * A column whose values hardly ever come again is not worth keeping: the cache then ends itself.
 */
import { INTERNED_STRINGS_MAX } from "../base/bounds.ts";

const SLOTS_FIRST = 256;
const BYTES_FIRST = 4_096;
/** Longer texts come again too seldom. */
const LENGTH_MAX = 128;
/** After so many look-ups it is decided whether keeping pays. */
const TRIAL_LOOKUPS = 20_000;
/** Of which so many at least must have been hits. */
const HIT_SHARE_MIN = 0.3;

/** See the module's description. */
export class ValueCache<T> {
  /** Of each slot: the hash, or 0 where it is empty. */
  #hashes = new Int32Array(SLOTS_FIRST);
  #starts = new Int32Array(SLOTS_FIRST);
  #lengths = new Int32Array(SLOTS_FIRST);
  #values: T[] = new Array<T>(SLOTS_FIRST);
  #bytes = new Uint8Array(BYTES_FIRST);
  #used = 0;
  #count = 0;
  #lookups = 0;
  #misses = 0;
  #ended = false;

  /** The value of `bytes[start, end)`, made by `make` where it is not known. */
  get(bytes: Uint8Array, start: number, end: number, make: (start: number, end: number) => T): T {
    const length = end - start;
    if (this.#ended || length > LENGTH_MAX) return make(start, end);
    let hash = length;
    for (let at = start; at < end; at++) hash = (Math.imul(hash, 31) + bytes[at]!) | 0;
    hash = Math.imul(hash, 0x9e3779b1);
    hash ^= hash >>> 15;
    if (hash === 0) hash = 1;
    const hashes = this.#hashes;
    const mask = hashes.length - 1;
    let slot = hash & mask;
    for (; hashes[slot] !== 0; slot = (slot + 1) & mask) {
      if (hashes[slot] === hash && this.#lengths[slot] === length && this.#isAt(slot, bytes, start, length)) {
        this.#lookups++;
        return this.#values[slot]!;
      }
    }
    const value = make(start, end);
    this.#miss();
    if (!this.#ended) this.#add(hash, bytes.subarray(start, end), value);
    return value;
  }

  #isAt(slot: number, bytes: Uint8Array, start: number, length: number): boolean {
    const kept = this.#bytes;
    const from = this.#starts[slot]!;
    for (let index = 0; index < length; index++) {
      if (kept[from + index] !== bytes[start + index]) return false;
    }
    return true;
  }

  #miss(): void {
    this.#lookups++;
    this.#misses++;
    if (this.#lookups < TRIAL_LOOKUPS) return;
    if (this.#lookups - this.#misses < this.#lookups * HIT_SHARE_MIN) {
      this.#ended = true;
      this.#reset();
    }
    this.#lookups = 0;
    this.#misses = 0;
  }

  #add(hash: number, text: Uint8Array, value: T): void {
    if (this.#count >= INTERNED_STRINGS_MAX) this.#reset();
    if (this.#count * 2 >= this.#hashes.length) this.#grow();
    while (this.#used + text.length > this.#bytes.length) {
      const larger = new Uint8Array(this.#bytes.length * 2);
      larger.set(this.#bytes);
      this.#bytes = larger;
    }
    this.#bytes.set(text, this.#used);
    this.#place(hash, this.#used, text.length, value);
    this.#used += text.length;
    this.#count++;
  }

  #place(hash: number, start: number, length: number, value: T): void {
    const mask = this.#hashes.length - 1;
    let slot = hash & mask;
    while (this.#hashes[slot] !== 0) slot = (slot + 1) & mask;
    this.#hashes[slot] = hash;
    this.#starts[slot] = start;
    this.#lengths[slot] = length;
    this.#values[slot] = value;
  }

  #grow(): void {
    const [hashes, starts, lengths, values] = [this.#hashes, this.#starts, this.#lengths, this.#values];
    const slots = hashes.length * 2;
    this.#hashes = new Int32Array(slots);
    this.#starts = new Int32Array(slots);
    this.#lengths = new Int32Array(slots);
    this.#values = new Array<T>(slots);
    hashes.forEach((hash, slot) => {
      if (hash !== 0) this.#place(hash, starts[slot]!, lengths[slot]!, values[slot]!);
    });
  }

  #reset(): void {
    this.#hashes = new Int32Array(SLOTS_FIRST);
    this.#starts = new Int32Array(SLOTS_FIRST);
    this.#lengths = new Int32Array(SLOTS_FIRST);
    this.#values = new Array<T>(SLOTS_FIRST);
    this.#used = 0;
    this.#count = 0;
  }
}
