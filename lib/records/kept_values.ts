/**
 * The values of a column that come again and again, by number. The kernel finds a text's number; here are the
 * values that were made of it. A column of few different values is read once for each: no string is made, and
 * equal strings are the same one, whose hash is known.
 *
 * A column whose values hardly ever come again is not worth keeping: the keeping then ends itself.
 */
import { INTERNED_STRINGS_MAX } from "../base/bounds.ts";
import type { JsonKernel } from "./json_kernel.ts";

const SLOTS_FIRST = 256;
const BLOCK_BYTES = 16_384;
/** After so many look-ups it is decided whether keeping pays. */
const TRIAL_LOOKUPS = 20_000;
/** Of which so many at least must have been hits. */
const HIT_SHARE_MIN = 0.3;

/** See the module's description. */
export class KeptValues<T> {
  readonly #kernel: JsonKernel;
  readonly #column: number;
  /** Room for texts, a block at a time. */
  readonly #blocks: number[] = [];
  #values: T[] = [];
  #slots = SLOTS_FIRST;
  #block = 0;
  #used = 0;
  #misses = 0;
  /** Look-ups until the last decision. */
  #decidedAt = 0;

  constructor(kernel: JsonKernel, column: number) {
    this.#kernel = kernel;
    this.#column = column;
    kernel.growTable(column, this.#slots);
  }

  /** The value of a number that the kernel has found. */
  at(number: number): T {
    return this.#values[number]!;
  }

  /** Takes a value whose text the kernel did not know, and which stands in `[start, end)` of its event. */
  add(value: T, start: number, end: number): void {
    if (!this.#isWorthwhile()) return;
    if (this.#values.length >= INTERNED_STRINGS_MAX) this.#forget();
    if (this.#values.length * 2 >= this.#slots) {
      this.#slots *= 2;
      this.#kernel.growTable(this.#column, this.#slots);
    }
    const number = this.#values.push(value) - 1;
    this.#kernel.keep(this.#column, { start, end, room: this.#roomFor(end - start), number });
  }

  #isWorthwhile(): boolean {
    this.#misses++;
    // A counter of 32 bits comes round.
    const lookups = (this.#kernel.lookups(this.#column) - this.#decidedAt) >>> 0;
    if (lookups < TRIAL_LOOKUPS) return true;
    const isWorthwhile = lookups - this.#misses >= lookups * HIT_SHARE_MIN;
    this.#decidedAt += lookups;
    this.#misses = 0;
    if (!isWorthwhile) {
      this.#kernel.stopKeeping(this.#column);
      this.#values = [];
    }
    return isWorthwhile;
  }

  #forget(): void {
    this.#kernel.clearTable(this.#column, this.#slots);
    this.#values = [];
    this.#block = 0;
    this.#used = 0;
  }

  #roomFor(length: number): number {
    if (this.#used + length > BLOCK_BYTES) {
      this.#block++;
      this.#used = 0;
    }
    const room = this.#blocks[this.#block] ??= this.#kernel.allocate(BLOCK_BYTES);
    this.#used += length;
    return room + this.#used - length;
  }
}
