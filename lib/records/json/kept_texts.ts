/**
 * A cache of the repeated texts of a column, by number. The kernel finds the number of a text; the string made
 * of it is here. In a column with few distinct texts each of them is decoded once: no string is made again, and
 * equal strings are identical, with a known hash.
 *
 * If the texts of a column rarely repeat, the cache disables itself.
 */
import { INTERNED_STRINGS_MAX } from "../../base/bounds.ts";
import type { JsonKernel } from "./kernel/json_kernel.ts";

const SLOTS_FIRST = 256;
const BLOCK_BYTES = 16_384;
/** After this many look-ups it is decided whether caching pays. */
const TRIAL_LOOKUPS = 20_000;
/** The minimum share of hits. */
const HIT_SHARE_MIN = 0.3;
/** The kernel does not look up longer texts: they rarely repeat. */
const TEXT_BYTES_MAX = 128;

/** See the module's description. */
export class KeptTexts {
  readonly #kernel: JsonKernel;
  readonly #column: number;
  /** Memory for texts, in blocks. */
  readonly #blocks: number[] = [];
  #texts: string[] = [];
  #slots = SLOTS_FIRST;
  #block = 0;
  #used = 0;
  #misses = 0;
  /** Look-ups until the last decision. */
  #decidedAt = 0;
  #isOpen = true;
  /** Whether all texts will be forgotten before the next record. */
  #isFull = false;

  constructor(kernel: JsonKernel, column: number) {
    this.#kernel = kernel;
    this.#column = column;
    kernel.growTable(column, this.#slots);
  }

  /** The text with a number from the kernel. */
  at(number: number): string {
    return this.#texts[number]!;
  }

  /** Whether a text of this length that is new to the kernel may be added. */
  takes(bytes: number): boolean {
    return this.#isOpen && bytes <= TEXT_BYTES_MAX;
  }

  /** Adds such a text, in `[start, end)` of its event. */
  add(text: string, start: number, end: number): void {
    if (this.#isFull || !this.#isWorthwhile()) return;
    if (this.#texts.length >= INTERNED_STRINGS_MAX) {
      this.#isFull = true;
      // Other texts of this record may be known by their numbers.
      this.#kernel.beforeNext(() => this.#forget());
      return;
    }
    if (this.#texts.length * 2 >= this.#slots) {
      this.#slots *= 2;
      this.#kernel.growTable(this.#column, this.#slots);
    }
    const number = this.#texts.push(text) - 1;
    this.#kernel.keep(this.#column, { start, end, room: this.#roomFor(end - start), number });
  }

  #isWorthwhile(): boolean {
    this.#misses++;
    // The 32-bit counter wraps around.
    const lookups = (this.#kernel.lookups(this.#column) - this.#decidedAt) >>> 0;
    if (lookups < TRIAL_LOOKUPS) return true;
    const isWorthwhile = lookups - this.#misses >= lookups * HIT_SHARE_MIN;
    this.#decidedAt += lookups;
    this.#misses = 0;
    if (!isWorthwhile) {
      this.#isOpen = false;
      this.#kernel.stopKeeping(this.#column);
      this.#kernel.beforeNext(() => this.#texts = []);
    }
    return isWorthwhile;
  }

  #forget(): void {
    this.#isFull = false;
    this.#kernel.clearTable(this.#column, this.#slots);
    this.#texts = [];
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
