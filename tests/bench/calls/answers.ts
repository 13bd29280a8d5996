/** What every run must answer: counted while the calls are made, without any of the program's own code. */
import { equal } from "assert";
import { DispatchedSum } from "./dispatches.ts";
import type { MadeCall } from "./made_call.ts";
import { WindowCounts } from "./window_counts.ts";

interface CountRow {
  readonly original_crime_type_name: string;
  readonly address: string;
  readonly count: number;
}

/** See the module's description. */
export class Answers {
  /** The calls with their units, where dispatches are made. */
  readonly dispatched = new DispatchedSum();
  readonly #windows: WindowCounts;
  readonly #byType = new Map<string, number>();
  readonly #byDisposition = new Map<string, number>();
  readonly #byAddress = new Map<string, number>();

  readonly #countsAddresses: boolean;

  /** For so many calls; groups by address are counted only where they are asked for, as they take much memory. */
  constructor({ count, countsAddresses }: { readonly count: number; readonly countsAddresses: boolean }) {
    this.#windows = new WindowCounts(count);
    this.#countsAddresses = countsAddresses;
  }

  /** Counts a call. */
  add({ timeMs, type, disposition, address }: MadeCall): void {
    this.#windows.add(timeMs, type);
    increment(this.#byType, type);
    increment(this.#byDisposition, disposition);
    if (this.#countsAddresses) increment(this.#byAddress, addressKey(address, type));
  }

  /** Holds a count by type against what was made. */
  checkByType(rows: Iterable<string>): void {
    checkCounts(this.#byType, rows, (row) => row.original_crime_type_name);
  }

  /** Holds a count by window and type against what was made. */
  checkWindows(rows: Iterable<string>): void {
    this.#windows.check(rows);
  }

  /** Holds a count by address and type, of those that occur more than once, against what was made. */
  checkByAddress(rows: Iterable<string>): void {
    const expected = new Map([...this.#byAddress].filter(([, count]) => count > 1));
    checkCounts(expected, rows, (row) => addressKey(row.address, row.original_crime_type_name));
  }

  /** How many types there are. */
  get types(): number {
    return this.#byType.size;
  }

  /** How many groups there are by address and type. */
  get addressGroups(): number {
    return this.#byAddress.size;
  }

  /** How many calls have a disposition that is not among these codes. */
  callsWithoutCode(codes: ReadonlySet<string>): number {
    let sum = 0;
    for (const [code, count] of this.#byDisposition) if (!codes.has(code)) sum += count;
    return sum;
  }
}

function increment(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

function addressKey(address: string, type: string): string {
  return `${address} | ${type}`;
}

/** Each group that is expected must have one row, with its count, and there must be no other rows. */
function checkCounts(
  expected: ReadonlyMap<string, number>,
  rows: Iterable<string>,
  keyOf: (row: CountRow) => string,
): void {
  const answered = new Set<string>();
  for (const line of rows) {
    const row = JSON.parse(line) as CountRow;
    const key = keyOf(row);
    equal(row.count, expected.get(key), `the count of ${key}`);
    equal(answered.has(key), false, `${key} has two rows`);
    answered.add(key);
  }
  equal(answered.size, expected.size, "not as many groups as there are");
}
