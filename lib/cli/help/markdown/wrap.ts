/** Text in lines that fit. */
import { cellsOf } from "../../terminal/fit_line.ts";

/**
 * The lines of a text; a word that is too long has a line of its own.
 *
 * @example
 * ```ts
 * import { deepEqual } from "assert";
 * deepEqual(wrap("as long as it is", 7), ["as long", "as it", "is"]);
 * ```
 */
export function wrap(text: string, columns: number): string[] {
  const lines: string[] = [];
  let [line, width] = ["", 0];
  for (const word of text.split(/\s+/).filter((word) => word !== "")) {
    const cells = cellsOf(word);
    if (line !== "" && width + 1 + cells > columns) {
      lines.push(line);
      [line, width] = ["", 0];
    }
    width += line === "" ? cells : cells + 1;
    line += line === "" ? word : ` ${word}`;
  }
  return [...lines, line];
}
