/** A table of Markdown in the width there is: the widest columns are wrapped. */
import { cellsOf } from "../../terminal/fit_line.ts";
import { byWord, type Ink, inlineText } from "./inline.ts";
import { wrap } from "./wrap.ts";

/** Columns do not get narrower than this, whatever the width. */
const COLUMN_WIDTH_MIN = 8;

const GAP = "  ";

/** A table, with the look of its words and its greatest width. */
export interface TableToRender {
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
  readonly ink: Ink;
  readonly columns: number;
}

/** The lines of a table. */
export function tableLines({ head, rows, ink, columns }: TableToRender): string[] {
  const header = head.map((cell) => byWord(inlineText(cell, { ...ink, code: (word) => word }), ink.strong));
  const cells = rows.map((row) => head.map((_, column) => inlineText(row[column] ?? "", ink)));
  const widths = fittedWidths([header, ...cells], columns);
  const lines = [header, ...cells].map((row) => rowLines(row, widths));
  // Rows of several lines are hard to tell apart without space.
  const isSpaced = lines.some((row) => row.length > 1);
  const rule = widths.map((width) => "─".repeat(width)).join(GAP);
  const [first = [], ...rest] = lines;
  return [...first, rule, ...rest.flatMap((row, index) => isSpaced && index > 0 ? ["", ...row] : row)];
}

/** The widths of the columns: their own, or with the widest made narrower until all fit. */
function fittedWidths(rows: readonly (readonly string[])[], columns: number): number[] {
  const widths = rows[0]!.map((_, column) => Math.max(1, ...rows.map((row) => cellsOf(row[column]!))));
  const gaps = GAP.length * (widths.length - 1);
  let over = widths.reduce((sum, width) => sum + width, gaps) - columns;
  for (; over > 0 && Math.max(...widths) > COLUMN_WIDTH_MIN; over--) {
    widths[widths.indexOf(Math.max(...widths))]! -= 1;
  }
  return widths;
}

function rowLines(row: readonly string[], widths: readonly number[]): string[] {
  const cells = row.map((cell, column) => wrap(cell, widths[column]!));
  const height = Math.max(...cells.map((lines) => lines.length));
  return Array.from({ length: height }, (_, index) =>
    cells.map((lines, column) => {
      const text = lines[index] ?? "";
      return `${text}${" ".repeat(Math.max(0, widths[column]! - cellsOf(text)))}`;
    }).join(GAP).trimEnd());
}
