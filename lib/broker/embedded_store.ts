/**
 * The embedded broker's file: one SQLite database in WAL mode, which several processes may have open.
 *
 * A record batch is one row, its bytes as Kafka has them. A commit is atomic and survives the death of the
 * process; `synchronous = NORMAL` may lose the last commits when the machine itself loses power, never more
 * and never a part of one.
 *
 * After each commit that brings records the writer rings the bell: it writes to a small file beside the
 * database, which readers in other processes watch. So a reader that waits sleeps until there is something.
 */
import { DatabaseSync, type SQLInputValue, type StatementSync } from "node:sqlite";
import { dirname } from "node:path";
import { BUSY_MS_MAX } from "../base/bounds.ts";
import { isDiskFull, messageOf, SfcrimeError, writeError } from "../base/errors.ts";

/** "sfcr", by which SQLite files of this program are told from others. */
const APPLICATION_ID = 0x73666372;
const FORMAT_VERSION = 1;

const SCHEMA = `
CREATE TABLE topics (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT NOT NULL UNIQUE,
  uuid TEXT NOT NULL,
  created_ms INTEGER NOT NULL
) STRICT;
CREATE TABLE partitions (
  topic_id INTEGER NOT NULL REFERENCES topics (id) ON DELETE CASCADE,
  partition INTEGER NOT NULL,
  next_offset INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (topic_id, partition)
) STRICT, WITHOUT ROWID;
CREATE TABLE batches (
  id INTEGER PRIMARY KEY,
  topic_id INTEGER NOT NULL REFERENCES topics (id) ON DELETE CASCADE,
  partition INTEGER NOT NULL,
  base_offset INTEGER NOT NULL,
  last_offset INTEGER NOT NULL,
  max_timestamp_ms INTEGER NOT NULL,
  bytes BLOB NOT NULL
) STRICT;
CREATE UNIQUE INDEX batches_by_offset
  ON batches (topic_id, partition, base_offset, last_offset, max_timestamp_ms);
CREATE TABLE group_offsets (
  group_name TEXT NOT NULL,
  topic_id INTEGER NOT NULL REFERENCES topics (id) ON DELETE CASCADE,
  partition INTEGER NOT NULL,
  next_offset INTEGER NOT NULL,
  PRIMARY KEY (group_name, topic_id, partition)
) STRICT, WITHOUT ROWID;
CREATE TABLE group_members (
  group_name TEXT NOT NULL,
  topic_id INTEGER NOT NULL REFERENCES topics (id) ON DELETE CASCADE,
  member TEXT NOT NULL,
  alive_until_ms INTEGER NOT NULL,
  PRIMARY KEY (group_name, topic_id, member)
) STRICT, WITHOUT ROWID;
CREATE TABLE group_leases (
  group_name TEXT NOT NULL,
  topic_id INTEGER NOT NULL REFERENCES topics (id) ON DELETE CASCADE,
  partition INTEGER NOT NULL,
  member TEXT NOT NULL,
  PRIMARY KEY (group_name, topic_id, partition)
) STRICT, WITHOUT ROWID;
`;

/** Larger than SQLite's default: batches are large, and fewer pages are faster. */
const PAGE_BYTES = 8_192;

/** The database, with its statements prepared once each. */
export class EmbeddedStore {
  readonly path: string;
  /** The file that a writer touches behind each commit. */
  readonly bellPath: string;
  readonly #database: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();
  readonly #bell: Deno.FsFile;
  #rings = 0;

  private constructor(path: string, database: DatabaseSync) {
    this.path = path;
    this.#database = database;
    this.bellPath = `${path}-bell`;
    this.#bell = Deno.openSync(this.bellPath, { write: true, create: true });
  }

