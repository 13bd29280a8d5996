/** Tables as Spark's `show` prints them, but no wider than a terminal, and with numbers aligned by their last digit. */
import { printable } from "../../base/text/printable.ts";
import type { TimeZone } from "../../base/time_zone.ts";
import type { Row, Schema } from "../../records/data_type.ts";
import { isNumeric } from "../../records/types/number_types.ts";
import { tableText } from "../../sinks/console_sink.ts";
import { readableCell } from "./readable_cell.ts";
import { cellsOf, shorten } from "./fit_line.ts";

/** Columns are not narrower than this, as in Spark. */
const COLUMN_WIDTH_MIN = 3;

/** Of a longer cell, the rest is not even measured if no line may be as wide. */
const CELL_CHARACTERS_MAX = 1_000;

/** The lines of a table besides its rows: three rules, and the names of the columns. */
export const TABLE_FRAME_ROWS = 4;

/** What a table shows. */
export interface TableRows {
  readonly schema: Schema;
  readonly rows: readonly Readonly<Row>[];
  readonly zone: TimeZone;
  /** Where cells are cut in any case. */
  readonly cellMax?: number;
}

/**
 * A table with all of the rows, in which the cells of the widest columns are shortened.
 *
 * @param columns The width of the terminal, in cells.
 *
 * @example
 * ```ts
 * import { equal } from "assert";
 * import { UTC } from "../../base/time_zone.ts";
 * const schema = [{ name: "street", type: "STRING" as const }, { name: "n", type: "INT" as const }];
 * const table = { schema, rows: [["Market Street", 1]], zone: UTC };
 * equal(fittedTable(table, 14), "+--------+---+\n|street  |  n|\n+--------+---+\n|Marke...|  1|\n+--------+---+\n");
 * ```
 */
export function fittedTable({ schema, rows, zone, cellMax }: TableRows, columns: number): string {
  const charactersMax = Math.max(columns, CELL_CHARACTERS_MAX);
  const cells = rows.map((row) =>
    row.map((value, index) => {
      const text = printable(readableCell(value, schema[index]!.type, zone).slice(0, charactersMax));
      return cellMax === undefined ? text : shorten(text, cellMax);
    })
  );
  const [names, ...fitted] = fitCells([schema.map(({ name }) => printable(name)), ...cells], columns);
  const isRight = schema.map(({ type }) => isNumeric(type));
  return tableText(names!, fitted, { rowsMax: rows.length, truncate: false, isCut: false, isRight });
}

/** Shortens the cells of the widest columns until a table of them is no wider than `columns`. */
function fitCells(lines: readonly (readonly string[])[], columns: number): readonly (readonly string[])[] {
  const widths = lines[0]!.map((_, column) =>
    Math.max(COLUMN_WIDTH_MIN, ...lines.map((cells) => cellsOf(cells[column]!)))
  );
  const borders = widths.length + 1;
  const total = () => widths.reduce((sum, width) => sum + width, borders);
  if (total() <= columns) return lines;
  while (total() > columns && Math.max(...widths) > COLUMN_WIDTH_MIN) {
    widths[widths.indexOf(Math.max(...widths))]! -= 1;
  }
  return lines.map((cells) => cells.map((cell, column) => shorten(cell, widths[column]!)));
}
