import { deepEqual, equal, ok } from "assert";
import fc from "fast-check";
import { printable, printableLines, quotedIfNeeded } from "../../../lib/base/text/printable.ts";

/** What Unicode and ECMA-48 name, written down once more, as ranges of code points. */
const ACTED_ON: readonly (readonly [number, number])[] = [
  [0x00, 0x1f],
  [0x7f, 0x9f],
  [0xad, 0xad],
  [0x61c, 0x61c],
  [0x180e, 0x180e],
  [0x200b, 0x200b],
  [0x200e, 0x200f],
  [0x2028, 0x202e],
  [0x2060, 0x206f],
  [0xd800, 0xdfff],
  [0xfeff, 0xfeff],
  [0xfff9, 0xfffb],
  [0xe0000, 0xe007f],
];

const isActedOn = (character: string) => {
  const code = character.codePointAt(0)!;
  return ACTED_ON.some(([first, last]) => first <= code && code <= last);
};
const hasAny = (text: string) => [...text].some(isActedOn);

const special = fc.constantFrom(...ACTED_ON).chain(([first, last]) =>
  fc.integer({ min: first, max: last }).map((code) => String.fromCodePoint(code))
);
const letters = fc.constantFrom("a", "n", "\\", "'", '"', "$", " ", "é", "東", "👮‍♀️", "\u200c");
const texts = fc.array(fc.oneof(special, letters, fc.string({ unit: "binary" })), { maxLength: 12 })
  .map((parts) => parts.join(""));

Deno.test("No character that a terminal acts on is left, and every other is", () => {
  for (let code = 0; code <= 0x10ffff; code++) {
    const character = String.fromCodePoint(code);
    const shown = printable(character);
    if (isActedOn(character)) ok(/^\\([abtnvfr]|u[0-9a-f]{4}|U[0-9a-f]{8})$/.test(shown), shown);
    else equal(shown, character);
  }
  fc.assert(fc.property(texts, (text) => {
    ok(!hasAny(printable(text)) && !hasAny(quotedIfNeeded(text)));
    equal(printableLines(text).replace(/[\n\t]/g, printable), printable(text));
  }));
});

Deno.test("What is quoted is what bash reads, and what is not quoted stands as it is", async () => {
  const values = fc.sample(texts, 400)
    // A shell's text has no NUL, and UTF-8 no half of a surrogate pair.
    .map((text) => text.replaceAll("\0", "").toWellFormed().replaceAll("\ufffd", ""))
    .concat("", "-", "$'", "$'a'", "it's\\n\n");
  const quoted = values.filter((value) => quotedIfNeeded(value, ["-"]) !== value);
  for (const value of values) {
    const mustBe = hasAny(value) || value === "" || value === "-" || value.startsWith("$'");
    equal(quoted.includes(value), mustBe, JSON.stringify(value));
  }
  const script = quoted.map((value) => `printf '%s\\0' ${quotedIfNeeded(value, ["-"])}\n`).join("");
  const bash = new Deno.Command("bash", {
    args: ["-c", script],
    env: { LC_ALL: "C.UTF-8" },
    stdout: "piped",
  });
  const { stdout } = await bash.output();
  const read = new TextDecoder("utf-8", { ignoreBOM: true }).decode(stdout).split("\0").slice(0, -1);
  deepEqual(read, quoted);
});
