/**
 * Tables on stdout, exactly as Spark's console sink prints them: the first twenty rows, with cells truncated
 * to twenty characters and right-aligned. Spark escapes seven control characters; here every character is
 * escaped that a terminal acts on.
 */
import type { Output } from "../base/files/output.ts";
import { printable } from "../base/text/printable.ts";
import type { Row, Schema } from "../records/data_type.ts";
import type { TimeZone } from "../base/time_zone.ts";
import { cellText, displayWidth } from "./rows/cell_text.ts";
import type { RowChunk, RowFormat, Sink, SinkBatch } from "./sink.ts";

const ROWS_SHOWN = 20;
const CELL_CHARACTERS_MAX = 20;
const COLUMN_WIDTH_MIN = 3;
const RULE = "-".repeat(43);

/** How a table is printed. */
export interface TableOptions {
  readonly rowsMax: number;
  /** Whether long cells are truncated; if not, cells are left-aligned, as in Spark. */
  readonly truncate: boolean;
}

/** Spark's console sink. */
export class ConsoleSink implements Sink {
  readonly description = "console";
  readonly format: RowFormat;
  readonly #output: Output;
  readonly #schema: Schema;
  readonly #zone: TimeZone;
  readonly #options: TableOptions;
  #batchId = 0;
  #rows: Row[] = [];
  #rowCount = 0;

  constructor(output: Output, schema: Schema, zone: TimeZone, options: Partial<TableOptions> = {}) {
    this.#output = output;
    this.#schema = schema;
    this.#zone = zone;
    this.#options = { rowsMax: ROWS_SHOWN, truncate: true, ...options };
    this.format = { kind: "values", rowsMax: this.#options.rowsMax };
  }

  begin({ batchId }: SinkBatch): void {
    this.#batchId = batchId;
    this.#rows = [];
    this.#rowCount = 0;
  }

  write({ rowCount, rows = [] }: RowChunk): Promise<void> {
    this.#rowCount += rowCount;
    this.#rows.push(...rows.slice(0, this.#options.rowsMax - this.#rows.length));
    return Promise.resolve();
  }

  async commit(): Promise<void> {
    const cells = this.#rows.map((row) =>
      row.map((value, index) => cellText(value, this.#schema[index]!.type, this.#zone))
    );
    const names = this.#schema.map(({ name }) => name);
    const table = tableText(names, cells, { ...this.#options, isCut: this.#rowCount > this.#rows.length });
    // A single write, so that the tables of two queries are never interleaved.
    const text = `${RULE}\nBatch: ${this.#batchId}\n${RULE}\n${table}\n`;
    await this.#output.write(new TextEncoder().encode(text));
  }
}

/**
 * A table, as Spark's `show` prints it.
 *
 * @example
 * ```ts
 * import { equal } from "assert";
 * equal(tableText(["n"], [["1"]], { rowsMax: 20, truncate: true, isCut: false }), "+---+\n|  n|\n+---+\n|  1|\n+---+\n");
 * ```
 */
export function tableText(
  names: readonly string[],
  rows: readonly (readonly string[])[],
  { rowsMax, truncate, isCut }: TableOptions & { readonly isCut: boolean },
): string {
  const header = names.map(printable);
  const cells = rows.map((row) => row.map((cell) => cutCell(printable(cell), truncate)));
  const widths = header.map((name, column) =>
    Math.max(COLUMN_WIDTH_MIN, displayWidth(name), ...cells.map((row) => displayWidth(row[column]!)))
  );
  const line = (row: readonly string[]) =>
    `|${row.map((cell, column) => pad(cell, widths[column]!, truncate)).join("|")}|\n`;
  const rule = `+${widths.map((width) => "-".repeat(width)).join("+")}+\n`;
  const rest = isCut ? `only showing top ${rowsMax} row${rowsMax === 1 ? "" : "s"}` : "";
  return `${rule}${line(header)}${rule}${cells.map(line).join("")}${rule}${rest}`;
}

function cutCell(text: string, truncate: boolean): string {
  if (!truncate || text.length <= CELL_CHARACTERS_MAX) return text;
  // A lone surrogate has no UTF-8 encoding; Java writes a question mark for it.
  return `${text.slice(0, CELL_CHARACTERS_MAX - 3).replace(/\p{Surrogate}$/u, "?")}...`;
}

function pad(cell: string, width: number, right: boolean): string {
  const space = " ".repeat(Math.max(0, width - displayWidth(cell)));
  return right ? space + cell : cell + space;
}
