/**
 * Temporary files and directories that are gone when the program ends, also when it ends in the middle: whoever
 * makes one removes it, and a process that is told to end at once removes those that are left.
 */
import { REMOVE_TRIES_MAX } from "./bounds.ts";
import { messageOf } from "./errors.ts";

const left = new Set<string>();

const REMOVE_WAIT_MS = 10;

/** A file or directory that its maker removes, with all that is in it. */
export interface Temporary {
  readonly path: string;
  remove(): void;
}

/** Makes a directory of its own in the system's place for them. */
export function temporaryDirectory(prefix: string): Temporary {
  return temporary(Deno.makeTempDirSync({ prefix }));
}

/** Makes an empty file of its own in the system's place for them. */
export function temporaryFile(prefix: string): Temporary {
  return temporary(Deno.makeTempFileSync({ prefix }));
}

/** Removes what is left, as far as it can be removed: for a process that ends now. */
export function removeTemporaries(): void {
  for (const path of left) {
    try {
      remove(path);
    } catch {
      // There is nobody any more who could do something about it.
    }
  }
}

function temporary(path: string): Temporary {
  left.add(path);
  return { path, remove: () => remove(path) };
}

function remove(path: string): void {
  if (!left.delete(path)) return;
  for (let tries = 1;; tries++) {
    try {
      return Deno.removeSync(path, { recursive: true });
    } catch (error) {
      // A thread that is told to end may still make a file of SQLite's while its directory is emptied.
      if (!/directory not empty/i.test(messageOf(error)) || tries === REMOVE_TRIES_MAX) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, REMOVE_WAIT_MS);
    }
  }
}
