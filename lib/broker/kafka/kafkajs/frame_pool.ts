/**
 * Reusable buffers for the large responses of a connection: for new memory, the kernel spends as much time
 * clearing pages as reading, and the garbage collector even more.
 */
import { Buffer } from "node:buffer";

/** Smaller responses are not pooled. */
const POOLED_BYTES_MIN = 65_536;
/** The headroom of a buffer, as the sizes of similar responses differ slightly. */
const ROUNDED_TO_BYTES = 65_536;
const SPARE_MAX = 4;

/** See the module's description. */
export class FramePool {
  readonly #spare: ArrayBuffer[] = [];
  /** The buffers in use; any others that are returned did not come from here. */
  readonly #used = new WeakSet<ArrayBufferLike>();

  /** A buffer of that length, not cleared. */
  take(length: number): Buffer {
    if (length < POOLED_BYTES_MIN) return Buffer.alloc(length);
    const index = this.#spare.findIndex(({ byteLength }) => byteLength >= length);
    const memory = index >= 0
      ? this.#spare.splice(index, 1)[0]!
      : new ArrayBuffer(Math.ceil(length / ROUNDED_TO_BYTES) * ROUNDED_TO_BYTES);
    this.#used.add(memory);
    return Buffer.from(memory, 0, length);
  }

  /** Returns the buffer that `part` is a part of; it must not be used afterwards. */
  recycle({ buffer: memory }: Uint8Array): void {
    if (!this.#used.delete(memory)) return;
    // The largest ones are the least useful, and the most expensive.
    this.#spare.push(memory as ArrayBuffer);
    this.#spare.sort((left, right) => left.byteLength - right.byteLength);
    this.#spare.splice(SPARE_MAX);
  }
}
