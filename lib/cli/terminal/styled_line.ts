/** A line of a view, in parts that have their own colour. It is cut before it is coloured. */
import { cellsOf, fitLine } from "./fit_line.ts";

/** How a part looks; only the basic colours, which every terminal shows in its own theme. */
export type Style = "strong" | "good" | "warning" | "bad";

/** A part of a line. */
export interface Part {
  readonly text: string;
  readonly style?: Style;
}

/** See the module's description. */
export type StyledLine = readonly Part[];

const CODES: Readonly<Record<Style, number>> = { strong: 1, good: 32, warning: 33, bad: 31 };

/** Whether a line has colour, and how wide it may be. */
export interface PaintOptions {
  readonly columns: number;
  readonly color: boolean;
}

/**
 * The text of a line.
 *
 * @example
 * ```ts
 * import { equal } from "assert";
 * const line = [{ text: "by_type", style: "strong" as const }, { text: "  running" }];
 * equal(paint(line, { columns: 10, color: false }), "by_type  r");
 * equal(paint(line, { columns: 10, color: true }), "\x1b[1mby_type\x1b[0m  r");
 * ```
 */
export function paint(line: StyledLine, { columns, color }: PaintOptions): string {
  let left = columns;
  return line.map(({ text, style }) => {
    const fitted = fitLine(text, left);
    left = fitted === text ? left - cellsOf(text) : 0;
    return color && style !== undefined && fitted !== "" ? `\x1b[${CODES[style]}m${fitted}\x1b[0m` : fitted;
  }).join("");
}
