/**
 * Makes untrusted text (records, names, server messages) safe to print on a terminal: a single character can
 * rename the window, move the cursor or reverse the rest of a line, so each such character is shown as an
 * escape that a shell's `$'…'` understands. Output for machines is never escaped.
 *
 * Escaped are C0 and C1 controls, DEL, lone surrogates, line and paragraph separators, bidi controls and
 * invisible characters. The two joiners (U+200C, U+200D) are kept: no terminal acts on them, and Persian and
 * emoji need them.
 */

const BIDI = String.raw`\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069`;
const INVISIBLE = String.raw`\u00AD\u180E\u200B\u2060-\u206F\uFEFF\uFFF9-\uFFFB\u{E0000}-\u{E007F}`;
const UNPRINTABLE = new RegExp(String.raw`[\p{Cc}\p{Cs}\p{Zl}\p{Zp}${BIDI}${INVISIBLE}]`, "gu");

/** The controls with a one-letter escape. */
const LETTERS: Readonly<Record<string, string>> = {
  "\u0007": "a",
  "\b": "b",
  "\t": "t",
  "\n": "n",
  "\u000b": "v",
  "\f": "f",
  "\r": "r",
};

/**
 * The text on one line, with every character escaped that a terminal would act on.
 *
 * @example
 * ```ts
 * import { equal } from "assert";
 * equal(printable("one\ntwo \x1b]0;title\x07"), String.raw`one\ntwo \u001b]0;title\a`);
 * equal(printable("Müller 東京"), "Müller 東京");
 * ```
 */
export function printable(text: string): string {
  return text.replace(UNPRINTABLE, escape);
}

/** The same for text of several lines: line breaks and tabs are kept. */
export function printableLines(text: string): string {
  return text.replace(UNPRINTABLE, (found) => found === "\n" || found === "\t" ? found : escape(found));
}

/**
 * A whole value on one line, as it is or, if that would hide something, in the form of a shell's `$'…'`:
 * backslashes and quotes are then escaped as well, so that the original can be recovered.
 *
 * @param marks Texts that have a special meaning on their own, so that an equal value is quoted.
 *
 * @example
 * ```ts
 * import { equal } from "assert";
 * equal(quotedIfNeeded(String.raw`C:\new`), String.raw`C:\new`);
 * equal(quotedIfNeeded("one\ntwo"), String.raw`$'one\ntwo'`);
 * equal(quotedIfNeeded("-", ["-"]), "$'-'");
 * ```
 */
export function quotedIfNeeded(text: string, marks: readonly string[] = []): string {
  const isPlain = text.search(UNPRINTABLE) < 0 && !text.startsWith("$'") && text !== "" &&
    !marks.includes(text);
  return isPlain ? text : `$'${printable(text.replace(/[\\']/g, String.raw`\$&`))}'`;
}

function escape(character: string): string {
  const letter = LETTERS[character];
  if (letter !== undefined) return `\\${letter}`;
  const digits = character.codePointAt(0)!.toString(16);
  return digits.length > 4 ? `\\U${digits.padStart(8, "0")}` : `\\u${digits.padStart(4, "0")}`;
}
