/**
 * Rows as a table whose end is not known: each column is as wide as what has been printed in it so far, and grows with
 * longer cells. On a terminal, lines are cut to its width.
 */
import { printable } from "../../base/text/printable.ts";
import type { TimeZone } from "../../base/time_zone.ts";
import type { Row, Schema } from "../../records/data_type.ts";
import { isNumeric } from "../../records/types/number_types.ts";
import { cellText, displayWidth } from "../../sinks/rows/cell_text.ts";
import type { PrinterStyle, RecordPrinter } from "./record_printer.ts";
import { RECORD_SCHEMA, rowOf } from "./record_rows.ts";

const utf8 = new TextEncoder();

const GAP = "  ";

/** Marks the end of a line that was cut. */
const CUT = "…";

/** Longer cells do not make their column wider, so that one of them does not push away all others. */
const COLUMN_WIDTH_MAX = 40;

/** How a table is printed. */
interface TableStyle {
  readonly zone: TimeZone;
  /** The width of the terminal; undefined if lines may have any length. */
  readonly columns: number | undefined;
}

/** A printer of a table. */
export function tablePrinter({ zone, terminal, selected = RECORD_SCHEMA }: PrinterStyle): RecordPrinter {
  const table = new Table(selected, { zone, columns: terminal?.columns });
  return {
    print(records, parts) {
      if (records.length > 0) parts.push(utf8.encode(table.lines(records.map(rowOf))));
    },
  };
}

/** See the module's description. */
class Table {
  readonly #schema: Schema;
  readonly #style: TableStyle;
  readonly #widths: number[];
  #hasHeader = false;

  constructor(schema: Schema, style: TableStyle) {
    this.#schema = schema;
    this.#style = style;
    this.#widths = schema.map(({ name }) => displayWidth(printable(name)));
  }

  /** The lines of the next rows, below the names of the columns if they are the first. */
  lines(rows: readonly Readonly<Row>[]): string {
    const cells = rows.map((row) =>
      this.#schema.map(({ type }, index) => printable(cellText(row[index]!, type, this.#style.zone)))
    );
    for (const line of cells) {
      for (const [index, cell] of line.entries()) {
        const width = Math.min(displayWidth(cell), COLUMN_WIDTH_MAX);
        this.#widths[index] = Math.max(this.#widths[index]!, width);
      }
    }
    const header = this.#hasHeader ? [] : [this.#schema.map(({ name }) => printable(name))];
    this.#hasHeader = true;
    return [...header, ...cells].map((line) => `${this.#line(line)}\n`).join("");
  }

  #line(cells: readonly string[]): string {
    const last = cells.length - 1;
    const line = cells.map((cell, index) => {
      const { type } = this.#schema[index]!;
      const space = " ".repeat(Math.max(0, this.#widths[index]! - displayWidth(cell)));
      // Aligned by the last digit.
      if (isNumeric(type)) return space + cell;
      return index === last ? cell : cell + space;
    }).join(GAP);
    const { columns } = this.#style;
    return columns === undefined ? line : cutTo(line, columns);
  }
}

function cutTo(line: string, columns: number): string {
  if (displayWidth(line) <= columns) return line;
  let [cut, width] = ["", 0];
  for (const character of line) {
    width += displayWidth(character);
    if (width > columns - CUT.length) break;
    cut += character;
  }
  return cut + CUT;
}
