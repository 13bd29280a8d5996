/**
 * The state of the operators of a query in its checkpoint, as a log: a batch appends its changes, and the
 * last entry of a key is current. So a batch writes consecutive pages, however many keys there are; in a
 * table ordered by key, each change would touch a page of its own.
 *
 * Compaction keeps the log short. Once it is longer than twice the state, each batch also appends some keys
 * of the whole state, in proportion to its changes. When a sweep has written all of them, the entries from
 * before it are obsolete, and are deleted, again some with each batch.
 */
import type { SqliteFile } from "../base/files/sqlite.ts";

/** A change to the state of an operator; a value of undefined removes the key. */
export interface StateChange {
  readonly key: string;
  readonly value: string | undefined;
}

/** What an operator logs after a batch. */
export interface LoggedState {
  /** The changes of the batch. */
  readonly changes: Iterable<StateChange>;
  /**
   * All keys, each as it is when it is returned. The iteration spans many batches: a key that exists all the
   * time must be returned at least once.
   */
  entries(): Iterable<StateChange>;
  /** The number of keys. */
  readonly size: number;
}

/** A sweep begins when the log has this many entries per key, plus a minimum. */
const ENTRIES_PER_KEY_MAX = 2;
const ENTRIES_MIN = 50;
/** The number of keys that are swept, and of obsolete entries that are deleted, per change. */
const SWEPT_PER_CHANGE = 2;
const DELETED_PER_CHANGE = 4;

/** A sweep in progress. */
interface Sweep {
  /** Entries before this are obsolete once the sweep is complete. */
  readonly from: number;
  readonly entries: Iterator<readonly [operator: number, change: StateChange]>;
}

/** The newest entry of each key of an operator, in key order. */
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

/** The number of keys of each operator; trailing operators without keys may be missing. */
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

/** Writes the log; there may be only one writer. */
export class StateLog {
  readonly #file: SqliteFile;
  /** The first entry, and the next one. */
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

  /** Appends the changes of a batch, by operator; must be called in a transaction. */
  append(operators: readonly LoggedState[]): void {
    const before = this.#next;
    operators.forEach(({ changes }, operator) => {
      for (const change of changes) this.#add(operator, change);
    });
    const changed = this.#next - before;
    this.#sweepOn(operators, changed * SWEPT_PER_CHANGE);
    this.#deleteObsolete(changed * DELETED_PER_CHANGE);
  }

  /** Continues the sweep, or begins one if the log has become too long. */
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
