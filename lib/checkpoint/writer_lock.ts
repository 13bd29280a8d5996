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
    () =>
      new SfcrimeError("CHECKPOINT", `Another process is using the checkpoint ${directory}.`, {
        hint: "Stop that process first, or choose another --checkpoint.",
      }),
  );
}
