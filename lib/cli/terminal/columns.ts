/** Lists in columns: titles, and a line for each row, aligned by spaces, so that words of it are easily cut out. */
import { printable } from "../../base/text/printable.ts";
import { cellsOf } from "./fit_line.ts";

/** A column; numbers are aligned at the right, and what is not known is a dash. */
export interface Column<Row> {
  readonly title: string;
  readonly cell: (row: Row) => string | number | undefined;
}

const GAP = "  ";
const UNKNOWN = "-";

/**
 * The text of a list.
 *
 * @example
 * ```ts
 * import { equal } from "assert";
 * const topics = [{ name: "calls", partitions: 12 }, { name: "dispatches", partitions: 3 }];
 * const columns = [
 *   { title: "TOPIC", cell: ({ name }: { name: string }) => name },
 *   { title: "PARTITIONS", cell: ({ partitions }: { partitions: number }) => partitions },
 * ];
 * equal(
 *   inColumns(topics, columns as Column<(typeof topics)[number]>[]),
 *   "TOPIC       PARTITIONS\ncalls               12\ndispatches           3\n",
 * );
 * ```
 */
export function inColumns<Row>(rows: readonly Row[], columns: readonly Column<Row>[]): string {
  const isRight = columns.map(({ cell }) => rows.some((row) => typeof cell(row) === "number"));
  const lines = [
    columns.map(({ title }) => title),
    ...rows.map((row) => columns.map(({ cell }) => printable(String(cell(row) ?? UNKNOWN)))),
  ];
  const widths = columns.map((_, column) => Math.max(...lines.map((cells) => cellsOf(cells[column]!))));
  return lines.map((cells) => {
    const padded = cells.map((cell, column) => {
      const padding = " ".repeat(widths[column]! - cellsOf(cell));
      return isRight[column] ? `${padding}${cell}` : `${cell}${padding}`;
    });
    return `${padded.join(GAP).trimEnd()}\n`;
  }).join("");
}
