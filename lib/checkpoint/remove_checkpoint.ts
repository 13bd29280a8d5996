/** Removes a checkpoint that nobody writes to. */
import { join } from "node:path";
import { SfcrimeError, writeError } from "../base/errors.ts";
import { CHECKPOINT_FILE } from "./checkpoint_file.ts";
import { CheckpointView } from "./checkpoint_view.ts";
import { takeWriterLock } from "./writer_lock.ts";

/** What SQLite has beside a database. */
const SUFFIXES = ["", "-wal", "-shm", "-journal"];

/**
 * Removes the files of a checkpoint, and its directory unless it has others; returns whether it is gone.
 *
 * @throws {SfcrimeError} CHECKPOINT if there is none, or if another process is using it; OUTPUT
 */
export async function removeCheckpoint(directory: string): Promise<boolean> {
  // Locking would create the directory.
  if (!await CheckpointView.isIn(directory)) {
    throw new SfcrimeError("CHECKPOINT", `There is no checkpoint in ${directory}.`);
  }
  const lock = takeWriterLock(directory);
  try {
    for (const suffix of SUFFIXES) await removeFile(join(directory, `${CHECKPOINT_FILE}${suffix}`));
    // As long as it is locked, nobody can have begun another checkpoint there.
    lock.removeFiles();
  } finally {
    lock.release();
  }
  return await Deno.remove(directory).then(() => true, () => false);
}

async function removeFile(path: string): Promise<void> {
  try {
    await Deno.remove(path);
  } catch (cause) {
    if (!(cause instanceof Deno.errors.NotFound)) throw writeError(path, cause);
  }
}
