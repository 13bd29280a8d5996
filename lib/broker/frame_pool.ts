/**
 * Buffers for the large answers of a connection, used again and again: one in fresh memory costs the kernel as
 * much for clearing its pages as the reading itself, and the garbage collector more than that.
 */
import { Buffer } from "node:buffer";

/** Smaller answers are not worth it. */
const POOLED_BYTES_MIN = 65_536;
/** Buffers are so much longer than what they were made for, as answers of one request differ a little. */
const ROUNDED_TO_BYTES = 65_536;
const SPARE_MAX = 4;

/** See the module's description. */
export class FramePool {
  readonly #spare: ArrayBuffer[] = [];
  /** Those that are in use; others that are given back did not come from here. */
  readonly #used = new WeakSet<ArrayBufferLike>();

  /** A buffer of that length, with whatever is in it. */
  take(length: number): Buffer {
    if (length < POOLED_BYTES_MIN) return Buffer.alloc(length);
    const index = this.#spare.findIndex(({ byteLength }) => byteLength >= length);
    const memory = index >= 0
      ? this.#spare.splice(index, 1)[0]!
      : new ArrayBuffer(Math.ceil(length / ROUNDED_TO_BYTES) * ROUNDED_TO_BYTES);
    this.#used.add(memory);
    return Buffer.from(memory, 0, length);
  }

  /** Takes back what `part` is a part of, and will never be looked at again. */
  giveBack({ buffer: memory }: Uint8Array): void {
    if (!this.#used.delete(memory)) return;
    // The largest ones are of the least use, and cost the most.
    this.#spare.push(memory as ArrayBuffer);
    this.#spare.sort((left, right) => left.byteLength - right.byteLength);
    this.#spare.splice(SPARE_MAX);
  }
}
