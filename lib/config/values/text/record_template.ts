/** Templates of printed records, with the letters and escapes of kcat's `-f`. */
import { unescaped } from "./escaped_bytes.ts";

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
