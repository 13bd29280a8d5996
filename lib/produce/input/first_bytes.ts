/** Checks the first bytes of an input, so that a wrong one creates no topic and no dead letters. */
import { SfcrimeError } from "../../base/errors.ts";
import type { InputFormat } from "../../config/values/input_values.ts";
import { isSpace } from "../../records/json/json_scan.ts";

/** The mark at the beginning of some texts. */
export const BYTE_ORDER_MARK = [0xef, 0xbb, 0xbf] as const;

/** Formats without JSON, whose records may be anything. */
const BYTES: ReadonlySet<InputFormat> = new Set(["csv", "lines", "raw"]);

/** Whether records of the format are JSON objects as they stand in the input. */
export function isJson(format: InputFormat | undefined): boolean {
  return format === undefined || !BYTES.has(format);
}

/** Whether the first bytes of an input do not show yet what it is. */
export function isBlank(bytes: Uint8Array, format: InputFormat | undefined): boolean {
  if (!isJson(format)) return bytes.length === 0;
  return bytes.every((byte, at) => isSpace(byte) || byte === BYTE_ORDER_MARK[at]);
}

/** @throws {SfcrimeError} INPUT for an input that cannot have records of the format. */
export function requireFormat(
  head: Uint8Array,
  { name, format }: { readonly name: string; readonly format: InputFormat | undefined },
): void {
  if (!isJson(format)) return;
  const first = String.fromCodePoint(
    head.find((byte, at) => !isSpace(byte) && byte !== BYTE_ORDER_MARK[at])!,
  );
  if (first === "[" || first === "{") return;
  throw new SfcrimeError("INPUT", `${name} is not JSON: it starts with ${JSON.stringify(first)}.`, {
    hint: "Expected a JSON array of objects or one object per line, plain or compressed with gzip or zstd. " +
      "For other inputs, use --input-format csv, lines or raw.",
  });
}

/** The error for an input without anything in it. */
export function emptyInput(name: string): SfcrimeError {
  return new SfcrimeError("INPUT", `${name} is empty.`);
}
