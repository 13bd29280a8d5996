/**
 * A file of the program: a SQLite database in WAL mode, which several processes may open. It records its kind
 * and format version, so that a file of another kind is never mistaken for it.
 */
import { backup, DatabaseSync, type SQLInputValue, type StatementSync } from "node:sqlite";
import { dirname } from "node:path";
import { getOrInsert } from "../collections/get_or_insert.ts";
import { BUSY_MS_MAX } from "../bounds.ts";
import { isDiskFull, messageOf, SfcrimeError, writeError } from "../errors.ts";
import { isInPlace, makeOwnDirectory, makeOwnFile } from "./own_file.ts";
import { retrying } from "./retry.ts";
import { prepareSchema, type SqliteKind, versionOf } from "./sqlite_kind.ts";

/** Larger than SQLite's default: values are large, and fewer pages are faster. */
const PAGE_BYTES = 8_192;

/** The pause before another attempt to get exclusive access. */
const SWITCH_PAUSE_MS = 5;

/** An open file; each statement is prepared once. */
export class SqliteFile {
  readonly path: string;
  readonly #kind: SqliteKind;
  readonly #database: DatabaseSync;
  readonly #opened: Deno.FileInfo;
  readonly #statements = new Map<string, StatementSync>();

  private constructor(path: string, kind: SqliteKind, database: DatabaseSync) {
    this.path = path;
    this.#kind = kind;
    this.#database = database;
    this.#opened = Deno.statSync(path);
  }

  /**
   * Opens a file, and creates it if it is missing.
   *
   * @param options.isThere Whether it existed a moment ago: its directory, which may be being removed, is not
   * created then.
   * @throws {SfcrimeError} With the code of the kind if it cannot be opened or is of another kind; DISK_FULL.
   */
  static open(path: string, kind: SqliteKind, { isThere = false } = {}): SqliteFile {
    let database: DatabaseSync | undefined;
    try {
      if (kind.content !== undefined && !isThere) {
        makeOwnDirectory(dirname(path));
        makeOwnFile(path);
      }
      database = new DatabaseSync(path);
      database.exec(`PRAGMA busy_timeout = 0; PRAGMA page_size = ${PAGE_BYTES}`);
      switchToWal(database);
      database.exec(
        `PRAGMA busy_timeout = ${BUSY_MS_MAX}; PRAGMA synchronous = ${kind.synchronous}; PRAGMA foreign_keys = ON`,
      );
      prepareSchema(database, path, kind);
      return new SqliteFile(path, kind, database);
    } catch (cause) {
      database?.close();
      throw openError(path, kind, cause);
    }
  }

  /**
   * Opens an existing file for reading, even while another process writes.
   *
   * @throws {SfcrimeError} With the code of the kind if it is missing or of another kind.
   */
  static openToRead(path: string, kind: SqliteKind): SqliteFile {
    const file = SqliteFile.#openToRead(path, kind);
    if (file !== undefined) return file;
    throw openError(path, kind, new Error("it is empty"));
  }

  /** The same; undefined if there is no file, or if it is still empty. */
  static openIfAny(path: string, kind: SqliteKind): SqliteFile | undefined {
    try {
      Deno.lstatSync(path);
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return undefined;
      throw openError(path, kind, error);
    }
    return SqliteFile.#openToRead(path, kind);
  }

