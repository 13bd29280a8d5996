/**
 * The file of the embedded broker: one SQLite database, which several processes may open.
 *
 * A record batch is one row, with the same bytes as in Kafka. A commit is atomic and survives the death of
 * the process; it may be lost, as a whole, if the machine loses power.
 *
 * After each commit with records, the writer notifies the others: it writes to a small file next to the database,
 * which readers in other processes watch. So a waiting reader sleeps until there are records.
 */
import type { SQLInputValue } from "node:sqlite";
import { SqliteFile } from "../../base/files/sqlite.ts";
import type { SqliteKind } from "../../base/files/sqlite_kind.ts";
import { writeError } from "../../base/errors.ts";
import type { LocalHost } from "../../base/host.ts";
import { openOwnFile } from "../../base/files/own_file.ts";

/** See `epochs.ts`. */
const EPOCHS = `
CREATE TABLE epochs (
  topic_id INTEGER NOT NULL REFERENCES topics (id) ON DELETE CASCADE,
  partition INTEGER NOT NULL,
  start_offset INTEGER NOT NULL,
  epoch TEXT NOT NULL,
  PRIMARY KEY (topic_id, partition, start_offset)
) STRICT, WITHOUT ROWID;
`;

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
  metadata TEXT,
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
${EPOCHS}`;

const UPGRADES = { 1: "ALTER TABLE group_offsets ADD COLUMN metadata TEXT", 2: EPOCHS };

const KIND: SqliteKind = {
  name: "embedded broker",
  content: { applicationId: 0x73666372, /* "sfcr" */ version: 3, schema: SCHEMA, upgrades: UPGRADES },
  synchronous: "NORMAL",
  errorCode: "BROKER",
  damagedHint: "Restore the directory from a backup, or choose another one with --data-dir.",
  hint: "Choose another directory with --data-dir, or a Kafka cluster with --bootstrap-server.",
};

/** An open database, and the file that is touched after each commit. */
interface OpenFiles {
  readonly database: SqliteFile;
  readonly notification: Deno.FsFile;
}

/** The database and its notification file. Both are created on the first write: reading does not create files. */
export class EmbeddedStore {
  readonly path: string;
  /** The file that a writer touches after each commit. */
  readonly notificationPath: string;
  #files: OpenFiles | undefined;
  #notifications = 0;
  readonly host: LocalHost;
  /** The epoch of everything written through this instance. */
  readonly epoch: string;
  /** The partitions, by topic ID and number, that are known to have the epoch. */
  readonly inEpoch = new Set<string>();

  private constructor(path: string, host: LocalHost) {
    this.path = path;
    this.host = host;
    this.epoch = host.newId();
    this.notificationPath = `${path}-notify`;
  }

  /**
   * Opens the file if it exists. A missing file has no topics.
   *
   * @throws {SfcrimeError} BROKER if it cannot be opened or is not a file of the embedded broker; DISK_FULL.
   */
  static open(path: string, host: LocalHost): EmbeddedStore {
    const store = new EmbeddedStore(path, host);
    store.#existing();
    return store;
  }

  /** The files, if they exist: another process may have created them in the meantime. */
  #existing(): OpenFiles | undefined {
    return this.#files ?? (exists(this.path) ? this.#open({ isThere: true }) : undefined);
  }

  #open(options: { readonly isThere: boolean }): OpenFiles {
    const database = SqliteFile.open(this.path, KIND, options);
    try {
      return this.#files = { database, notification: openOwnFile(this.notificationPath) };
    } catch (cause) {
      database.close();
      throw writeError(this.notificationPath, cause);
    }
  }

  get #made(): OpenFiles {
    return this.#files ?? this.#open({ isThere: false });
  }

  /** All rows of a query. */
  all<Row>(sql: string, ...parameters: SQLInputValue[]): Row[] {
    return this.#existing()?.database.all(sql, ...parameters) ?? [];
  }

  /** The rows of a query, one by one; iterate without awaiting in between. */
  each<Row>(sql: string, ...parameters: SQLInputValue[]): Iterable<Row> {
    return this.#existing()?.database.each(sql, ...parameters) ?? [];
  }

  /** The first row of a query. */
  get<Row>(sql: string, ...parameters: SQLInputValue[]): Row | undefined {
    return this.#existing()?.database.get(sql, ...parameters);
  }

  /** Runs a statement and returns how many rows it changed. */
  run(sql: string, ...parameters: SQLInputValue[]): number {
    return this.#made.database.run(sql, ...parameters);
  }

  /** Runs `body` in a write transaction; an error rolls it back. */
  transaction<T>(body: () => T): T {
    try {
      return this.#made.database.transaction(body);
    } catch (error) {
      // The epochs that it started are rolled back, too.
      this.inEpoch.clear();
      throw error;
    }
  }

  /** Wakes waiting readers, in this process and others. On a disk that is full they find what is new by themselves. */
  notify(): void {
    const { notification } = this.#made;
    try {
      notification.seekSync(0, Deno.SeekMode.Start);
      notification.writeSync(new Uint8Array([++this.#notifications & 0xff]));
    } catch (cause) {
      const error = writeError(this.path, cause);
      if (error.code !== "DISK_FULL") throw error;
    }
  }

  close(): void {
    this.#files?.notification.close();
    this.#files?.database.close();
  }
}

function exists(path: string): boolean {
  try {
    Deno.statSync(path);
    return true;
  } catch (error) {
    // Any other problem is reported when the file is opened.
    return !(error instanceof Deno.errors.NotFound);
  }
}
