/** What the sink console prints where that is not what Spark does: on a terminal, and with flags. */
import type { Output } from "../../../base/files/output.ts";
import { plural } from "../../../base/text/format.ts";
import { printable } from "../../../base/text/printable.ts";
import { timeZoneOf, UTC } from "../../../base/time_zone.ts";
import { type CollectedBatch, ConsoleSink } from "../../../sinks/console_sink.ts";
import type { Sink } from "../../../sinks/sink.ts";
import type { QueryPlan } from "../../../sql/plan.ts";
import { fittedTable } from "../../terminal/fitted_table.ts";
import type { Tables } from "./table_request.ts";

/** Rows of a table, if none are asked for: as many as Spark shows. */
const ROWS_SHOWN = 20;

/** Of the lines of a table that is not to fit into the terminal. */
const COLUMNS_UNLIMITED = 1_000_000;

/** The sink of a query with tables on a terminal, or as they are asked for; they may go to another output than stdout. */
export function tableSink(
  query: QueryPlan,
  { output, ...tables }: Tables & { readonly output: Output },
): Sink {
  const { io, request: { rowsMax = ROWS_SHOWN, truncate = true, sparkConsole } } = tables;
  const isForPeople = io.stdoutIsTerminal && !sparkConsole;
  return new ConsoleSink(output, query.output, timeZoneOf(query.timeZone) ?? UTC, {
    rowsMax,
    truncate,
    ...isForPeople ? { textOf: (batch) => textForPeople(batch, { query, ...tables }) } : {},
  });
}

/** A table with the name of its query; nothing of a batch without rows. */
function textForPeople(
  { batchId, rows, rowCount }: CollectedBatch,
  { query: { name, output: schema, timeZone }, request: { truncate }, io, color }: Tables & {
    readonly query: QueryPlan;
  },
): string | undefined {
  if (rowCount === 0) return undefined;
  const columns = truncate === false ? COLUMNS_UNLIMITED : io.sizeOf("stdout")?.columns ?? 80;
  const zone = timeZoneOf(timeZone) ?? UTC;
  const cellMax = typeof truncate === "number" ? truncate : undefined;
  const table = fittedTable({ schema, rows, zone, ...cellMax === undefined ? {} : { cellMax } }, columns);
  const title = color ? `\x1b[1m${printable(name)}\x1b[0m` : printable(name);
  const count = rowCount > rows.length
    ? `the first ${plural(rows.length, "row")} of ${rowCount}`
    : plural(rowCount, "row");
  return `${title}  batch ${batchId}, ${count}\n${table}\n`;
}
