/**
 * The text of a JSON string as bytes. Bytes that are not UTF-8 are kept: some programs write binary texts that way, and
 * decoding them would destroy them.
 */
import { Buffer } from "node:buffer";

const [QUOTE, BACKSLASH, LOWER_U] = [0x22, 0x5c, 0x75];

/** What a letter after a backslash stands for. */
const ESCAPES: Readonly<Record<string, number>> = { b: 0x08, f: 0x0c, n: 0x0a, r: 0x0d, t: 0x09 };

/** `\uXXXX`, and how many of its characters are digits. */
const UNICODE_BYTES = 6;
const DIGITS_AT = 2;

const utf8 = new TextEncoder();

/**
 * The bytes of a valid JSON string, with its quotes. A lone surrogate becomes U+FFFD, as UTF-8 has none.
 *
 * @example
 * ```ts
 * import { deepEqual } from "assert";
 * deepEqual(stringBytes(new TextEncoder().encode('"a\\n\\u00e9"')), new Uint8Array([0x61, 0x0a, 0xc3, 0xa9]));
 * ```
 */
export function stringBytes(json: Uint8Array): Uint8Array {
  const content = json[0] === QUOTE ? json.subarray(1, -1) : json;
  if (!content.includes(BACKSLASH)) return content;
  // No escape is shorter than what it stands for.
  const bytes = new Uint8Array(content.length);
  let length = 0;
  for (let at = 0; at < content.length;) {
    if (content[at] !== BACKSLASH) {
      bytes[length++] = content[at++]!;
    } else if (content[at + 1] === LOWER_U) {
      const [text, end] = unescaped(content, at);
      length += utf8.encodeInto(text, bytes.subarray(length)).written;
      at = end;
    } else {
      const byte = content[at + 1]!;
      bytes[length++] = ESCAPES[String.fromCharCode(byte)] ?? byte;
      at += 2;
    }
  }
  return bytes.subarray(0, length);
}

/** The text of escapes by number that follow each other, as two may be one character; and their end. */
function unescaped(content: Uint8Array, start: number): readonly [string, number] {
  let [text, at] = ["", start];
  for (; content[at] === BACKSLASH && content[at + 1] === LOWER_U; at += UNICODE_BYTES) {
    const digits = Buffer.from(content.subarray(at + DIGITS_AT, at + UNICODE_BYTES)).toString("latin1");
    text += String.fromCharCode(Number.parseInt(digits, 16));
  }
  return [text, at];
}
