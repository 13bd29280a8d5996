/** One writer at a time has a checkpoint. */
import { join } from "node:path";
import { SfcrimeError, writeError } from "../base/errors.ts";
import { FileLock } from "../base/file_lock.ts";
import { makeOwnDirectory } from "../base/own_file.ts";

const FILE_NAME = "writer.lock";

/**
 * Takes a checkpoint for a writer; its directory is made where it is missing.
 *
 * @throws {SfcrimeError} CHECKPOINT when another process has it, OUTPUT when the directory cannot be written.
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
      new SfcrimeError("CHECKPOINT", `Another process runs the query of the checkpoint ${directory}.`, {
        hint: "Only one may write to it: end that one first, or choose another --checkpoint.",
      }),
  );
}
