/** Text without the blanks at its ends, which are not what JavaScript's `trim` takes for such. */

/**
 * Without spaces and control characters, as Spark trims what it reads as a whole number, a BOOLEAN or a time.
 *
 * @example
 * ```ts
 * import { equal } from "assert";
 * equal(withoutControls("\u001f 12\u007f"), "12");
 * equal(withoutControls("\u00a012"), "\u00a012");
 * ```
 */
export function withoutControls(text: string): string {
  return trimmed(text, (code) => code <= 0x20 || code === 0x7f);
}

/** Without spaces and what is below them, as Java trims, and so Spark what it reads as any other number. */
export function withoutBlanks(text: string): string {
  return trimmed(text, (code) => code <= 0x20);
}

function trimmed(text: string, isBlank: (code: number) => boolean): string {
  let start = 0;
  let end = text.length;
  while (start < end && isBlank(text.charCodeAt(start))) start++;
  while (end > start && isBlank(text.charCodeAt(end - 1))) end--;
  return start === 0 && end === text.length ? text : text.slice(start, end);
}
