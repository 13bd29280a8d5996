/**
 * Temporary directories that are removed when the program ends, even if it is interrupted: whoever creates one
 * removes it, and a process that has to end at once removes the rest.
 */
import { REMOVE_TRIES_MAX } from "../bounds.ts";
import { messageOf } from "../errors.ts";
import { retrying } from "./retry.ts";

const remaining = new Set<string>();

const REMOVE_PAUSE_MS = 10;

/** A temporary directory, which its creator removes with everything in it. */
export interface Temporary {
  readonly path: string;
  remove(): void;
}

/** Creates a directory in the system's directory for temporary files. */
export function temporaryDirectory(prefix: string): Temporary {
  const path = Deno.makeTempDirSync({ prefix });
  remaining.add(path);
  return { path, remove: () => remove(path) };
}

/** Removes what remains, as far as possible: for a process that ends now. */
export function removeTemporaries(): void {
  for (const path of remaining) {
    try {
      remove(path);
    } catch {
      // Nobody is left to handle it.
    }
  }
}

function remove(path: string): void {
  if (!remaining.delete(path)) return;
  retrying(() => Deno.removeSync(path, { recursive: true }), {
    triesMax: REMOVE_TRIES_MAX,
    pauseMs: REMOVE_PAUSE_MS,
    // A thread that is being stopped may still create a SQLite file while its directory is emptied.
    isTransient: (error) => /directory not empty/i.test(messageOf(error)),
  });
}