  /**
   * Opens the file, and makes it when it is missing.
   *
   * @throws {SfcrimeError} BROKER when it cannot be opened or is not one of ours; DISK_FULL.
   */
  static open(path: string): EmbeddedStore {
    try {
      Deno.mkdirSync(dirname(path), { recursive: true });
      const database = new DatabaseSync(path);
      database.exec(`PRAGMA busy_timeout = ${BUSY_MS_MAX}; PRAGMA page_size = ${PAGE_BYTES}`);
      switchToWal(database);
      database.exec("PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON");
      prepareSchema(database, path);
      return new EmbeddedStore(path, database);
    } catch (cause) {
      throw openError(path, cause);
    }
  }

  /** All rows of a query. */
  all<Row>(sql: string, ...parameters: SQLInputValue[]): Row[] {
    return this.#guard(() => this.#statement(sql).all(...parameters) as Row[]);
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
    this.#guard(() => this.#database.exec("BEGIN IMMEDIATE"));
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

  /** Wakes the readers that wait, in this process and others. */
  ring(): void {
    this.#bell.seekSync(0, Deno.SeekMode.Start);
    this.#bell.writeSync(new Uint8Array([++this.#rings & 0xff]));
  }

  close(): void {
    this.#bell.close();
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
      throw storeError(this.path, cause);
    }
  }
}

/**
 * The switch needs the file for a moment alone and does not wait for it by itself, so processes that start
 * together take turns here.
 */
function switchToWal(database: DatabaseSync): void {
  const untilMs = Date.now() + BUSY_MS_MAX;
  for (;;) {
    try {
      database.exec("PRAGMA journal_mode = WAL");
      return;
    } catch (error) {
      if (!/locked|busy/i.test(messageOf(error)) || Date.now() > untilMs) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
    }
  }
}

function prepareSchema(database: DatabaseSync, path: string): void {
  if (isCurrent(database, path)) return;
  database.exec("BEGIN IMMEDIATE");
  try {
    // Another process may have made the tables while this one waited for its turn.
    if (!isCurrent(database, path)) {
      database.exec(SCHEMA);
      database.exec(
        `PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = ${FORMAT_VERSION}`,
      );
    }
    database.exec("COMMIT");
  } catch (error) {
    if (database.isTransaction) database.exec("ROLLBACK");
    throw error;
  }
}

function isCurrent(database: DatabaseSync, path: string): boolean {
  const pragma = (name: string) => Number(Object.values(database.prepare(`PRAGMA ${name}`).get() ?? {})[0]);
  const [application, version] = [pragma("application_id"), pragma("user_version")];
  if (application === APPLICATION_ID && version === FORMAT_VERSION) return true;
  if (application === 0 && version === 0 && pragma("schema_version") === 0) return false;
  throw new SfcrimeError(
    "BROKER",
    application === APPLICATION_ID
      ? `${path} is an embedded broker of format ${version}; this program reads format ${FORMAT_VERSION}.`
      : `${path} is a SQLite file, but not an embedded broker.`,
    { hint: "Choose another directory with --data-dir." },
  );
}

function openError(path: string, cause: unknown): SfcrimeError {
  if (cause instanceof SfcrimeError) return cause;
  if (isDiskFull(cause)) return writeError(path, cause);
  const reason = /not a database/i.test(messageOf(cause)) ? "it is not a SQLite file" : messageOf(cause);
  return new SfcrimeError("BROKER", `The embedded broker ${path} cannot be opened: ${reason}.`, {
    hint: "Choose another directory with --data-dir, or a Kafka with --bootstrap-server.",
    cause,
  });
}

function storeError(path: string, cause: unknown): SfcrimeError {
  if (cause instanceof SfcrimeError) return cause;
  const message = messageOf(cause);
  if (/locked|busy/i.test(message)) {
    return new SfcrimeError(
      "BROKER",
      `The embedded broker ${path} has been locked by another process for ${BUSY_MS_MAX / 1_000} s.`,
      { hint: "End that process, or wait for it, and try again.", retriable: true, cause },
    );
  }
  return isDiskFull(cause)
    ? writeError(path, cause)
    : new SfcrimeError("BROKER", `The embedded broker ${path} failed: ${message}.`, { cause });
}