  static #openToRead(path: string, kind: SqliteKind): SqliteFile | undefined {
    let database: DatabaseSync | undefined;
    try {
      database = new DatabaseSync(path, { readOnly: true });
      database.exec(`PRAGMA busy_timeout = ${BUSY_MS_MAX}`);
      if (kind.content === undefined || versionOf(database, path, kind) !== undefined) {
        return new SqliteFile(path, kind, database);
      }
      database.close();
      return undefined;
    } catch (cause) {
      database?.close();
      throw openError(path, kind, cause);
    }
  }

  /** Whether its path still leads to it: writes to a file that was removed are lost. */
  get isInPlace(): boolean {
    return isInPlace(this.path, this.#opened);
  }

  /** All rows of a query. */
  all<Row>(sql: string, ...parameters: SQLInputValue[]): Row[] {
    return this.#guard(() => this.#statement(sql).all(...parameters) as Row[]);
  }

  /** The rows of a query, one by one. The file is being read until the iteration ends. */
  *each<Row>(sql: string, ...parameters: SQLInputValue[]): Iterable<Row> {
    const rows = this.#guard(() => this.#statement(sql).iterate(...parameters)) as Iterator<Row>;
    try {
      for (;;) {
        const next = this.#guard(() => rows.next());
        if (next.done === true) return;
        yield next.value;
      }
    } finally {
      rows.return?.();
    }
  }

  /** The first row of a query. */
  get<Row>(sql: string, ...parameters: SQLInputValue[]): Row | undefined {
    return this.#guard(() => this.#statement(sql).get(...parameters) as Row | undefined);
  }

  /** Runs a statement, and returns how many rows it changed. */
  run(sql: string, ...parameters: SQLInputValue[]): number {
    return this.#guard(() => Number(this.#statement(sql).run(...parameters).changes));
  }

  /** Runs `body` in a write transaction; an error rolls it back. */
  transaction<T>(body: () => T): T {
    return this.#inTransaction("BEGIN IMMEDIATE", body);
  }

  /** The same for temporary tables only: the file is not locked. */
  stage<T>(body: () => T): T {
    return this.#inTransaction("BEGIN DEFERRED", body);
  }

  #inTransaction<T>(begin: string, body: () => T): T {
    this.#guard(() => this.#database.exec(begin));
    try {
      const result = body();
      this.#guard(() => this.#database.exec("COMMIT"));
      return result;
    } catch (error) {
      // A full disk may have ended the transaction already.
      if (this.#database.isTransaction) this.#database.exec("ROLLBACK");
      throw error;
    }
  }

  /**
   * Writes a consistent copy of the current state, even while another process writes. The copy appears
   * completely or not at all.
   *
   * @throws {SfcrimeError} If it cannot be written.
   */
  async copyTo(path: string): Promise<void> {
    const part = `${path}.part`;
    // Without a read transaction, the copy would restart with each commit of another process.
    this.#guard(() => this.#database.exec("BEGIN; SELECT count(*) FROM sqlite_schema"));
    try {
      await Deno.remove(part).catch(() => {});
      if (this.#kind.content !== undefined) makeOwnFile(part);
      // Without full permissions, Deno does not allow VACUUM INTO another file.
      await backup(this.#database, part);
      await Deno.rename(part, path);
    } catch (cause) {
      throw writeError(path, cause);
    } finally {
      this.#database.exec("COMMIT");
    }
  }

  close(): void {
    this.#statements.clear();
    this.#database.close();
  }

  #statement(sql: string): StatementSync {
    return getOrInsert(this.#statements, sql, () => this.#database.prepare(sql));
  }

  #guard<T>(call: () => T): T {
    try {
      return call();
    } catch (cause) {
      throw callError(this.path, this.#kind, cause);
    }
  }
}

/**
 * The switch needs exclusive access for a moment, and not even with a busy timeout does SQLite always wait for it. So
 * processes that start together take turns here.
 */
function switchToWal(database: DatabaseSync): void {
  retrying(() => database.exec("PRAGMA journal_mode = WAL"), {
    triesMax: BUSY_MS_MAX / SWITCH_PAUSE_MS,
    pauseMs: SWITCH_PAUSE_MS,
    isTransient: (error) => /locked|busy/i.test(messageOf(error)),
  });
}

function openError(path: string, kind: SqliteKind, cause: unknown): SfcrimeError {
  const { name, errorCode, hint } = kind;
  if (cause instanceof SfcrimeError) return cause;
  if (isDiskFull(cause)) return writeError(path, cause);
  return damagedError(path, kind, cause) ??
    new SfcrimeError(errorCode, `Cannot open the ${name} ${path}: ${messageOf(cause)}.`, { hint, cause });
}

function callError(path: string, kind: SqliteKind, cause: unknown): SfcrimeError {
  const { name, errorCode } = kind;
  if (cause instanceof SfcrimeError) return cause;
  const message = messageOf(cause);
  if (/locked|busy/i.test(message)) {
    return new SfcrimeError(
      errorCode,
      `The ${name} ${path} is locked by another process (waited ${BUSY_MS_MAX / 1_000} s).`,
      { hint: "Stop that process, or wait for it to finish, and try again.", retriable: true, cause },
    );
  }
  if (isDiskFull(cause)) return writeError(path, cause);
  return damagedError(path, kind, cause) ??
    new SfcrimeError(errorCode, `The ${name} ${path} failed: ${message}.`, { cause });
}

/** The error for a file that SQLite cannot read. */
function damagedError(
  path: string,
  { name, errorCode, hint, damagedHint = hint }: SqliteKind,
  cause: unknown,
): SfcrimeError | undefined {
  const message = messageOf(cause);
  const found = /not a database/i.test(message)
    ? `File ${path} is not a SQLite database.`
    : /malformed/i.test(message)
    ? `The ${name} ${path} is corrupt.`
    : undefined;
  if (found === undefined) return undefined;
  return new SfcrimeError(errorCode, found, { hint: damagedHint, cause });
}
