/**
 * A lock that one process at a time holds, on an empty file. The system gives it back when the process dies,
 * however it dies, and what is in the file does not matter.
 *
 * The lock is the one that SQLite takes on a database, as not every runtime that the program is compiled with can
 * try to lock a file itself. It is of the whole process, and gone when the process closes the file wherever it has
 * opened it, so a file that is locked is never opened again.
 */
import { DatabaseSync } from "node:sqlite";
import { messageOf, type SfcrimeError, writeError } from "./errors.ts";
import { isInPlace, openOwnFile } from "./own_file.ts";

/** What tells a file from all others, whatever its name. */
type FileId = Pick<Deno.FileInfo, "dev" | "ino">;

/** The files that this process has locked. */
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
   * Takes the lock at once, or not at all.
   *
   * @param taken What is thrown when another process holds it.
   * @throws {SfcrimeError} OUTPUT when the file cannot be opened.
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

  /** Looks whether {@link take} would succeed, and changes nothing. @throws What `taken` gives */
  static look(path: string, taken: () => SfcrimeError): void {
    if (isLockedHere(path)) throw taken();
    let database: DatabaseSync | undefined;
    let isTaken = false;
    try {
      database = new DatabaseSync(path, { readOnly: true });
      database.exec("PRAGMA busy_timeout = 0; SELECT 1 FROM sqlite_schema");
    } catch (cause) {
      // A lock that cannot even be read is for `take` to tell.
      isTaken = isBusy(cause);
    } finally {
      database?.close();
    }
    if (isTaken) throw taken();
  }

  /** Whether it still locks others out: a file that was removed, or replaced, does not. */
  get isInPlace(): boolean {
    return isInPlace(this.path, this.#opened);
  }

  release(): void {
    this.#database.close();
    locked.delete(keyOf(this.#opened));
  }
}

/** Makes the file, and empties one that something else was written to: SQLite takes nothing else for a database. */
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
    // One that is missing is not locked; what is wrong otherwise is told by opening it.
    return false;
  }
}

function keyOf({ dev, ino }: FileId): string {
  return `${dev} ${ino}`;
}

function isBusy(cause: unknown): boolean {
  return /database is locked|busy/i.test(messageOf(cause));
}
