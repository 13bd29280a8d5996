/** Templates of printed records, with the letters and escapes of kcat's `-f`. */

/** What a letter stands for. */
export type TemplateField =
  | "topic"
  | "partition"
  | "offset"
  | "timestamp"
  | "headers"
  | "key"
  | "keyLength"
  | "value"
  | "valueLength"
  | "valueLengthBytes";

/** A text, as bytes, or a field of the record; plain data, as settings are frozen. */
export type TemplatePart = { readonly bytes: readonly number[] } | { readonly field: TemplateField };

const FIELDS: Readonly<Record<string, TemplateField>> = {
  t: "topic",
  p: "partition",
  o: "offset",
  T: "timestamp",
  h: "headers",
  k: "key",
  K: "keyLength",
  s: "value",
  S: "valueLength",
  R: "valueLengthBytes",
};

/** The letters, for messages. */
export const TEMPLATE_LETTERS = Object.keys(FIELDS).map((letter) => `%${letter}`).join(" ");

const utf8 = new TextEncoder();

/** The parts of a template; undefined if it has another letter, or none. */
export function parseTemplate(template: string): readonly TemplatePart[] | undefined {
  const parts: TemplatePart[] = [];
  const pieces = template.split(/%(.?)/su);
  if (pieces.length === 1) return undefined;
  for (const [index, piece] of pieces.entries()) {
    const field = FIELDS[piece];
    if (index % 2 === 0) parts.push({ bytes: [...unescaped(piece)] });
    else if (piece === "%") parts.push({ bytes: [...utf8.encode(piece)] });
    else if (field === undefined) return undefined;
    else parts.push({ field });
  }
  return parts;
}

const CONTROLS: Readonly<Record<string, string>> = { t: "\t", n: "\n", r: "\r" };

/** A backslash with `xHH`, an octal or decimal number as in C, or one character. */
const ESCAPE = /\\(?:x(?<hex>[\da-f]{1,2})|(?<octal>0[0-7]{0,3})|(?<decimal>[1-9]\d{0,2})|(?<one>[^]))/giu;

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
