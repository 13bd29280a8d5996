/**
 * Bytes as text, decoded like Java's UTF-8 decoder, whose result Spark parses. What is not UTF-8 becomes
 * U+FFFD, in the same places as with `TextDecoder`, but for one case: a surrogate in three bytes (CESU-8), or
 * the beginning of one, is a single U+FFFD, not one for each byte.
 */

const utf8 = new TextDecoder("utf-8", { ignoreBOM: true });
const REPLACEMENT = "\ufffd";
const REPLACEMENT_BYTES = [0xef, 0xbf, 0xbd] as const;
/** The first byte of every surrogate, and the smallest second one. */
const [SURROGATE, SURROGATE_SECOND_MIN] = [0xed, 0xa0];

/**
 * The text of some bytes. A byte order mark is kept.
 *
 * @example
 * ```ts
 * import { equal } from "assert";
 * equal(javaText(new Uint8Array([0x61, 0xed, 0xa0, 0x80, 0xff])), "a\ufffd\ufffd");
 * ```
 */
export function javaText(bytes: Uint8Array): string {
  const text = utf8.decode(bytes);
  return text.includes(REPLACEMENT) && bytes.includes(SURROGATE)
    ? utf8.decode(withoutSurrogates(bytes))
    : text;
}

/** The byte that a surrogate starts with only ever starts a character, so each can be replaced by itself. */
function withoutSurrogates(bytes: Uint8Array): Uint8Array {
  const replaced = new Uint8Array(bytes.length * 2);
  let length = 0;
  for (let at = 0; at < bytes.length;) {
    if (bytes[at] === SURROGATE && isContinuation(bytes[at + 1]) && bytes[at + 1]! >= SURROGATE_SECOND_MIN) {
      replaced.set(REPLACEMENT_BYTES, length);
      length += REPLACEMENT_BYTES.length;
      at += isContinuation(bytes[at + 2]) ? 3 : 2;
    } else replaced[length++] = bytes[at++]!;
  }
  return replaced.subarray(0, length);
}

function isContinuation(byte: number | undefined): boolean {
  return byte !== undefined && (byte & 0xc0) === 0x80;
}
