/** What the demo shows: two tables while it runs, and a summary at its end. */
import { formatDuration } from "../base/duration.ts";
import { formatCount, formatRate, plural } from "../base/format.ts";
import { printable } from "../base/printable.ts";
import type { Row, Schema } from "../records/data_type.ts";
import { UTC } from "../base/time_zone.ts";
import { cellText } from "../sinks/cell_text.ts";
import { tableText } from "../sinks/console_sink.ts";

/** Rows of the two tables. */
const TYPES_SHOWN = 10;
const CALLS_SHOWN = 5;

/** What the demo knows so far. */
export interface DemoState {
  /** Calls that the broker has confirmed. */
  readonly sent: number;
  /** Calls that the join has given out. */
  readonly analysed: number;
  /** Of those, the ones whose disposition has no radio code. */
  readonly withoutCode: number;
  readonly elapsedMs: number;
  readonly byType: readonly Row[];
  readonly byTypeSchema: Schema;
  readonly lastCalls: readonly Row[];
  readonly callsSchema: Schema;
}

/** The two tables, one above the other. */
export function demoTables(state: DemoState): string {
  const types = plural(state.byType.length, "type");
  return [
    `Calls by type: the first ${TYPES_SHOWN} of ${types}`,
    table(state.byTypeSchema, state.byType.slice(0, TYPES_SHOWN)),
    `Calls with their disposition: the last ${CALLS_SHOWN} of ${formatCount(state.analysed)}`,
    table(state.callsSchema, state.lastCalls.slice(-CALLS_SHOWN)),
  ].join("\n");
}

function table(schema: Schema, rows: readonly Row[]): string {
  const cells = rows.map((row) => row.map((value, index) => cellText(value, schema[index]!.type, UTC)));
  return tableText(schema.map(({ name }) => name), cells, {
    rowsMax: rows.length,
    truncate: false,
    isCut: false,
  });
}

/** One line on how far things are. */
export function demoStatus({ sent, analysed, elapsedMs }: DemoState): string {
  return `${formatCount(sent)} calls produced, ${formatCount(analysed)} analysed, ${
    formatRate(analysed, elapsedMs)
  }/s`;
}

/** What it came to, and what to type next. */
export function demoSummary(state: DemoState, program: string): string {
  const { analysed, elapsedMs, byType, withoutCode } = state;
  const top = byType.slice(0, 3).map(([type, count]) => `${printable(String(type))} ${count}`).join(", ");
  const share = analysed === 0 ? "0" : ((100 * withoutCode) / analysed).toFixed(1);
  return `Summary
  ${plural(analysed, "call")} in ${formatDuration(elapsedMs)}: ${
    formatRate(analysed, elapsedMs)
  } calls/s, from the file to both answers
  ${plural(byType.length, "type")}; the most frequent: ${top}
  ${plural(withoutCode, "call")} (${share} %) whose disposition has no radio code

What to type next, each in a terminal of its own
  ${program} produce --rate 500        replay the calls into a topic
  ${program} consume                   see them arrive
  ${program} analyze --trigger 10s     run both queries on them
Add --bootstrap-server HOST:PORT to do the same on a Kafka, and --help to any command for more.
`;
}
