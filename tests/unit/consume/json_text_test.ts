import { equal, ok } from "assert";
import fc from "fast-check";
import { compactJson } from "../../../lib/consume/formats/json_formats.ts";
import { jsonText } from "../../../lib/consume/formats/json_text.ts";

const utf8 = new TextEncoder();

/** Texts of JSON, without white space between tokens. */
const compact = fc.json({ stringUnit: "binary" }).map((text) => compactJson(utf8.encode(text))!);

/** Without what colours it. */
// deno-lint-ignore no-control-regex
const plain = (text: string) => text.replaceAll(/\x1b\[\d+m/g, "");

Deno.test("JSON that is coloured or indented says the same, with each token as it was", () => {
  fc.assert(fc.property(compact, fc.boolean(), fc.boolean(), (json, color, isIndented) => {
    const shown = plain(jsonText(json, { color, isIndented }));
    // Invisible characters in strings are escaped as JSON has them, so that it can still be read.
    const isBeyondJson = /\\U[0-9a-f]{8}/.test(shown);
    if (!isBeyondJson) equal(JSON.stringify(JSON.parse(shown)), JSON.stringify(JSON.parse(json)));
    if (!isIndented) equal(shown.includes("\n"), false);
  }));
});

Deno.test("Indented JSON is what JSON.stringify makes of it, if its numbers are as there", () => {
  fc.assert(fc.property(fc.jsonValue({ stringUnit: "grapheme-ascii" }), (value) => {
    const json = JSON.stringify(value);
    equal(jsonText(json, { color: false, isIndented: true }), JSON.stringify(value, null, 2));
  }));
});

Deno.test("No string of a record can do anything to a terminal", () => {
  const text = jsonText(JSON.stringify({ "\u202e": "\u2066\u0085\u00ad" }), {
    color: false,
    isIndented: true,
  });
  ok(!/[\u202e\u2066\u0085\u00ad]/.test(text), text);
  ok(text.includes(String.raw`"\u202e": "\u2066\u0085\u00ad"`), text);
});
