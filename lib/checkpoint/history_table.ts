/**
 * The history of a query in its checkpoint: rows for its latest batches, and for the minutes and hours of those before
 * them, and the error that ended its last run. What the texts contain is up to whoever writes them. Nothing else in
 * the checkpoint depends on these tables, so they are no part of the version of its format: a program that does not
 * know them leaves them alone.
 */
import type { SqliteFile } from "../base/files/sqlite.ts";

/** The tables, which any checkpoint gets that is written to. */
export const HISTORY_SCHEMA = `
CREATE TABLE IF NOT EXISTS history (
  entry INTEGER PRIMARY KEY,
  point TEXT NOT NULL,
  progress TEXT,
  measured TEXT
) STRICT;
CREATE TABLE IF NOT EXISTS history_buckets (
  level INTEGER NOT NULL,
  since_ms INTEGER NOT NULL,
  bucket TEXT NOT NULL,
  PRIMARY KEY (level, since_ms)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS history_failure (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  error TEXT NOT NULL,
  at_ms INTEGER NOT NULL,
  batch INTEGER,
  logged_ms INTEGER
) STRICT;
`;

/** The batch that was logged last: with it, a failure is out of date once another program has logged a batch. */
const LAST_LOGGED = "SELECT batch, logged_ms FROM batches ORDER BY batch DESC LIMIT 1";

const BUCKETS_OF_LEVEL = "SELECT level, since_ms AS sinceMs, bucket FROM history_buckets WHERE level = ?";

/** A batch. */
export interface HistoryRow {
  /** The number of the batch in the history, from 1 on; the numbers follow each other. */
  readonly entry: number;
  readonly point: string;
  /** Kept of the latest batches only. */
  readonly progress: string | null;
  /** What was measured after it was added, and replaces what the other two have; null if nothing was. */
  readonly measured: string | null;
}

/** A bucket: the larger the level, the older and the longer. */
export interface BucketRow {
  readonly level: number;
  readonly sinceMs: number;
  readonly bucket: string;
}

/** The error that ended a run. */
export interface FailureRow {
  readonly error: string;
  readonly atMs: number;
}

/** See the module's description. Writes are part of a transaction of the caller. */
export class HistoryTable {
  readonly #file: SqliteFile;
  /** Whether there are tables: a file that is only read may be from before they existed. */
  readonly #exists: boolean;
  /** The same for the error, which came later. */
  readonly #hasFailures: boolean;

  constructor(file: SqliteFile) {
    this.#file = file;
    const names = file.all<{ name: string }>("SELECT name FROM sqlite_schema WHERE type = 'table'")
      .map(({ name }) => name);
    this.#exists = names.includes("history_buckets");
    this.#hasFailures = names.includes("history_failure");
  }

  /** The path of the file, for errors. */
  get path(): string {
    return this.#file.path;
  }

  /** The first and the last entry; undefined if there is none. */
  get range(): { readonly first: number; readonly last: number } | undefined {
    if (!this.#exists) return undefined;
    const { first, last } = this.#file.get<{ first: number | null; last: number | null }>(
      "SELECT min(entry) AS first, max(entry) AS last FROM history",
    )!;
    return first === null || last === null ? undefined : { first, last };
  }

  /** The entries from a number on, and before another one, oldest first. */
  rows(from: number, before = from + 1): HistoryRow[] {
    if (!this.#exists) return [];
    return this.#file.all(
      "SELECT * FROM history WHERE entry >= ? AND entry < ? ORDER BY entry",
      from,
      before,
    );
  }

  /** Adds an entry. */
  add({ entry, point, progress }: Omit<HistoryRow, "measured">): void {
    this.#file.run("INSERT INTO history (entry, point, progress) VALUES (?, ?, ?)", entry, point, progress);
  }

  /** Adds what was measured later to an entry. */
  measure(entry: number, measured: string): void {
    this.#file.run("UPDATE history SET measured = ? WHERE entry = ?", measured, entry);
  }

  /** Removes the entries before a number. */
  removeBefore(entry: number): void {
    this.#file.run("DELETE FROM history WHERE entry < ?", entry);
  }

  /** Removes the progress of the entries before a number. */
  removeProgressBefore(entry: number): void {
    this.#file.run("UPDATE history SET progress = NULL WHERE entry < ? AND progress IS NOT NULL", entry);
  }

  /** The buckets of a level, oldest first. */
  buckets(level: number): BucketRow[] {
    if (!this.#exists) return [];
    return this.#file.all(
      `${BUCKETS_OF_LEVEL} ORDER BY since_ms`,
      level,
    );
  }

  /** The last bucket of a level; undefined if there is none. */
  lastBucket(level: number): BucketRow | undefined {
    return this.#file.get(
      `${BUCKETS_OF_LEVEL} ORDER BY since_ms DESC LIMIT 1`,
      level,
    );
  }

  /** Takes the oldest buckets out of a level, so that it has no more than a number of them. */
  takeOldest(level: number, kept: number): BucketRow[] {
    const { count } = this.#file.get<{ count: number }>(
      "SELECT count(*) AS count FROM history_buckets WHERE level = ?",
      level,
    )!;
    if (count <= kept) return [];
    const taken = this.#file.all<BucketRow>(
      `${BUCKETS_OF_LEVEL} ORDER BY since_ms LIMIT ?`,
      level,
      count - kept,
    );
    this.#file.run(
      "DELETE FROM history_buckets WHERE level = ? AND since_ms <= ?",
      level,
      taken.at(-1)!.sinceMs,
    );
    return taken;
  }

  /** Adds a bucket, or replaces it. */
  putBucket({ level, sinceMs, bucket }: BucketRow): void {
    this.#file.run(
      "INSERT OR REPLACE INTO history_buckets (level, since_ms, bucket) VALUES (?, ?, ?)",
      level,
      sinceMs,
      bucket,
    );
  }

  /** The error that ended the last run; undefined if none did. */
  get failure(): FailureRow | undefined {
    if (!this.#hasFailures) return undefined;
    return this.#file.get(
      `SELECT error, at_ms AS atMs FROM history_failure WHERE (batch, logged_ms) IS (${LAST_LOGGED})`,
    );
  }

  /** Notes the error that ended the run. */
  putFailure({ error, atMs }: FailureRow): void {
    this.#file.run(
      `INSERT OR REPLACE INTO history_failure (one, error, at_ms, batch, logged_ms)
       SELECT 1, ?, ?, last.batch, last.logged_ms FROM (SELECT 1) LEFT JOIN (${LAST_LOGGED}) AS last`,
      error,
      atMs,
    );
  }

  /** Removes the error of an earlier run. */
  removeFailure(): void {
    this.#file.run("DELETE FROM history_failure");
  }
}
