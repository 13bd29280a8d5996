/**
 * A file of the program's own: one SQLite database in WAL mode, which several processes may have open. It
 * carries its kind and format, so that a file of another kind is never taken for one.
 */
import { backup, DatabaseSync, type SQLInputValue, type StatementSync } from "node:sqlite";
import { dirname } from "node:path";
import { BUSY_MS_MAX } from "./bounds.ts";
import { type ErrorCode, isDiskFull, messageOf, SfcrimeError, writeError } from "./errors.ts";

/** What a file of ours has inside. */
export interface SqliteContent {
  /** By which a file of this kind is told from others: four letters as a number. */
  readonly applicationId: number;
  /** The version of {@link schema}. */
  readonly version: number;
  /** The statements that make an empty file one of this kind. */
  readonly schema: string;
  /**
   * By version: the statements that make a file of it one of the next version, when it is opened to write. What they
   * add may be missing from a file that is only read. Files of other versions are refused.
   */
  readonly upgrades?: Readonly<Record<number, string>>;
}

/** A kind of file. */
export interface SqliteKind {
  /** What people call it, such as `embedded broker`. */
  readonly name: string;
  /** What is inside; absent where that is the user's affair. */
  readonly content?: SqliteContent;
  /**
   * When a commit is on the disk: NORMAL survives the death of the process, and may lose the last commits,
   * whole, when the machine loses power; FULL survives that, too.
   */
  readonly synchronous: "NORMAL" | "FULL";
  /** Errors of the file have this code. */
  readonly errorCode: ErrorCode;
  /** What to do when a file cannot be opened. */
  readonly hint: string;
}

/** Opens a file of the user's own, whatever is in it, and makes it when it is missing. */
export function openUserFile(path: string, name: string): SqliteFile {
  return SqliteFile.open(path, {
    name,
    synchronous: "FULL",
    errorCode: "OUTPUT",
    hint: "Choose another file.",
  });
}

/** Larger than SQLite's default: what is kept is large, and fewer pages are faster. */
const PAGE_BYTES = 8_192;

/** An open file, with its statements prepared once each. */
export class SqliteFile {
  readonly path: string;
  readonly #kind: SqliteKind;
  readonly #database: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();

  private constructor(path: string, kind: SqliteKind, database: DatabaseSync) {
    this.path = path;
    this.#kind = kind;
    this.#database = database;
  }

  /**
   * Opens a file, and makes it when it is missing.
   *
   * @throws {SfcrimeError} With the kind's code when it cannot be opened or is of another kind; DISK_FULL.
   */
  static open(path: string, kind: SqliteKind): SqliteFile {
    try {
      Deno.mkdirSync(dirname(path), { recursive: true });
      const database = new DatabaseSync(path);
      database.exec(`PRAGMA busy_timeout = ${BUSY_MS_MAX}; PRAGMA page_size = ${PAGE_BYTES}`);
      switchToWal(database);
      database.exec(`PRAGMA synchronous = ${kind.synchronous}; PRAGMA foreign_keys = ON`);
      prepareSchema(database, path, kind);
      return new SqliteFile(path, kind, database);
    } catch (cause) {
      throw openError(path, kind, cause);
    }
  }

  /**
   * Opens a file that is there to read it, also while another process writes.
   *
   * @throws {SfcrimeError} With the kind's code when it is missing or of another kind.
   */
  static openToRead(path: string, kind: SqliteKind): SqliteFile {
    try {
      const database = new DatabaseSync(path, { readOnly: true });
      database.exec(`PRAGMA busy_timeout = ${BUSY_MS_MAX}`);
      if (kind.content !== undefined && versionOf(database, path, kind) === undefined) {
        throw new Error("it is empty");
      }
      return new SqliteFile(path, kind, database);
    } catch (cause) {
      throw openError(path, kind, cause);
    }
  }

  /** All rows of a query. */
  all<Row>(sql: string, ...parameters: SQLInputValue[]): Row[] {
    return this.#guard(() => this.#statement(sql).all(...parameters) as Row[]);
  }

  /** The rows of a query, one by one. */
  *each<Row>(sql: string, ...parameters: SQLInputValue[]): Iterable<Row> {
    const rows = this.#guard(() => this.#statement(sql).iterate(...parameters)) as Iterator<Row>;
    for (;;) {
      const next = this.#guard(() => rows.next());
      if (next.done === true) return;
      yield next.value;
    }
  }

  /** The first row of a query. */
  get<Row>(sql: string, ...parameters: SQLInputValue[]): Row | undefined {
    return this.#guard(() => this.#statement(sql).get(...parameters) as Row | undefined);
  }

