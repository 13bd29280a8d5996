/**
 * Files that the program keeps for itself. They contain people's data, so only the owner may read them; and
 * they are never opened through a symbolic link, so that a link in their place cannot redirect a write to
 * another file.
 */
import { dirname } from "node:path";
import { SfcrimeError, writeError } from "../errors.ts";

const FILE_MODE = 0o600;
const DIRECTORY_MODE = 0o700;

/** Creates a directory and its missing parents. An existing one is left as it is. */
export function makeOwnDirectory(path: string): void {
  Deno.mkdirSync(path, { recursive: true, mode: DIRECTORY_MODE });
}

/** Creates an empty file. An existing one is left as it is. */
export function makeOwnFile(path: string): void {
  try {
    Deno.openSync(path, { write: true, createNew: true, mode: FILE_MODE }).close();
  } catch (error) {
    if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
  }
}

/**
 * Opens a file that the user named, for appending: it may be a link, a pipe or a terminal.
 *
 * @throws {SfcrimeError} FILE_MISSING if its directory does not exist, OUTPUT, DISK_FULL
 */
export function openToAppend(path: string): Deno.FsFile {
  return openNamed(path, { write: true, append: true });
}

/** The same for writing from the beginning; what the file had is lost. */
export function openToWrite(path: string): Deno.FsFile {
  return openNamed(path, { write: true, truncate: true });
}

function openNamed(path: string, how: Deno.OpenOptions): Deno.FsFile {
  try {
    return Deno.openSync(path, { ...how, create: true, mode: FILE_MODE });
  } catch (cause) {
    if (!(cause instanceof Deno.errors.NotFound)) throw writeError(path, cause);
    throw new SfcrimeError(
      "FILE_MISSING",
      `Cannot write ${path}: directory ${dirname(path)} does not exist.`,
      {
        hint: "Create the directory, or choose another path.",
        cause,
      },
    );
  }
}

/**
 * Opens a file whose name the program chose, and creates it if it is missing.
 *
 * @throws {SfcrimeError} OUTPUT
 */
export function openOwnFile(path: string): Deno.FsFile {
  makeOwnFile(path);
  if (Deno.lstatSync(path).isSymlink) throw isLink(path);
  const file = Deno.openSync(path, { read: true, write: true });
  const [opened, found] = [file.statSync(), Deno.lstatSync(path)];
  // Detects a link that was created in between.
  if (opened.dev === found.dev && opened.ino === found.ino) return file;
  file.close();
  throw isLink(path);
}

function isLink(path: string): SfcrimeError {
  return new SfcrimeError("OUTPUT", `${path} is a symbolic link, not a file that sfcrime created.`, {
    hint: "Remove the link; sfcrime then creates the file.",
  });
}

/** Whether a path still leads to the same file. */
export function isInPlace(path: string, file: Pick<Deno.FileInfo, "dev" | "ino">): boolean {
  try {
    const { dev, ino } = Deno.statSync(path);
    return dev === file.dev && ino === file.ino;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) return false;
    throw error;
  }
}
