/** Bytes as text, with kcat's escapes for those that are hard to write. */
import { type Kind, parsedBy } from "../values.ts";

const CONTROLS: Readonly<Record<string, string>> = { t: "\t", n: "\n", r: "\r" };

/** A backslash with `xHH`, an octal or decimal number as in C, or one character. */
const ESCAPE = /\\(?:x(?<hex>[\da-f]{1,2})|(?<octal>0[0-7]{0,3})|(?<decimal>[1-9]\d{0,2})|(?<one>[^]))/giu;

const utf8 = new TextEncoder();

/**
 * The bytes of a text with kcat's escapes: `\n`, `\t`, `\r`, a byte as `\x1e` or `\30`; before any other character, the
 * backslash is dropped.
 *
 * @example
 * ```ts
 * import { deepEqual } from "assert";
 * deepEqual([...unescaped(String.raw`é\n\x1e\0\\`)], [0xc3, 0xa9, 0x0a, 0x1e, 0, 0x5c]);
 * ```
 */
export function unescaped(text: string): Uint8Array {
  const bytes: number[] = [];
  let end = 0;
  for (const match of text.matchAll(ESCAPE)) {
    bytes.push(...utf8.encode(text.slice(end, match.index)));
    end = match.index + match[0].length;
    const { hex, octal, decimal, one } = match.groups!;
    const number = hex !== undefined
      ? parseInt(hex, 16)
      : octal !== undefined
      ? parseInt(octal, 8)
      : decimal !== undefined
      ? Number(decimal)
      : undefined;
    if (number !== undefined) bytes.push(number & 0xff);
    else bytes.push(...utf8.encode(CONTROLS[one!] ?? one!));
  }
  bytes.push(...utf8.encode(text.slice(end)));
  return Uint8Array.from(bytes);
}

/** One byte or more, as numbers, as settings are plain data. */
export const escapedBytes: Kind<readonly number[]> = {
  schema: parsedBy((text) => text === "" ? undefined : [...unescaped(text)]),
  allowed: "text, with \\n, \\r, \\t, \\0 or \\xHH for bytes that are hard to write",
};
