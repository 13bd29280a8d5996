/** Reads the files of certificates and keys that client properties name. */
import { readFileSync } from "node:fs";
import { messageOf, SfcrimeError } from "../../../base/errors.ts";

/** The text of a file. @throws {SfcrimeError} FILE_MISSING, with the property that names it. */
export function readPem(path: string, property: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (cause) {
    throw new SfcrimeError("FILE_MISSING", `${property}: cannot read ${path}: ${messageOf(cause)}.`, {
      cause,
    });
  }
}
