/** The width of text in terminal cells; a character takes none, one or two. */
import stringWidth from "string-width";

const graphemes = new Intl.Segmenter(undefined, { granularity: "grapheme" });

/** Marks the end of a cut text. */
const ELLIPSIS = "...";

/** The width of a text in cells. */
export function cellsOf(text: string): number {
  return stringWidth(text);
}

/**
 * A text, cut to a width in cells.
 *
 * @example
 * ```ts
 * import { equal } from "assert";
 * equal(fitLine("Market Street", 6), "Market");
 * equal(fitLine("市場通り", 5), "市場");
 * ```
 */
export function fitLine(text: string, cells: number): string {
  if (text.length <= cells && /^[\x20-\x7e]*$/.test(text)) return text;
  let [end, width] = [0, 0];
  for (const { segment, index } of graphemes.segment(text)) {
    width += stringWidth(segment);
    if (width > cells) return text.slice(0, end);
    end = index + segment.length;
  }
  return text;
}

/**
 * A text, cut to a width in cells, with three dots where it was cut.
 *
 * @example
 * ```ts
 * import { equal } from "assert";
 * equal(shorten("Market Street", 9), "Market...");
 * equal(shorten("Market", 9), "Market");
 * ```
 */
export function shorten(text: string, cells: number): string {
  if (cellsOf(text) <= cells) return text;
  return `${fitLine(text, Math.max(0, cells - ELLIPSIS.length))}${ELLIPSIS.slice(0, cells)}`;
}
