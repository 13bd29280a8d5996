/**
 * A lock that one process at a time holds, on an empty file. The system gives it back when the process dies,
 * however it dies, and what is in the file does not matter.
 */
import { type SfcrimeError, writeError } from "./errors.ts";
import { isInPlace, openOwnFile } from "./own_file.ts";

/** See the module's description. */
export class FileLock {
  readonly path: string;
  readonly #file: Deno.FsFile;
  readonly #opened: Deno.FileInfo;

  private constructor(path: string, file: Deno.FsFile) {
    this.path = path;
    this.#file = file;
    this.#opened = file.statSync();
  }

  /**
   * Takes the lock at once, or not at all.
   *
   * @param taken What is thrown when another process holds it.
   * @throws {SfcrimeError} OUTPUT when the file cannot be opened.
   */
  static take(path: string, taken: () => SfcrimeError): FileLock {
    let file: Deno.FsFile | undefined;
    try {
      file = openOwnFile(path);
      if (file.tryLockSync(true)) return new FileLock(path, file);
    } catch (cause) {
      file?.close();
      throw writeError(path, cause);
    }
    file.close();
    throw taken();
  }

  /** Looks whether {@link take} would succeed, and changes nothing. @throws What `taken` gives */
  static look(path: string, taken: () => SfcrimeError): void {
    let file: Deno.FsFile;
    try {
      file = Deno.openSync(path, { read: true });
    } catch {
      // A lock that cannot even be read is for `take` to tell.
      return;
    }
    const isFree = file.tryLockSync(true);
    file.close();
    if (!isFree) throw taken();
  }

  /** Whether it still locks others out: a file that was removed, or replaced, does not. */
  get isInPlace(): boolean {
    return isInPlace(this.path, this.#opened);
  }

  release(): void {
    this.#file.close();
  }
}
