/**
 * Which rows of a data set were sent, as far as they may be met again: the latest ones, as rows may appear later than
 * others of their time.
 */
import type { ReadingPlace, RowPlace } from "./row_place.ts";

/** What an earlier run has left in the topic. */
export interface SentBefore extends ReadingPlace {
  /** Rows that are not earlier than the floor. */
  readonly rows: readonly RowPlace[];
}

/** See the module's description. */
export class SentRows {
  readonly #overlapMs: number;
  readonly #beginMs: number;
  #seenMs: number;
  /** The times of rows, by their places. */
  readonly #known = new Map<string, number>();

  constructor(
    { beginMs, overlapMs, before }: {
      /** Earlier rows are not sent, unless a run has begun before. */
      readonly beginMs: number;
      readonly overlapMs: number;
      readonly before: SentBefore | undefined;
    },
  ) {
    this.#overlapMs = overlapMs;
    this.#beginMs = before?.floorMs ?? beginMs;
    this.#seenMs = before?.seenMs ?? -Infinity;
    for (const row of before?.rows ?? []) this.add(row);
  }

  /** How far the data set has been read. */
  get place(): ReadingPlace {
    return { seenMs: this.#seenMs, floorMs: Math.max(this.#beginMs, this.#seenMs - this.#overlapMs) };
  }

  /** Adds a row. Returns whether it is new. */
  add({ timeMs, id }: RowPlace): boolean {
    const place = `${timeMs} ${id}`;
    if (this.#known.has(place)) return false;
    this.#known.set(place, timeMs);
    return true;
  }

  /** All rows up to this time, that there are, are in the topic. */
  confirm(timeMs: number): void {
    this.#seenMs = Math.max(this.#seenMs, timeMs);
    const { floorMs } = this.place;
    for (const [place, ms] of this.#known) if (ms < floorMs) this.#known.delete(place);
  }
}
