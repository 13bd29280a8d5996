/** Text in the language of manual pages, by the macros of man(7). */

/**
 * A text in which nothing is a command of roff.
 *
 * @example
 * ```ts
 * import { equal } from "assert";
 * equal(roffText("--from -5 C:\\x"), "\\-\\-from \\-5 C:\\ex");
 * equal(roffText(".TH"), "\\&.TH");
 * ```
 */
export function roffText(text: string): string {
  return text.replaceAll("\\", "\\e").replaceAll("-", "\\-").replaceAll("^", "\\(ha").replaceAll("~", "\\(ti")
    .replaceAll("`", "\\(ga").replaceAll("'", "\\(aq").replaceAll(/^\./gm, "\\&.");
}

/** A section. */
export function section(title: string): string {
  return `.SH ${quoted(title.toUpperCase())}`;
}

/** A part of a section. */
export function subsection(title: string): string {
  return `.SS ${quoted(title)}`;
}

export function paragraph(text: string): string {
  return `.PP\n${roffText(text)}`;
}

/** A term, and what it means. */
export function item(term: string, meaning: string): string {
  return `.TP\n\\fB${roffText(term)}\\fR\n${roffText(meaning)}`;
}

/** Lines that stay as they are. */
export function verbatim(lines: readonly string[]): string {
  return [".PP", ".RS 4", ".nf", ...lines.map(roffText), ".fi", ".RE"].join("\n");
}

function quoted(text: string): string {
  return `"${roffText(text).replaceAll('"', "\\(dq")}"`;
}
