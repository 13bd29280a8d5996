/** How an input is laid out, which its first bytes show. */
import type { JsonScanner } from "../json/json_scan.ts";
import { type ElementLayout, skipSpace } from "./element_lexer.ts";

const BYTE_ORDER_MARK = [0xef, 0xbb, 0xbf] as const;
const [NEWLINE, QUOTE, OPEN_BRACE, OPEN_BRACKET] = [0x0a, 0x22, 0x7b, 0x5b];

/** The elements of an array, values in a sequence, or one record per line. */
export type InputLayout = ElementLayout | "lines";

/** What is known of the first bytes. */
export interface FirstBytes {
  /** Where the first value starts. */
  readonly start: number;
  readonly scanner: JsonScanner;
  /** Whether nothing follows the bytes. */
  readonly isLast: boolean;
  /** Whether they have to be enough. */
  readonly isKnown: boolean;
}

/**
 * The layout; undefined if it takes more bytes to know it. An array starts with a bracket; otherwise the first value
 * shows whether each is on its own line.
 */
export function layoutOf(
  bytes: Uint8Array,
  { start, scanner, isLast, isKnown }: FirstBytes,
): InputLayout | undefined {
  if (bytes[start] === OPEN_BRACKET) return "array";
  const outcome = scanner.scan(bytes, start, isLast);
  if (outcome === "incomplete" && !isKnown) return undefined;
  if (outcome === "value" && scanner.newlines > 0) return "sequence";
  const newline = bytes.indexOf(NEWLINE, outcome === "value" ? scanner.end : start);
  const next = skipSpace(bytes, outcome === "value" ? scanner.end : newline < 0 ? start : newline);
  if (outcome === "value" && next < bytes.length) {
    return bytes[next] === OPEN_BRACE && (newline < 0 || next < newline) ? "sequence" : "lines";
  }
  if (outcome === "value") return newline >= 0 || isKnown ? "lines" : undefined;
  // The first record is broken: it spans several lines if the second one starts with a name.
  if (newline < 0) return isKnown ? "sequence" : undefined;
  if (next >= bytes.length && !isKnown) return undefined;
  return bytes[next] === QUOTE ? "sequence" : "lines";
}

/** The length of the byte order mark at the start of an input, if any; undefined if it takes more bytes to know it. */
export function byteOrderMarkLength(bytes: Uint8Array, isLast: boolean): number | undefined {
  for (const [at, byte] of BYTE_ORDER_MARK.entries()) {
    if (at === bytes.length) return isLast ? 0 : undefined;
    if (bytes[at] !== byte) return 0;
  }
  return BYTE_ORDER_MARK.length;
}
