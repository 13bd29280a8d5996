/** White space between the tokens of a JSON value, and the value without it. */

/** Copies without white space share buffers of at least this size: one per copy would cost more. */
const SHARED_BYTES_MIN = 65_536;

/** Collects the gaps of one value at a time, in order. */
export class Gaps {
  /** Their total size. */
  bytes = 0;
  /** Where each starts and ends. */
  #places = new Int32Array(64);
  #count = 0;
  /** Copies are written one after the other into a shared buffer. */
  #out: Uint8Array = new Uint8Array();
  #outAt = 0;

  clear(): void {
    this.bytes = 0;
    this.#count = 0;
  }

  add(from: number, to: number): void {
    this.bytes += to - from;
    if (this.#count === this.#places.length) this.#places = doubled(this.#places);
    this.#places[this.#count++] = from;
    this.#places[this.#count++] = to;
  }

  /** The bytes of a range without the gaps in it: a view if there are none, else a copy. Neither changes later. */
  without(bytes: Uint8Array, { start, end }: { readonly start: number; readonly end: number }): Uint8Array {
    if (this.#count === 0) return bytes.subarray(start, end);
    const length = end - start - this.bytes;
    if (this.#out.length - this.#outAt < length) {
      this.#out = new Uint8Array(Math.max(length, SHARED_BYTES_MIN));
      this.#outAt = 0;
    }
    const value = this.#out.subarray(this.#outAt, this.#outAt + length);
    let from = start;
    for (let gap = 0; gap < this.#count; gap += 2) {
      this.#copy(bytes, { from, to: this.#places[gap]! });
      from = this.#places[gap + 1]!;
    }
    this.#copy(bytes, { from, to: end });
    return value;
  }

  /** Appends a copy: mostly a few bytes, for which a call of `set` would cost more. */
  #copy(bytes: Uint8Array, { from, to }: { readonly from: number; readonly to: number }): void {
    const out = this.#out;
    let at = this.#outAt;
    for (let next = from; next < to; next++) out[at++] = bytes[next]!;
    this.#outAt = at;
  }
}

/** The same numbers, with room for as many more. */
export function doubled(numbers: Int32Array): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(numbers.length * 2);
  larger.set(numbers);
  return larger;
}
