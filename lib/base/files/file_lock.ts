/**
 * A lock on an empty file, held by one process at a time. The operating system releases it when the process
 * dies, however it dies; the content of the file does not matter.
 *
 * The lock is the one that SQLite takes on a database, since not every runtime that the program is compiled
 * with can try to lock a file. It belongs to the whole process and is lost as soon as the process closes the
 * file anywhere, so a locked file is never opened a second time.
 */
import { DatabaseSync } from "node:sqlite";
import { messageOf, type SfcrimeError, writeError } from "../errors.ts";
import { isInPlace, openOwnFile } from "./own_file.ts";

/** The identity of a file, whatever its name. */
type FileId = Pick<Deno.FileInfo, "dev" | "ino">;

/** The files locked by this process. */
const locked = new Set<string>();

/** See the module's description. */
export class FileLock {
  readonly path: string;
  readonly #database: DatabaseSync;
  readonly #opened: FileId;

  private constructor(path: string, database: DatabaseSync, opened: FileId) {
    this.path = path;
    this.#database = database;
    this.#opened = opened;
    locked.add(keyOf(opened));
  }

  /**
   * Takes the lock, without waiting.
   *
   * @param taken Makes the error to throw if another process holds the lock.
   * @throws {SfcrimeError} OUTPUT if the file cannot be opened.
   */
  static take(path: string, taken: () => SfcrimeError): FileLock {
    if (isLockedHere(path)) throw taken();
    let database: DatabaseSync | undefined;
    try {
      const opened = emptyFile(path);
      database = new DatabaseSync(path);
      // Nothing is ever written, so there is nothing for a journal beside the file.
      database.exec("PRAGMA busy_timeout = 0; PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE");
      return new FileLock(path, database, opened);
    } catch (cause) {
      database?.close();
      throw isBusy(cause) ? taken() : writeError(path, cause);
    }
  }

  /** Checks whether {@link take} would succeed, and changes nothing. @throws The error of `taken` */
  static look(path: string, taken: () => SfcrimeError): void {
    if (isLockedHere(path)) throw taken();
    let database: DatabaseSync | undefined;
    let isTaken = false;
    try {
      database = new DatabaseSync(path, { readOnly: true });
      database.exec("PRAGMA busy_timeout = 0; SELECT 1 FROM sqlite_schema");
    } catch (cause) {
      // A lock file that cannot be read is reported by `take`.
      isTaken = isBusy(cause);
    } finally {
      database?.close();
    }
    if (isTaken) throw taken();
  }

  /** Whether it still keeps others out: a file that was removed or replaced does not. */
  get isInPlace(): boolean {
    return isInPlace(this.path, this.#opened);
  }

  release(): void {
    this.#database.close();
    locked.delete(keyOf(this.#opened));
  }
}

/** Creates the file, or empties it: SQLite accepts only an empty file or a database. */
function emptyFile(path: string): FileId {
  const file = openOwnFile(path);
  try {
    const { dev, ino, size } = file.statSync();
    if (size > 0) file.truncateSync();
    return { dev, ino };
  } finally {
    file.close();
  }
}

function isLockedHere(path: string): boolean {
  try {
    return locked.has(keyOf(Deno.statSync(path)));
  } catch {
    // A missing file is not locked; opening it reports any other error.
    return false;
  }
}

function keyOf({ dev, ino }: FileId): string {
  return `${dev} ${ino}`;
}

function isBusy(cause: unknown): boolean {
  return /database is locked|busy/i.test(messageOf(cause));
}
