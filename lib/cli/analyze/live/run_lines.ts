/**
 * The lines of the live view: for each query how it is, its figures, and its first rows as a table. Where there is no
 * room for all, each query has its first line, then its figures, and the rows take what is left, shared fairly.
 */
import { plural } from "../../../base/text/format.ts";
import { timeZoneOf, UTC } from "../../../base/time_zone.ts";
import { fitLine } from "../../terminal/fit_line.ts";
import { fittedTable, TABLE_FRAME_ROWS } from "../../terminal/fitted_table.ts";
import { paint, type PaintOptions } from "../../terminal/styled_line.ts";
import type { TerminalSize } from "../../terminal/terminal.ts";
import { figureLines, headLine, type ShownQuery } from "./query_lines.ts";

/** The rows of a query that are shown if there is room, as many as the console sink prints. */
export const ROWS_SHOWN_MAX = 20;

/** A table with fewer rows is not worth its frame, if there are more. */
const ROWS_SHOWN_MIN = 2;

/** Lines of messages below the queries, and the height from which on there is room for them. */
const MESSAGES_SHOWN_MAX = 3;
const ROOMY_ROWS = 16;

/** What the lines are drawn for. */
export interface RunLinesOptions extends TerminalSize {
  /** The last messages of the log, latest last. */
  readonly messages: readonly string[];
  readonly color: boolean;
  readonly nowMs: number;
}

/** See the module's description. There are at most as many lines as the size has rows. */
export function runLines(queries: readonly ShownQuery[], options: RunLinesOptions): string[] {
  const { rows, messages } = options;
  const room = Math.max(0, rows - queries.length);
  const last = messages.slice(-MESSAGES_SHOWN_MAX).slice(rows < ROOMY_ROWS ? -1 : 0).slice(0, room);
  return [
    ...queryLines(queries, rows - last.length, options),
    ...last.map((line) => messageLine(line, options)),
  ];
}

function messageLine(text: string, options: PaintOptions): string {
  return paint([text.startsWith("warning:") ? { text, style: "warning" } : { text }], options);
}

function queryLines(
  queries: readonly ShownQuery[],
  rows: number,
  options: PaintOptions & { readonly nowMs: number },
): string[] {
  const { columns, nowMs } = options;
  if (queries.length > rows) {
    const shown = queries.slice(0, rows - 1);
    const rest = `and ${plural(queries.length - shown.length, "more query", "more queries")}`;
    return [...shown.map((query) => paint(headLine(query, nowMs), options)), fitLine(rest, columns)];
  }
  let left = rows - queries.length;
  const blocks = queries.map((query) => {
    const figures = figureLines(query, columns).slice(0, left);
    left -= figures.length;
    return [headLine(query, nowMs), ...figures].map((line) => paint(line, options));
  });
  const counts = rowsShared(queries, left);
  return queries.flatMap((query, index) => {
    const count = counts[index]!;
    if (count === 0) return blocks[index]!;
    const gap = gapAfter(index, queries) === 0 ? [] : [""];
    return [...blocks[index]!, ...rowLines(query, count, columns), ...gap];
  });
}

/** How many rows of each query are shown in a number of lines: those of as many queries as possible, evenly. */
function rowsShared(queries: readonly ShownQuery[], lines: number): number[] {
  const wanted = queries.map(({ rows, table }) =>
    table === undefined ? Math.min(rows?.rows.length ?? 0, ROWS_SHOWN_MAX) : 0
  );
  let left = lines;
  const counts = wanted.map((want, index) => {
    const least = Math.min(want, ROWS_SHOWN_MIN);
    const needed = TABLE_FRAME_ROWS + least + gapAfter(index, queries);
    if (want === 0 || left < needed) return 0;
    left -= needed;
    return least;
  });
  const growing = () =>
    [...wanted.keys()].filter((index) => counts[index]! > 0 && counts[index]! < wanted[index]!);
  for (let some = growing(); some.length > 0 && left > 0; some = growing()) {
    for (const index of some.slice(0, left)) counts[index]!++;
    left -= Math.min(left, some.length);
  }
  return counts;
}

/** A table is followed by a blank line, unless it is the last one. */
function gapAfter(index: number, queries: readonly ShownQuery[]): number {
  return index < queries.length - 1 ? 1 : 0;
}

function rowLines({ rows }: ShownQuery, count: number, columns: number): string[] {
  const { columns: schema, timeZone, rows: all } = rows!;
  const table = fittedTable(
    { schema, rows: all.slice(0, count), zone: timeZoneOf(timeZone) ?? UTC },
    columns,
  );
  return table.trimEnd().split("\n").map((line) => fitLine(line, columns));
}

/** What is left of the view when the run has ended: everything, with the tables that the sinks print. */
export function lastLines(
  queries: readonly ShownQuery[],
  options: Pick<RunLinesOptions, "columns" | "color" | "nowMs">,
): string {
  return queries.map((query) => {
    const lines = queryLines([query], Infinity, options);
    return `${lines.join("\n")}\n${query.table ?? ""}`;
  }).join("\n");
}
