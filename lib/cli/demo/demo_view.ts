/** What the demo shows: two tables while it runs, and a summary at the end. */
import { formatDuration } from "../../base/text/duration.ts";
import { formatCount, formatRate, plural } from "../../base/text/format.ts";
import { printable } from "../../base/text/printable.ts";
import type { Row, Schema } from "../../records/data_type.ts";
import { UTC } from "../../base/time_zone.ts";
import { fitLine } from "../terminal/fit_line.ts";
import { fittedTable } from "../terminal/fitted_table.ts";
import type { TerminalSize } from "../terminal/terminal.ts";

/** Rows of the two tables, if there is room. */
const TYPES_SHOWN = 10;
const CALLS_SHOWN = 5;

/** The results so far. */
export interface DemoState {
  /** Calls that the broker has confirmed. */
  readonly sent: number;
  /** Calls that the join has emitted. */
  readonly analysed: number;
  /** Those whose disposition has no radio code. */
  readonly withoutCode: number;
  readonly elapsedMs: number;
  readonly byType: readonly Row[];
  readonly byTypeSchema: Schema;
  readonly lastCalls: readonly Row[];
  readonly callsSchema: Schema;
  /** Where the dashboard is, if it is served. */
  readonly dashboard?: string | undefined;
}

/** Rows that the view needs besides those of its tables: titles, headers, rules, two blank lines and the status. */
const FRAME_ROWS = 13;
/** The same, with the upper table alone. */
const SMALL_FRAME_ROWS = 7;

/** What is shown while the demo runs, fitted to the terminal. */
export function demoView(state: DemoState, { columns, rows }: TerminalSize): string[] {
  const tables: string[] = [];
  if (state.analysed > 0) {
    const callRows = Math.min(CALLS_SHOWN, Math.floor((rows - FRAME_ROWS) / 3));
    if (callRows > 0) {
      const typeRows = Math.min(TYPES_SHOWN, rows - FRAME_ROWS - callRows);
      tables.push(typesTable(state, typeRows, columns), callsTable(state, callRows, columns));
    } else if (rows > SMALL_FRAME_ROWS) {
      tables.push(typesTable(state, Math.min(TYPES_SHOWN, rows - SMALL_FRAME_ROWS), columns));
    }
  }
  return [...tables, demoStatus(state)].join("\n").split("\n").map((line) => fitLine(line, columns));
}

/** The two tables, one above the other; no wider than the terminal, if there is one. */
export function demoTables(state: DemoState, columns = Infinity): string {
  return `${typesTable(state, TYPES_SHOWN, columns)}\n${callsTable(state, CALLS_SHOWN, columns)}`;
}

function typesTable({ byType, byTypeSchema }: DemoState, rows: number, columns: number): string {
  const title = `Calls by type (top ${rows} of ${plural(byType.length, "type")})`;
  return `${title}\n${
    fittedTable({ schema: byTypeSchema, rows: byType.slice(0, rows), zone: UTC }, columns)
  }`;
}

function callsTable({ analysed, lastCalls, callsSchema }: DemoState, rows: number, columns: number): string {
  const title = `Calls with their disposition (last ${rows} of ${formatCount(analysed)})`;
  return `${title}\n${
    fittedTable({ schema: callsSchema, rows: lastCalls.slice(-rows), zone: UTC }, columns)
  }`;
}

/** One line of progress. */
function demoStatus({ sent, analysed, elapsedMs, dashboard }: DemoState): string {
  const rate = formatRate(analysed, elapsedMs);
  const place = dashboard === undefined ? "" : `; dashboard at ${dashboard}`;
  return `${formatCount(sent)} calls produced, ${formatCount(analysed)} analysed, ${rate}/s${place}`;
}

/** The results in figures, and the next steps. */
export function demoSummary(state: DemoState, program: string): string {
  const { analysed, elapsedMs, byType, withoutCode } = state;
  const top = byType.slice(0, 3).map(([type, count]) => `${printable(String(type))} ${count}`).join(", ");
  const share = analysed === 0 ? "0" : ((100 * withoutCode) / analysed).toFixed(1);
  return `Summary
  ${plural(analysed, "call")} in ${formatDuration(elapsedMs)}: ${
    formatRate(analysed, elapsedMs)
  } calls/s, from the file to both results
  ${plural(byType.length, "type")}, most frequent: ${top}
  ${plural(withoutCode, "call")} (${share}%) without a radio code for the disposition

Next steps, each in its own terminal:
  ${program} produce --rate 500        replay the calls to a topic
  ${program} consume                   watch them arrive
  ${program} analyze --trigger 10s     run both queries over them
Add --bootstrap-server HOST:PORT to use Kafka, and --help to any command for more.
`;
}
