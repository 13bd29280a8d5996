/**
 * Finds where one JSON value ends, and whether it is one, byte by byte: strictly by RFC 8259, so that a record
 * which lost its tail is noticed where that happens, and not at the end of the file.
 */

/** What a scan found. */
export type ScanResult =
  /** A whole value. `end` is the position behind it. */
  | { readonly kind: "value"; readonly end: number }
  /** The bytes end inside of the value. */
  | { readonly kind: "incomplete" }
  /** What stands at `at` cannot be there. */
  | { readonly kind: "invalid"; readonly at: number; readonly expected: string };

const incomplete: ScanResult = { kind: "incomplete" };

const [TAB, NEWLINE, RETURN, SPACE] = [0x09, 0x0a, 0x0d, 0x20];
const [QUOTE, BACKSLASH, COMMA, COLON, MINUS, POINT, ZERO, NINE] = [
  0x22,
  0x5c,
  0x2c,
  0x3a,
  0x2d,
  0x2e,
  0x30,
  0x39,
];
const [OPEN_BRACE, CLOSE_BRACE, OPEN_BRACKET, CLOSE_BRACKET] = [0x7b, 0x7d, 0x5b, 0x5d];

/** Deeper nesting than this is refused; `JSON.parse` and Jackson have such a bound, too. */
const DEPTH_MAX = 1_000;

/** Whether a byte is white space between JSON's tokens. */
export function isSpace(byte: number | undefined): boolean {
  return byte === SPACE || byte === NEWLINE || byte === RETURN || byte === TAB;
}

/** The position of the first byte from `at` on that is not white space; `bytes.length` where there is none. */
export function skipSpace(bytes: Uint8Array, at: number): number {
  let next = at;
  while (next < bytes.length && isSpace(bytes[next])) next++;
  return next;
}

/**
 * Scans the value that begins at `start`, which is not white space.
 *
 * @param isLast Whether nothing follows the bytes: a number may end there, anything else is then cut.
 *
 * @example
 * ```ts
 * import { deepEqual } from "assert";
 * const bytes = new TextEncoder().encode('{"a": [1, "x"]}, {"b');
 * deepEqual(scanValue(bytes, 0), { kind: "value", end: 15 });
 * deepEqual(scanValue(bytes, 17), { kind: "incomplete" });
 * ```
 */
export function scanValue(bytes: Uint8Array, start: number, isLast = false): ScanResult {
  const closers: number[] = [];
  let at = start;
  for (;;) {
    // A value is due at `at`.
    const first = bytes[at];
    if (first === OPEN_BRACE || first === OPEN_BRACKET) {
      if (closers.length >= DEPTH_MAX) return invalid(at, `at most ${DEPTH_MAX} levels`);
      const closer = first + 2;
      at = skipSpace(bytes, at + 1);
      if (bytes[at] !== closer) {
        closers.push(closer);
        if (first === OPEN_BRACKET) continue;
        const name = scanName(bytes, at);
        if (name.kind !== "value") return name;
        at = name.end;
        continue;
      }
      at++;
    } else {
      const scalar = scanScalar(bytes, at, isLast);
      if (scalar.kind !== "value") return scalar;
      at = scalar.end;
    }
    // A value has ended; close what it closes.
    for (;;) {
      const closer = closers.at(-1);
      if (closer === undefined) return { kind: "value", end: at };
      at = skipSpace(bytes, at);
      const next = bytes[at];
      if (next === undefined) return incomplete;
      at++;
      if (next === closer) {
        closers.pop();
        continue;
      }
      if (next !== COMMA) return invalid(at - 1, closer === CLOSE_BRACE ? "a comma or }" : "a comma or ]");
      at = skipSpace(bytes, at);
      if (closer === CLOSE_BRACKET) break;
      const name = scanName(bytes, at);
      if (name.kind !== "value") return name;
      at = name.end;
      break;
    }
    if (at >= bytes.length) return incomplete;
  }
}

function invalid(at: number, expected: string): ScanResult {
  return { kind: "invalid", at, expected };
}