  /** Runs a statement and says how many rows it changed. */
  run(sql: string, ...parameters: SQLInputValue[]): number {
    return this.#guard(() => Number(this.#statement(sql).run(...parameters).changes));
  }

  /** Runs `body` in one transaction that writes; an error undoes all of it. */
  transaction<T>(body: () => T): T {
    return this.#inTransaction("BEGIN IMMEDIATE", body);
  }

  /** The same for temporary tables alone: the file is not locked. */
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
   * Writes a consistent copy of it as it is now, also while another process writes. It stands there whole or not
   * at all.
   *
   * @throws {SfcrimeError} When it cannot be written.
   */
  async copyTo(path: string): Promise<void> {
    const part = `${path}.part`;
    // Outside of a transaction that reads, the copy would begin anew with each commit of another process.
    this.#guard(() => this.#database.exec("BEGIN; SELECT count(*) FROM sqlite_schema"));
    try {
      await Deno.remove(part).catch(() => {});
      // Without all permissions, Deno lets no statement name another file, so VACUUM INTO is not possible.
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
    let statement = this.#statements.get(sql);
    if (statement === undefined) {
      statement = this.#database.prepare(sql);
      this.#statements.set(sql, statement);
    }
    return statement;
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
 * The switch needs the file for a moment alone and does not wait for it by itself, so processes that start
 * together take turns here.
 */
function switchToWal(database: DatabaseSync): void {
  const untilMs = performance.now() + BUSY_MS_MAX;
  for (;;) {
    try {
      database.exec("PRAGMA journal_mode = WAL");
      return;
    } catch (error) {
      if (!/locked|busy/i.test(messageOf(error)) || performance.now() > untilMs) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
    }
  }
}

function prepareSchema(database: DatabaseSync, path: string, kind: SqliteKind): void {
  const { content } = kind;
  if (content === undefined || versionOf(database, path, kind) === content.version) return;
  database.exec("BEGIN IMMEDIATE");
  try {
    // Another process may have made the tables while this one waited for its turn.
    let version = versionOf(database, path, kind);
    if (version === undefined) {
      database.exec(content.schema);
      database.exec(`PRAGMA application_id = ${content.applicationId}`);
      version = content.version;
    }
    for (; version < content.version; version++) database.exec(content.upgrades![version]!);
    database.exec(`PRAGMA user_version = ${content.version}`);
    database.exec("COMMIT");
  } catch (error) {
    if (database.isTransaction) database.exec("ROLLBACK");
    throw error;
  }
}

/**
 * The version of a file that can be read; undefined for an empty file.
 *
 * @throws {SfcrimeError} When it is of another kind, or of a version that is not known here.
 */
function versionOf(
  database: DatabaseSync,
  path: string,
  { name, content, errorCode, hint }: SqliteKind,
): number | undefined {
  const { applicationId, version, upgrades = {} } = content!;
  const pragma = (name: string) => Number(Object.values(database.prepare(`PRAGMA ${name}`).get() ?? {})[0]);
  const [application, found] = [pragma("application_id"), pragma("user_version")];
  if (application === applicationId && (found === version || upgrades[found] !== undefined)) return found;
  if (application === 0 && found === 0 && pragma("schema_version") === 0) return undefined;
  throw new SfcrimeError(
    errorCode,
    application === applicationId
      ? `${path} is of format ${found} of the ${name}; this program reads format ${version}.`
      : `${path} is a SQLite file, but not of the ${name}.`,
    { hint },
  );
}

function openError(path: string, { name, errorCode, hint }: SqliteKind, cause: unknown): SfcrimeError {
  if (cause instanceof SfcrimeError) return cause;
  if (isDiskFull(cause)) return writeError(path, cause);
  const reason = /not a database/i.test(messageOf(cause)) ? "it is not a SQLite file" : messageOf(cause);
  return new SfcrimeError(errorCode, `The ${name} ${path} cannot be opened: ${reason}.`, { hint, cause });
}

function callError(path: string, { name, errorCode }: SqliteKind, cause: unknown): SfcrimeError {
  if (cause instanceof SfcrimeError) return cause;
  const message = messageOf(cause);
  if (/locked|busy/i.test(message)) {
    return new SfcrimeError(
      errorCode,
      `The ${name} ${path} has been locked by another process for ${BUSY_MS_MAX / 1_000} s.`,
      { hint: "End that process, or wait for it, and try again.", retriable: true, cause },
    );
  }
  return isDiskFull(cause)
    ? writeError(path, cause)
    : new SfcrimeError(errorCode, `The ${name} ${path} failed: ${message}.`, { cause });
}
