/** What keys and their values take in memory, about: an engine that says when it has enough must count. */
import type { Value } from "../records/data_type.ts";

/** Of a key: its entry in a map, its group, and the arrays of its keys and values. */
const KEY_BYTES = 160;
const VALUE_BYTES = 16;
const STRING_BYTES = 24;
const BIGINT_BYTES = 24;

/** A mean over the keys that were added. */
export class MemoryEstimate {
  #count = 0;
  #bytes = 0;

  /** Counts a key that is new. */
  add(...parts: readonly (readonly Value[])[]): void {
    this.#count++;
    this.#bytes += parts.reduce((sum, values) => sum + sizeOf(values), KEY_BYTES);
  }

  /** Counts what a known key holds more of, or less: elements of its lists. */
  grow(elements: number): void {
    this.#bytes += elements * (VALUE_BYTES + STRING_BYTES);
  }

  /** The bytes of that many keys. */
  bytesOf(keys: number): number {
    return this.#count === 0 ? 0 : Math.round(keys * (this.#bytes / this.#count));
  }
}

function sizeOf(values: readonly Value[]): number {
  let bytes = values.length * VALUE_BYTES;
  for (const value of values) {
    if (typeof value === "string") bytes += STRING_BYTES + value.length;
    else if (typeof value === "bigint") bytes += BIGINT_BYTES;
    else if (Array.isArray(value)) bytes += sizeOf(value as readonly Value[]);
  }
  return bytes;
}
