/**
 * Warnings about event times, once per query, with the cause and a remedy: late rows are dropped, an event
 * time in the future makes all later rows late, and groups that the watermark does not pass are never
 * emitted. All of that is as in Spark, and looks like wrong counts if it is unexpected.
 */
import { formatDuration } from "../base/text/duration.ts";
import { formatCount, plural } from "../base/text/format.ts";
import { logger } from "../base/log.ts";
import type { Settings } from "../config/settings.ts";
import type { PlannedQuery } from "../plan/plan_analysis.ts";
import { type BatchProgress, lateRowsOf, watermarkText } from "./progress.ts";

const log = logger("analyze");

/** Clocks differ and time zones get mixed up; an event time further ahead than this is caused by neither. */
const FUTURE_MS_MIN = 86_400_000;

/** What is known about a query so far. */
interface Seen {
  readonly query: PlannedQuery;
  rows: number;
  lateRows: number;
  /** The number of late rows in the warning. */
  lateRowsTold: number;
  outputRows: number;
  keys: number;
  watermarkMs: number | undefined;
  tellsFuture: boolean;
}

/** See the module's description. */
export class TimeReport {
  readonly #seen: ReadonlyMap<string, Seen>;
  readonly #flushesAtEnd: boolean;

  constructor(queries: readonly PlannedQuery[], analyze: Pick<Settings["analyze"], "flush_at_end">) {
    this.#flushesAtEnd = analyze.flush_at_end;
    this.#seen = new Map(queries.map((query) => [query.plan.name, {
      query,
      rows: 0,
      lateRows: 0,
      lateRowsTold: 0,
      outputRows: 0,
      keys: 0,
      watermarkMs: undefined,
      tellsFuture: true,
    }]));
  }

  /** Adds a batch. */
  add(progress: BatchProgress): void {
    const seen = this.#seen.get(progress.query);
    if (seen === undefined) return;
    seen.rows += progress.inputRecords;
    seen.outputRows += progress.outputRows;
    seen.keys = progress.state[0]?.rowsTotal ?? 0;
    seen.watermarkMs = progress.watermarkMs;
    const lateRows = lateRowsOf(progress);
    seen.lateRows += lateRows;
    // The warning about the future comes first, as that is what makes rows late.
    if (seen.tellsFuture) this.#tellFuture(progress, seen);
    if (lateRows > 0 && seen.lateRowsTold === 0) {
      seen.lateRowsTold = lateRows;
      log.warn(lateText(progress.query, lateRows, seen));
    }
  }

  /** Warns about what is only known at the end of a run. */
  end(): void {
    for (const [name, seen] of this.#seen) {
      if (seen.lateRows > seen.lateRowsTold) {
        log.warn(
          `${name}: ${plural(seen.lateRows, "row")} of ${plural(seen.rows, "record")} were late in this run.`,
        );
      }
      if (this.#isNeverEmitted(seen)) log.warn(openGroupsText(name, seen));
    }
  }

  #tellFuture({ query, eventTimes, triggeredAtMs }: BatchProgress, seen: Seen): void {
    const aheadMs = eventTimes.maxMs - triggeredAtMs;
    if (eventTimes.count === 0 || aheadMs < FUTURE_MS_MIN) return;
    seen.tellsFuture = false;
    log.warn(
      `${query}: event time ${watermarkText(eventTimes.maxMs)} is in the future. ` +
        "The watermark follows it, so all earlier rows may be late from now on. " +
        "Use --max-event-time-ahead 1h to drop such rows.",
    );
  }

  #isNeverEmitted({ query: { plan, trigger }, outputRows, keys }: Seen): boolean {
    return trigger.kind !== "processing-time" && plan.outputMode === "append" && !this.#flushesAtEnd &&
      plan.aggregate !== undefined && outputRows === 0 && keys > 0;
  }
}

function lateText(name: string, lateRows: number, { query: { plan }, watermarkMs }: Seen): string {
  const delayMs = Math.max(...plan.branches.map(({ watermark }) => watermark?.delayMs ?? 0));
  return `${name}: ${plural(lateRows, "row")} ${lateRows === 1 ? "was" : "were"} late and dropped: ` +
    `the watermark, ${formatDuration(delayMs)} behind the latest event time, had passed ` +
    `${watermarkMs === undefined ? "their times" : "their windows"}. ` +
    "If the input is out of order, sort it (produce --sort-by or --speedup), or increase the delay (--watermark). " +
    "Use --late-rows to keep late records.";
}

function openGroupsText(name: string, { query: { trigger }, keys, watermarkMs }: Seen): string {
  const groups = keys === 1 ? "it" : "them";
  const reason = trigger.kind === "once"
    ? "once only emits groups that the watermark had passed before the run"
    : watermarkMs === undefined || watermarkMs <= 0
    ? `the watermark has not passed ${keys === 1 ? "it" : "any of them"}`
    : `the watermark ${watermarkText(watermarkMs)} has not passed ${groups}`;
  return `${name}: no rows were emitted: ${formatCount(keys)} ${
    keys === 1 ? "group is" : "groups are"
  } still open, as ${reason}. Use --flush-at-end to emit ${groups}.`;
}
