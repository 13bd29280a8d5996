/** Reads small files that a setting names, such as certificates, passwords and schemas. */
import { readFileSync } from "node:fs";
import { messageOf, SfcrimeError } from "../errors.ts";

/** The text of a file. @throws {SfcrimeError} FILE_MISSING, with the setting that names it. */
export function readNamedText(path: string, setting: string): string {
  return new TextDecoder().decode(readNamedFile(path, setting));
}

/** The bytes of a file. @throws {SfcrimeError} FILE_MISSING, with the setting that names it. */
export function readNamedFile(path: string, setting: string): Uint8Array {
  try {
    return readFileSync(path);
  } catch (cause) {
    throw new SfcrimeError("FILE_MISSING", `${setting}: cannot read ${path}: ${messageOf(cause)}.`, {
      cause,
    });
  }
}
