/**
 * The last rows of many, in bounded memory. Most rows are soon replaced by later ones, so their arrays are used again
 * and nothing is allocated for a row.
 */
import { RECENT_BYTES_MAX, RECENT_ROWS_MAX } from "../../base/bounds.ts";
import type { Row, Value } from "../../records/data_type.ts";
import { bytesOfValue } from "../../stream/values/memory_estimate.ts";

/** How much is kept. */
export interface LastRowsBounds {
  readonly rowsMax: number;
  readonly bytesMax: number;
}

const BOUNDS: LastRowsBounds = { rowsMax: RECENT_ROWS_MAX, bytesMax: RECENT_BYTES_MAX };

/** What a value takes that is no text and no list. */
const PLAIN_BYTES = 16;

/** See the module's description. A row that is too large by itself is not kept. */
export class LastRows {
  readonly #bounds: LastRowsBounds;
  /** A ring: the rows, and their estimated bytes. */
  #rows: Row[] = [];
  #bytes: number[] = [];
  /** The place of the first row, and how many there are. */
  #first = 0;
  #count = 0;
  #totalBytes = 0;

  constructor(bounds: LastRowsBounds = BOUNDS) {
    this.#bounds = bounds;
  }

  get count(): number {
    return this.#count;
  }

  /** Adds a row, whose array the caller may use again. */
  add(row: Readonly<Row>): void {
    const { rowsMax, bytesMax } = this.#bounds;
    const bytes = bytesOf(row);
    if (bytes > bytesMax) return;
    while (this.#count === rowsMax || this.#totalBytes + bytes > bytesMax) this.#removeFirst();
    const place = (this.#first + this.#count++) % rowsMax;
    this.#totalBytes += bytes;
    this.#bytes[place] = bytes;
    const kept = this.#rows[place] ??= [];
    for (let index = 0; index < row.length; index++) kept[index] = row[index] as Value;
  }

  /** The rows, oldest first; they are the caller's. */
  rows(): Row[] {
    return Array.from(
      { length: this.#count },
      (_, index) => [...this.#rows[(this.#first + index) % this.#bounds.rowsMax]!],
    );
  }

  /** Returns the rows, oldest first, and starts over. */
  take(): Row[] {
    const rows = this.rows();
    this.clear();
    return rows;
  }

  clear(): void {
    this.#rows = [];
    this.#bytes = [];
    this.#first = 0;
    this.#count = 0;
    this.#totalBytes = 0;
  }

  #removeFirst(): void {
    this.#totalBytes -= this.#bytes[this.#first]!;
    this.#first = (this.#first + 1) % this.#bounds.rowsMax;
    this.#count--;
  }
}

function bytesOf(row: Readonly<Row>): number {
  let bytes = 0;
  for (let index = 0; index < row.length; index++) {
    const value = row[index] as Value;
    bytes += typeof value === "string" || typeof value === "object" ? bytesOfValue(value) : PLAIN_BYTES;
  }
  return bytes;
}
