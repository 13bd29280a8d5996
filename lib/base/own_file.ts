/**
 * Files that the program keeps for itself. They hold people's data, so nobody but the owner may read them; and they
 * are never reached through a link, so that one that somebody has put in their place leads to no other file.
 */
import { dirname } from "node:path";
import { SfcrimeError, writeError } from "./errors.ts";

const FILE_MODE = 0o600;
const DIRECTORY_MODE = 0o700;

/** Makes a directory, and those above it, where they are missing. One that is there stays as it is. */
export function makeOwnDirectory(path: string): void {
  Deno.mkdirSync(path, { recursive: true, mode: DIRECTORY_MODE });
}

/** Makes an empty file where there is none. One that is there stays as it is. */
export function makeOwnFile(path: string): void {
  try {
    Deno.openSync(path, { write: true, createNew: true, mode: FILE_MODE }).close();
  } catch (error) {
    if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
  }
}

/**
 * Opens a file that the user has named, to append to it: it may be a link, a pipe or a terminal.
 *
 * @throws {SfcrimeError} FILE_MISSING where its directory is not there, OUTPUT, DISK_FULL
 */
export function openToAppend(path: string): Deno.FsFile {
  try {
    return Deno.openSync(path, { write: true, create: true, append: true, mode: FILE_MODE });
  } catch (cause) {
    if (!(cause instanceof Deno.errors.NotFound)) throw writeError(path, cause);
    throw new SfcrimeError("FILE_MISSING", `There is no directory ${dirname(path)} for ${path}.`, {
      hint: "Make it, or choose another path.",
      cause,
    });
  }
}

/** Opens a file whose name the program has chosen, and makes it when it is missing. @throws {SfcrimeError} OUTPUT */
export function openOwnFile(path: string): Deno.FsFile {
  makeOwnFile(path);
  if (Deno.lstatSync(path).isSymlink) throw isLink(path);
  const file = Deno.openSync(path, { read: true, write: true });
  const [opened, found] = [file.statSync(), Deno.lstatSync(path)];
  // One that was put there in between is seen here.
  if (opened.dev === found.dev && opened.ino === found.ino) return file;
  file.close();
  throw isLink(path);
}

function isLink(path: string): SfcrimeError {
  return new SfcrimeError("OUTPUT", `${path} is a link, and no file of sfcrime's own.`, {
    hint: "Remove the link: the file is made anew.",
  });
}

/** Whether a path leads to a file that was there before. */
export function isInPlace(path: string, file: Pick<Deno.FileInfo, "dev" | "ino">): boolean {
  try {
    const { dev, ino } = Deno.statSync(path);
    return dev === file.dev && ino === file.ino;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) return false;
    throw error;
  }
}