/** A member's name with its colon, and the space behind it. */
function scanName(bytes: Uint8Array, at: number): ScanResult {
  if (at >= bytes.length) return incomplete;
  if (bytes[at] !== QUOTE) return invalid(at, "a name in double quotes");
  const name = scanString(bytes, at);
  if (name.kind !== "value") return name;
  const colon = skipSpace(bytes, name.end);
  if (colon >= bytes.length) return incomplete;
  if (bytes[colon] !== COLON) return invalid(colon, "a colon");
  const end = skipSpace(bytes, colon + 1);
  return end >= bytes.length ? incomplete : { kind: "value", end };
}

function scanScalar(bytes: Uint8Array, at: number, isLast: boolean): ScanResult {
  const first = bytes[at];
  if (first === undefined) return incomplete;
  if (first === QUOTE) return scanString(bytes, at);
  if (first === MINUS || isDigit(first)) return scanNumber(bytes, at, isLast);
  for (const word of WORDS) {
    if (word[0] === first) return scanWord(bytes, at, word);
  }
  return invalid(at, "a value");
}

const WORDS = ["true", "false", "null"].map((word) => new TextEncoder().encode(word));

function scanWord(bytes: Uint8Array, at: number, word: Uint8Array): ScanResult {
  for (let index = 0; index < word.length; index++) {
    const byte = bytes[at + index];
    if (byte === undefined) return incomplete;
    if (byte !== word[index]) return invalid(at, "a value");
  }
  return { kind: "value", end: at + word.length };
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= ZERO && byte <= NINE;
}

function scanNumber(bytes: Uint8Array, start: number, isLast: boolean): ScanResult {
  let at = bytes[start] === MINUS ? start + 1 : start;
  const digits = (): boolean => {
    const first = at;
    while (isDigit(bytes[at])) at++;
    return at > first;
  };
  const cut = (): ScanResult => at >= bytes.length && !isLast ? incomplete : invalid(at, "a digit");
  if (bytes[at] === ZERO) at++;
  else if (!digits()) return cut();
  if (bytes[at] === POINT) {
    at++;
    if (!digits()) return cut();
  }
  if ((bytes[at]! | 0x20) === 0x65) { // e or E
    at++;
    if (bytes[at] === MINUS || bytes[at] === 0x2b) at++;
    if (!digits()) return cut();
  }
  return at >= bytes.length && !isLast ? incomplete : { kind: "value", end: at };
}

/** The string whose quote is at `at`. */
function scanString(bytes: Uint8Array, at: number): ScanResult {
  for (let next = at + 1; next < bytes.length; next++) {
    const byte = bytes[next]!;
    if (byte === QUOTE) return { kind: "value", end: next + 1 };
    if (byte === BACKSLASH) {
      const escape = bytes[++next];
      if (escape === undefined) return incomplete;
      if (escape === 0x75) { // u
        for (let digit = 0; digit < 4; digit++) {
          const hex = bytes[++next];
          if (hex === undefined) return incomplete;
          if (!isHex(hex)) return invalid(next, "four hexadecimal digits");
        }
      } else if (!ESCAPES.includes(escape)) return invalid(next, "an escape such as \\n");
    } else if (byte < SPACE) return invalid(next, "a double quote at the end of a string");
  }
  return incomplete;
}

const ESCAPES = new TextEncoder().encode('"\\/bfnrt');

function isHex(byte: number): boolean {
  return isDigit(byte) || ((byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x66);
}

/**
 * A valid value without the white space between its tokens: what `JSON.stringify` would print, but with
 * every number and string just as it was.
 */
export function minify(bytes: Uint8Array, start: number, end: number): Uint8Array {
  const compact = new Uint8Array(end - start);
  let length = 0;
  let inString = false;
  for (let at = start; at < end; at++) {
    const byte = bytes[at]!;
    if (inString) {
      compact[length++] = byte;
      if (byte === BACKSLASH) compact[length++] = bytes[++at]!;
      else if (byte === QUOTE) inString = false;
    } else if (byte > SPACE) {
      compact[length++] = byte;
      inString = byte === QUOTE;
    }
  }
  return compact.subarray(0, length);
}

/** How many lines end in `bytes[start, end)`. */
export function countNewlines(bytes: Uint8Array, start: number, end: number): number {
  let count = 0;
  for (let at = start; at < end; at++) if (bytes[at] === NEWLINE) count++;
  return count;
}
