/** What the live view says of a query: a line with its name and how it is, and figures that follow on as many lines as they need. */
import { formatDuration, formatSpan } from "../../../base/text/duration.ts";
import { formatCount, formatRate, plural } from "../../../base/text/format.ts";
import { printable } from "../../../base/text/printable.ts";
import type { BatchPoint } from "../../../monitoring/history/batch_point.ts";
import { watermarkText } from "../../../monitoring/progress/batch_progress.ts";
import type { RowsAnswer } from "../../../monitoring/view/current_rows.ts";
import type { Health, QueryView } from "../../../monitoring/view/query_view.ts";
import { cellsOf } from "../../terminal/fit_line.ts";
import { sparkLine } from "../../terminal/spark_line.ts";
import type { Part, Style, StyledLine } from "../../terminal/styled_line.ts";

/** What is known of a query. */
export interface ShownQuery {
  readonly view: QueryView;
  /** Whether its last trigger has found nothing to read. */
  readonly isIdle: boolean;
  /** The latest batches, oldest first. */
  readonly batches: readonly BatchPoint[];
  /** Undefined before there are any. */
  readonly rows: RowsAnswer | undefined;
  /** The table that takes the place of the rows, as its sink prints it. */
  readonly table?: string | undefined;
}

/** The batches of a rate that is shown as a line. */
export const RATES_SHOWN = 20;

const HEALTH_STYLES: Readonly<Record<Health, Style>> = {
  starting: "warning",
  running: "good",
  behind: "warning",
  failed: "bad",
  ended: "strong",
};

/** The first line, such as `by_type  running  batch 12 in 120 ms, 3 s ago`. */
export function headLine({ view, isIdle, batches }: ShownQuery, nowMs: number): StyledLine {
  const { name, health, status } = view;
  const last = batches.at(-1);
  const how = health === "starting"
    ? `starting: ${printable(status.message)}`
    : health === "running" && isIdle
    ? "waiting for records"
    : health;
  return [
    { text: printable(name), style: "strong" },
    { text: "  " },
    { text: how, style: HEALTH_STYLES[health] },
    { text: last === undefined ? "" : `  ${batchText(last, view.isRunning ? nowMs : undefined)}` },
  ];
}

function batchText({ batchId, durationMs, atMs }: BatchPoint, nowMs: number | undefined): string {
  const seconds = nowMs === undefined ? 0 : Math.floor((nowMs - atMs) / 1_000);
  const ago = seconds >= 1 ? `, ${formatSpan(seconds * 1_000)} ago` : "";
  return `batch ${batchId} in ${formatDuration(durationMs)}${ago}`;
}

/** The lines below it, which are as long as the columns allow; none before the first batch. */
export function figureLines(query: ShownQuery, columns: number): StyledLine[] {
  const lines: Part[][] = [];
  let left = 0;
  for (const part of figures(query)) {
    const cells = cellsOf(part.text) + GAP.length;
    if (lines.length === 0 || cells > left) {
      lines.push([part]);
      left = columns - cells + GAP.length;
    } else {
      lines.at(-1)!.push({ text: GAP }, part);
      left -= cells;
    }
  }
  return lines;
}

const GAP = "  ";

function figures(query: ShownQuery): Part[] {
  const { view: { totals, watermarkMs, watermarkGapMs }, batches, rows } = query;
  const last = batches.at(-1);
  if (last === undefined) return [];
  const { processedRowsPerSecond, stateRows } = last;
  const parts: Part[] = [
    { text: inputText(query) },
    { text: `processing ${rateText(processedRowsPerSecond)}` },
    lagPart(query.view),
  ];
  // In complete mode, the groups in state are the result, unless it has a condition or a limit.
  if (rows?.kind !== "result") parts.push({ text: `${plural(totals.outputRows, "row")} out` });
  else if (rows.total !== stateRows) parts.push({ text: plural(rows.total, "row") });
  if (stateRows > 0) parts.push({ text: `${plural(stateRows, "row")} in state` });
  if (watermarkMs !== null && watermarkGapMs !== null) {
    parts.push({ text: `watermark ${watermarkText(watermarkMs)}, gap ${formatSpan(watermarkGapMs)}` });
  }
  const wrong = [[totals.lateRows, "late"], [totals.malformedRecords, "malformed"], [
    totals.rowsAhead,
    "ahead of the clock",
  ]] as const;
  for (const [count, what] of wrong) {
    if (count > 0) parts.push({ text: `${formatCount(count)} ${what}`, style: "warning" });
  }
  return parts;
}

/** The rate at which records come in, and how it was. */
function inputText({ batches, isIdle }: ShownQuery): string {
  const rates = batches.map(({ inputRowsPerSecond }) => inputRowsPerSecond ?? 0);
  return `input ${rateText(isIdle ? 0 : rates.at(-1)!)} ${sparkLine(isIdle ? [...rates, 0] : rates)}`;
}

function lagPart({ lagRecords, lagMs, health }: QueryView): Part {
  const age = (lagRecords ?? 0) > 0 && lagMs !== null ? ` (${formatSpan(lagMs)})` : "";
  const text = `lag ${formatCount(lagRecords ?? 0)}${age}`;
  return health === "behind" ? { text, style: "warning" } : { text };
}

function rateText(perSecond: number): string {
  return `${perSecond === 0 ? "0" : formatRate(perSecond, 1_000)}/s`;
}
