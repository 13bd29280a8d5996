/**
 * Text files, which have to be UTF-8: other encodings are rejected, with the line, since guessing them would
 * corrupt text.
 */
import { isUtf8 } from "node:buffer";
import { type ErrorCode, SfcrimeError } from "../errors.ts";

const NEWLINE = 0x0a;

/** How to report a file that is not UTF-8. */
export interface TextFile {
  readonly code: ErrorCode;
  /** The start of the message, such as `app.cfg:3`. */
  readonly place: (line: number) => string;
}

/** @throws {SfcrimeError} With the given code if the bytes are not UTF-8, with the first line that is not. */
export function requireUtf8(bytes: Uint8Array, { code, place }: TextFile): void {
  if (isUtf8(bytes)) return;
  // No multi-byte character contains a newline byte, so each line can be checked on its own.
  let line = 1;
  for (let start = 0;; line++) {
    const end = bytes.indexOf(NEWLINE, start);
    if (!isUtf8(bytes.subarray(start, end < 0 ? bytes.length : end))) break;
    start = end + 1;
  }
  throw new SfcrimeError(code, `${place(line)}: this line is not valid UTF-8.`, {
    hint: "Save the file as UTF-8; it may be in Latin-1 or UTF-16.",
  });
}

/**
 * The text of a file, without its byte order mark.
 *
 * @throws {SfcrimeError} As {@link requireUtf8}.
 *
 * @example
 * ```ts
 * import { throws } from "assert";
 * const file = { code: "CONFIG", place: (line: number) => `app.cfg:${line}` } as const;
 * throws(
 *   () => decodeText(new Uint8Array([0x61, 0x0a, 0xe9]), file),
 *   /^SfcrimeError: app\.cfg:2: this line is not valid UTF-8/,
 * );
 * ```
 */
export function decodeText(bytes: Uint8Array, file: TextFile): string {
  requireUtf8(bytes, file);
  return new TextDecoder().decode(bytes);
}
