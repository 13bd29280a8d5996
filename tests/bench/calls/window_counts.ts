/**
 * The counts by window of ten minutes, every five, and type. A stream of 5,000,000 calls has more than seven
 * million such groups, so they are sorted numbers, which take less memory than a Map, and less time.
 */
import { equal, ok } from "assert";

const SLIDE_MS = 300_000;
const WINDOW_MS = 600_000;
/** More than there are types. */
const TYPES_MAX = 1_024;

interface WindowRow {
  /** As Spark has it. */
  readonly window?: { readonly start: string; readonly end: string };
  /** As ClickHouse has it. */
  readonly start?: string;
  readonly original_crime_type_name: string;
  readonly count: number;
}

/** See the module's description. */
export class WindowCounts {
  readonly #types = new Map<string, number>();
  /** The keys of all calls in the order of their arrival; undefined once they are counted. */
  #added: Float64Array | undefined;
  #size = 0;
  #keys = new Float64Array();
  #counts = new Uint32Array();

  /** For so many calls. */
  constructor(calls: number) {
    this.#added = new Float64Array(2 * calls);
  }

  add(timeMs: number, type: string): void {
    const typeNumber = this.#types.getOrInsert(type, this.#types.size);
    ok(typeNumber < TYPES_MAX);
    const lastStart = Math.floor(timeMs / SLIDE_MS);
    this.#added![this.#size++] = lastStart * TYPES_MAX + typeNumber;
    this.#added![this.#size++] = (lastStart - 1) * TYPES_MAX + typeNumber;
  }

  /** Each window and type must have one row, with its count, and there must be no other rows. */
  check(rows: Iterable<string>): void {
    this.#count();
    const left = this.#counts.slice();
    let answered = 0;
    for (const line of rows) {
      const row = JSON.parse(line) as WindowRow;
      const startMs = Date.parse(row.window?.start ?? row.start!);
      if (row.window !== undefined) equal(Date.parse(row.window.end), startMs + WINDOW_MS);
      const key = startMs / SLIDE_MS * TYPES_MAX + (this.#types.get(row.original_crime_type_name) ?? NaN);
      const at = indexIn(this.#keys, key);
      ok(at !== undefined && left[at] === row.count, `${line}: expected ${left[at ?? -1] ?? "no such row"}`);
      left[at] = 0;
      answered++;
    }
    equal(answered, this.#keys.length, "not as many groups as there are");
  }

  #count(): void {
    if (this.#added === undefined) return;
    const sorted = this.#added.subarray(0, this.#size).sort();
    this.#added = undefined;
    let groups = 0;
    for (let at = 0; at < sorted.length; at++) if (at === 0 || sorted[at] !== sorted[at - 1]) groups++;
    this.#keys = new Float64Array(groups);
    this.#counts = new Uint32Array(groups);
    let group = -1;
    for (const [at, key] of sorted.entries()) {
      if (at === 0 || key !== sorted[at - 1]) this.#keys[++group] = key;
      this.#counts[group]!++;
    }
  }
}

/** Where a number is among sorted ones. */
function indexIn(sorted: Float64Array, value: number): number | undefined {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sorted[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return sorted[low] === value ? low : undefined;
}
