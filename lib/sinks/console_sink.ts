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
  /**
   * The length at which cells are truncated: true for that of Spark's default. If they are not, they are left-aligned,
   * as in Spark.
   */
  readonly truncate: boolean | number;
}

/** A batch whose rows have come. */
export interface CollectedBatch {
  readonly batchId: number;
  /** The first rows. */
  readonly rows: readonly Row[];
  /** How many rows there are. */
  readonly rowCount: number;
}

/** What is printed of a batch; undefined if it is nothing. */
export type BatchText = (batch: CollectedBatch) => string | undefined;

/** Spark's console sink; or one whose tables look otherwise. */
export class ConsoleSink implements Sink {
  readonly description = "console";
  readonly format: RowFormat;
  readonly #output: Output;
  readonly #rowsMax: number;
  readonly #textOf: BatchText;
  #batchId = 0;
  #rows: Row[] = [];
  #rowCount = 0;

  constructor(
    output: Output,
    schema: Schema,
    zone: TimeZone,
    { textOf, ...given }: Partial<TableOptions> & { readonly textOf?: BatchText } = {},
  ) {
    const options: TableOptions = { rowsMax: ROWS_SHOWN, truncate: true, ...given };
    this.#output = output;
    this.#rowsMax = options.rowsMax;
    this.#textOf = textOf ?? ((batch) => sparkText(batch, { schema, zone, options }));
    this.format = { kind: "values", rowsMax: options.rowsMax };
  }

  begin({ batchId }: SinkBatch): void {
    this.#batchId = batchId;
    this.#rows = [];
    this.#rowCount = 0;
  }

  write({ rowCount, rows = [] }: RowChunk): Promise<void> {
    this.#rowCount += rowCount;
    this.#rows.push(...rows.slice(0, this.#rowsMax - this.#rows.length));
    return Promise.resolve();
  }

  async commit(): Promise<void> {
    const text = this.#textOf({ batchId: this.#batchId, rows: this.#rows, rowCount: this.#rowCount });
    // A single write, so that the tables of two queries are never interleaved.
    if (text !== undefined) await this.#output.write(new TextEncoder().encode(text));
  }
}

/** A batch as Spark prints it. */
function sparkText(
  { batchId, rows, rowCount }: CollectedBatch,
  { schema, zone, options }: {
    readonly schema: Schema;
    readonly zone: TimeZone;
    readonly options: TableOptions;
  },
): string {
  const cells = rows.map((row) => row.map((value, index) => cellText(value, schema[index]!.type, zone)));
  const names = schema.map(({ name }) => name);
  const table = tableText(names, cells, { ...options, isCut: rowCount > rows.length });
  return `${RULE}\nBatch: ${batchId}\n${RULE}\n${table}\n`;
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
  { rowsMax, truncate, isCut, isRight }: TableOptions & {
    readonly isCut: boolean;
    /** Which columns are right-aligned; without it all of them, if cells are truncated. */
    readonly isRight?: readonly boolean[];
  },
): string {
  const header = names.map(printable);
  const cellMax = truncate === true ? CELL_CHARACTERS_MAX : Number(truncate);
  const cells = rows.map((row) => row.map((cell) => cutCell(printable(cell), cellMax)));
  const widths = header.map((name, column) =>
    Math.max(COLUMN_WIDTH_MIN, displayWidth(name), ...cells.map((row) => displayWidth(row[column]!)))
  );
  const line = (row: readonly string[]) =>
    `|${
      row.map((cell, column) => pad(cell, widths[column]!, isRight?.[column] ?? cellMax > 0)).join("|")
    }|\n`;
  const rule = `+${widths.map((width) => "-".repeat(width)).join("+")}+\n`;
  const rest = isCut ? `only showing top ${rowsMax} row${rowsMax === 1 ? "" : "s"}` : "";
  return `${rule}${line(header)}${rule}${cells.map(line).join("")}${rule}${rest}`;
}

/** @param max Its greatest length; 0 if it may have any. Where three dots do not fit, there are none. */
function cutCell(text: string, max: number): string {
  if (max === 0 || text.length <= max) return text;
  const dots = max < 4 ? "" : "...";
  // A lone surrogate has no UTF-8 encoding; Java writes a question mark for it.
  return `${text.slice(0, max - dots.length).replace(/\p{Surrogate}$/u, "?")}${dots}`;
}

function pad(cell: string, width: number, right: boolean): string {
  const space = " ".repeat(Math.max(0, width - displayWidth(cell)));
  return right ? space + cell : cell + space;
}
