/**
 * One writer at a time. The lock is SQLite's own on a small file, held as long as the process lives: the
 * system gives it back when the process dies, however it dies.
 */
import { DatabaseSync } from "node:sqlite";
import { join } from "node:path";
import { messageOf, SfcrimeError, writeError } from "../base/errors.ts";

const FILE_NAME = "writer.lock";

/** See the module's description. */
export class WriterLock {
  readonly #database: DatabaseSync;

  private constructor(database: DatabaseSync) {
    this.#database = database;
  }

  /** @throws {SfcrimeError} CHECKPOINT when another process holds it, or the directory cannot be written. */
  static take(directory: string): WriterLock {
    const path = join(directory, FILE_NAME);
    let database: DatabaseSync | undefined;
    try {
      Deno.mkdirSync(directory, { recursive: true });
      database = new DatabaseSync(path);
      database.exec("PRAGMA busy_timeout = 0; BEGIN EXCLUSIVE");
      return new WriterLock(database);
    } catch (cause) {
      database?.close();
      if (!/locked|busy/i.test(messageOf(cause))) throw writeError(path, cause);
      throw new SfcrimeError("CHECKPOINT", `Another process runs the query of the checkpoint ${directory}.`, {
        hint: "Only one may write to it: end that one first, or choose another --checkpoint.",
        cause,
      });
    }
  }

  release(): void {
    this.#database.close();
  }
}
