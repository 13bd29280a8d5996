/**
 * Packed rows, as JavaScript sees them. A row is at a multiple of eight bytes; a *handle* is its address divided by
 * eight, which is the index of its first double. Its parts, in units of eight bytes:
 *
 * ```
 * mark · next │ values │ key
 * ```
 */
import { Buffer } from "node:buffer";
import type { Micros } from "../../records/values/micros.ts";

/** Views of the same memory. */
export interface RowViews {
  /** A Buffer, as that makes strings of its bytes at once. */
  readonly bytes: Buffer;
  readonly words: Int32Array;
  readonly doubles: Float64Array;
  readonly longs: BigInt64Array;
}

/** The handle of the row of a group. */
export type Group = number;

/** The first value of a row, from its handle on. */
export const VALUES = 1;
/** The word of a row with the handle of another row. The first word is the mark. */
export const NEXT_WORD = 1;

const HIGH_WORD = 2 ** 32;

/** Views of a buffer whose length is a multiple of eight. */
export function viewsOf(buffer: ArrayBufferLike): RowViews {
  return {
    bytes: Buffer.from(buffer),
    words: new Int32Array(buffer),
    doubles: new Float64Array(buffer),
    longs: new BigInt64Array(buffer),
  };
}

/** A time, which has 64 bits. A bigint is only made where the time is one. */
export function readTime({ words, longs }: RowViews, at: number): Micros {
  const micros = words[2 * at + 1]! * HIGH_WORD + (words[2 * at]! >>> 0);
  return Number.isSafeInteger(micros) ? micros : longs[at]!;
}

/** Writes a time. */
export function writeTime({ words, longs }: RowViews, at: number, micros: Micros): void {
  if (typeof micros === "bigint") longs[at] = micros;
  else {
    words[2 * at] = micros;
    words[2 * at + 1] = Math.floor(micros / HIGH_WORD);
  }
}
