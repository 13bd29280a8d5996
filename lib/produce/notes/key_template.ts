/** Keys that are put together from fields: `{district}-{location.zip}`. A brace is doubled to stand for itself. */
import { SfcrimeError } from "../../base/errors.ts";
import { concat } from "../../base/text/bytes.ts";
import type { Members } from "../../records/json/json_scan.ts";
import { stringBytes } from "../../records/json/text/string_bytes.ts";
import { type FieldFinder, fieldFinder } from "./fields.ts";

/** A piece of a template: a text, or a field. */
type TemplatePiece = { readonly text: string } | { readonly field: string };

const PIECES = /\{\{|\}\}|\{([^{}]+)\}|[^{}]+/gy;
const DOUBLED: Readonly<Record<string, string>> = { "{{": "{", "}}": "}" };
const QUOTE = 0x22;
const utf8 = new TextEncoder();

/**
 * The pieces of a template; undefined if a brace has no partner.
 *
 * @example
 * ```ts
 * import { deepEqual } from "assert";
 * deepEqual(templatePieces("{a.b}-x"), [{ field: "a.b" }, { text: "-x" }]);
 * deepEqual(templatePieces("{{}}"), [{ text: "{" }, { text: "}" }]);
 * deepEqual(templatePieces("{a"), undefined);
 * ```
 */
export function templatePieces(template: string): TemplatePiece[] | undefined {
  const pieces: TemplatePiece[] = [];
  let length = 0;
  for (const [whole, field] of template.matchAll(PIECES)) {
    length += whole.length;
    pieces.push(field === undefined ? { text: DOUBLED[whole] ?? whole } : { field: field.trim() });
  }
  return length === template.length ? pieces : undefined;
}

/**
 * Makes the keys of a template. A record that lacks one of its fields, or has null there, has no key.
 *
 * @throws {SfcrimeError} USAGE for a template with a brace that has no partner.
 */
export function keyTemplate(template: string): FieldFinder {
  const pieces = templatePieces(template);
  if (pieces === undefined) {
    throw new SfcrimeError(
      "USAGE",
      `Key template ${JSON.stringify(template)} has a brace without a partner.`,
      {
        hint: "Fields stand in braces, as in {district}-{call_type}; {{ and }} are braces themselves.",
      },
    );
  }
  const texts = pieces.map((piece) =>
    "field" in piece ? fieldText(fieldFinder(piece.field)) : constant(utf8.encode(piece.text))
  );
  return (record, members) => {
    const parts: Uint8Array[] = [];
    for (const textOf of texts) {
      const part = textOf(record, members);
      if (part === undefined) return undefined;
      parts.push(part);
    }
    return quotedText(concat(parts));
  };
}

function constant(text: Uint8Array): FieldFinder {
  return () => text;
}

/** The text of a field: that of a string, else its JSON. */
function fieldText(find: FieldFinder): FieldFinder {
  return (record: Uint8Array, members: Members) => {
    const json = find(record, members);
    if (json === undefined || json[0] === QUOTE) return json && stringBytes(json);
    return isNull(json) ? undefined : json;
  };
}

const NULL = utf8.encode("null");

function isNull(json: Uint8Array): boolean {
  return json.length === NULL.length && json.every((byte, at) => byte === NULL[at]);
}

/** A text as a JSON string, as all keys are found as JSON. */
function quotedText(text: Uint8Array): Uint8Array {
  return utf8.encode(JSON.stringify(new TextDecoder().decode(text)));
}
