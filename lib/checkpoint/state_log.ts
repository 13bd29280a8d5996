/**
 * The state of a query's operators in its checkpoint, as a log: a batch appends what it has changed, and the
 * last entry of a key holds. So a batch writes pages one behind the other, however many keys there are; in a
 * table ordered by key, each change would be a page of its own.
 *
 * The log is kept short by sweeps. Once it is longer than twice the state, each batch also appends some keys of
 * the whole state, in proportion to what it has changed. When a sweep is through all of them, what stood in the
 * log before it began is obsolete, and is deleted, again a part with each batch.
 */
import type { SqliteFile } from "../base/sqlite.ts";

/** A change to the state of one operator; a value of undefined takes the key away. */
export interface StateChange {
  readonly key: string;
  readonly value: string | undefined;
}

/** What an operator gives to the log behind a batch. */
export interface LoggedState {
  /** What the batch has changed. */
  readonly changes: Iterable<StateChange>;
  /**
   * All keys, as they are when they are asked for. It goes on over many batches: a key that is there all the
   * time must come once at least.
   */
  entries(): Iterable<StateChange>;
  /** The number of keys. */
  readonly size: number;
}

/** A sweep begins when the log has so many entries for each key, and so many more. */
const ENTRIES_PER_KEY_MAX = 2;
const ENTRIES_MIN = 50;
/** For each change, so many keys are swept and so many obsolete entries deleted. */
const SWEPT_PER_CHANGE = 2;
const DELETED_PER_CHANGE = 4;

/** A sweep under way. */
interface Sweep {
  /** Entries before this are obsolete when it is through. */
  readonly from: number;
  readonly entries: Iterator<readonly [operator: number, change: StateChange]>;
}

/** The newest entry of each key of an operator, in the order of keys. */
export function stateOf(
  file: SqliteFile,
  operator: number,
): Iterable<{ readonly key: string; readonly value: string }> {
  return file.each(
    `SELECT key, value FROM state
     WHERE entry IN (SELECT max(entry) FROM state WHERE operator = ? GROUP BY key) AND value IS NOT NULL
     ORDER BY key`,
    operator,
  );
}

/** How many keys each operator has; the last ones may be left out, where they have none. */
export function keyCountsOf(file: SqliteFile): number[] {
  const counted = file.all<{ operator: number; keys: number }>(
    `SELECT operator, count(value) AS keys FROM state
     WHERE entry IN (SELECT max(entry) FROM state GROUP BY operator, key)
     GROUP BY operator ORDER BY operator`,
  );
  const counts: number[] = new Array<number>((counted.at(-1)?.operator ?? -1) + 1).fill(0);
  for (const { operator, keys } of counted) counts[operator] = keys;
  return counts;
}

/** Writes the log; one at a time. */
export class StateLog {
  readonly #file: SqliteFile;
  /** The first entry, and the one that comes next. */
  #first: number;
  #next: number;
  #sweep: Sweep | undefined;
  /** Entries before this are obsolete. */
  #liveFrom = 0;

  constructor(file: SqliteFile) {
    this.#file = file;
    const { first, last } = file.get<{ first: number | null; last: number | null }>(
      "SELECT min(entry) AS first, max(entry) AS last FROM state",
    )!;
    this.#next = (last ?? 0) + 1;
    this.#first = first ?? this.#next;
  }

  /** Appends what a batch has changed, by operator; to be called in a transaction. */
  append(operators: readonly LoggedState[]): void {
    const before = this.#next;
    operators.forEach(({ changes }, operator) => {
      for (const change of changes) this.#add(operator, change);
    });
    const changed = this.#next - before;
    this.#sweepOn(operators, changed * SWEPT_PER_CHANGE);
    this.#deleteObsolete(changed * DELETED_PER_CHANGE);
  }

  /** Goes on with the sweep, or begins one where the log has grown too long. */
  #sweepOn(operators: readonly LoggedState[], count: number): void {
    if (this.#sweep === undefined) {
      const keys = operators.reduce((sum, { size }) => sum + size, 0);
      if (this.#next - this.#first <= keys * ENTRIES_PER_KEY_MAX + ENTRIES_MIN) return;
      this.#sweep = { from: this.#next, entries: entriesOf(operators) };
    }
    for (let left = count; left > 0; left--) {
      const next = this.#sweep.entries.next();
      if (next.done === true) {
        this.#liveFrom = this.#sweep.from;
        this.#sweep = undefined;
        return;
      }
      this.#add(...next.value);
    }
  }

  #deleteObsolete(count: number): void {
    const until = Math.min(this.#liveFrom, this.#first + count);
    if (until <= this.#first) return;
    this.#file.run("DELETE FROM state WHERE entry < ?", until);
    this.#first = until;
  }

  #add(operator: number, { key, value }: StateChange): void {
    this.#file.run(
      "INSERT INTO state (entry, operator, key, value) VALUES (?, ?, ?, ?)",
      this.#next++,
      operator,
      key,
      value ?? null,
    );
  }
}

function* entriesOf(
  operators: readonly LoggedState[],
): Generator<readonly [operator: number, change: StateChange]> {
  for (const [operator, state] of operators.entries()) {
    for (const entry of state.entries()) yield [operator, entry];
  }
}
