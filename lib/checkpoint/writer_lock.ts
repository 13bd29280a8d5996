/** The lock that allows only one writer of a checkpoint. */
import { join } from "node:path";
import { SfcrimeError, writeError } from "../base/errors.ts";
import { FileLock } from "../base/files/file_lock.ts";
import { makeOwnDirectory } from "../base/files/own_file.ts";

const FILE_NAME = "writer.lock";

/**
 * Locks a checkpoint for writing; its directory is created if it is missing.
 *
 * @throws {SfcrimeError} CHECKPOINT if another process has locked it, OUTPUT if the directory cannot be
 * written.
 */
export function takeWriterLock(directory: string): FileLock {
  try {
    makeOwnDirectory(directory);
  } catch (cause) {
    throw writeError(directory, cause);
  }
  return FileLock.take(
    join(directory, FILE_NAME),
    () => inUse(directory, "Stop that process first, or choose another --checkpoint."),
  );
}

/** Checks that nobody has locked a checkpoint, and changes nothing. @throws {SfcrimeError} CHECKPOINT */
export function requireNoWriter(directory: string): void {
  const stop = "Stop that process first: Ctrl-C ends it after its batch.";
  FileLock.look(join(directory, FILE_NAME), () => inUse(directory, stop));
}

function inUse(directory: string, hint: string): SfcrimeError {
  return new SfcrimeError("CHECKPOINT", `Another process is using the checkpoint ${directory}.`, { hint });
}
