/**
 * Warnings about event times, once per query, with the cause and a remedy: late rows are dropped, an event
 * time in the future makes all later rows late, and groups that the watermark does not pass are never
 * emitted. All of that is as in Spark, and looks like wrong counts if it is unexpected.
 */
import { formatDuration } from "../../base/text/duration.ts";
import { formatCount, plural } from "../../base/text/format.ts";
import { logger } from "../../base/log.ts";
import type { PlannedQuery } from "../../plan/analysis_plan.ts";
import { type BatchProgress, lateRowsOf, watermarkText } from "../progress/batch_progress.ts";
import type { QueryTotals, RunRecord } from "../run_record.ts";
import { aggregatesOf } from "../../sql/planning/plan_sources.ts";

const log = logger("analyze");

/** Clocks differ and time zones get mixed up; an event time further ahead than this is caused by neither. */
const FUTURE_MS_MIN = 86_400_000;

/** What a report is made with. */
export interface TimeReportOptions {
  readonly queries: readonly PlannedQuery[];
  /** Gets each event before the report does. */
  readonly record: RunRecord;
  /** Whether this program runs the queries, so that the remedies that a cluster does not have are named. */
  readonly isLocal: boolean;
}

/** What the warnings are made from. */
interface Known {
  readonly query: PlannedQuery;
  readonly totals: QueryTotals;
  readonly lastProgress: BatchProgress;
}

/** See the module's description. */
export class TimeReport {
  readonly #queries: readonly PlannedQuery[];
  readonly #record: RunRecord;
  readonly #isLocal: boolean;
  /** The queries whose event times in the future were reported. */
  readonly #futureWarned = new Set<string>();
  /** The number of late rows that were reported, by query. */
  readonly #lateRowsWarned = new Map<string, number>();

  constructor({ queries, record, isLocal }: TimeReportOptions) {
    this.#queries = queries;
    this.#record = record;
    this.#isLocal = isLocal;
  }

  /** Warns about what the last batch reveals. */
  progress(progress: BatchProgress): void {
    const { query: name } = progress;
    // The warning about the future comes first, as that is what makes rows late.
    this.#warnOfFuture(progress);
    const lateRows = lateRowsOf(progress);
    if (lateRows === 0 || this.#lateRowsWarned.has(name)) return;
    this.#lateRowsWarned.set(name, lateRows);
    const query = this.#queries.find(({ plan }) => plan.name === name)!;
    log.warn(lateText(query, progress));
  }

  /** Warns about what is only known at the end of a run. */
  ended(): void {
    for (const query of this.#queries) {
      const { name } = query.plan;
      // A run may be stopped before its queries are there.
      const { totals, lastProgress } = this.#record.queries.get(name) ?? {};
      if (totals === undefined || lastProgress === undefined) continue;
      if (totals.lateRows > (this.#lateRowsWarned.get(name) ?? 0)) log.warn(allLateText(name, totals));
      const known = { query, totals, lastProgress };
      if (isNeverEmitted(known)) {
        const groups = keysOf(lastProgress) === 1 ? "it" : "them";
        log.warn(openGroupsText(known) + this.#remedy(`Use --flush-at-end to emit ${groups}.`));
      }
    }
  }

  #warnOfFuture({ query, eventTimes, triggeredAtMs }: BatchProgress): void {
    const aheadMs = eventTimes.maxMs - triggeredAtMs;
    if (eventTimes.count === 0 || aheadMs < FUTURE_MS_MIN || this.#futureWarned.has(query)) return;
    this.#futureWarned.add(query);
    log.warn(
      `${query}: event time ${watermarkText(eventTimes.maxMs)} is in the future. ` +
        "The watermark follows it, so all earlier rows may be late from now on." +
        this.#remedy("Use --max-event-time-ahead 1h to drop such rows."),
    );
  }

  #remedy(text: string): string {
    return this.#isLocal ? ` ${text}` : "";
  }
}

function isNeverEmitted({ query: { plan, trigger, flushAtEnd }, totals, lastProgress }: Known): boolean {
  return trigger.kind !== "processing-time" && plan.outputMode === "append" && !flushAtEnd &&
    aggregatesOf(plan).length > 0 && totals.outputRows === 0 && keysOf(lastProgress) > 0;
}

function keysOf({ state }: BatchProgress): number {
  return state[0]?.rowsTotal ?? 0;
}

function allLateText(name: string, { lateRows, inputRecords }: QueryTotals): string {
  return `${name}: ${plural(lateRows, "row")} of ${plural(inputRecords, "record")} were late in this run.`;
}

function lateText({ plan }: PlannedQuery, progress: BatchProgress): string {
  const { watermarkMs } = progress;
  const lateRows = lateRowsOf(progress);
  const delayMs = Math.max(...plan.branches.map(({ watermark }) => watermark?.delayMs ?? 0));
  return `${plan.name}: ${plural(lateRows, "row")} ${lateRows === 1 ? "was" : "were"} late and dropped: ` +
    `the watermark, ${formatDuration(delayMs)} behind the latest event time, had passed ` +
    `${watermarkMs === undefined ? "their times" : "their windows"}. ` +
    "If the input is out of order, sort it (produce --sort-by or --speedup), or increase the delay (--watermark). " +
    "Use --late-rows to keep late records.";
}

function openGroupsText({ query: { plan, trigger }, lastProgress }: Known): string {
  const { watermarkMs } = lastProgress;
  const keys = keysOf(lastProgress);
  const groups = keys === 1 ? "it" : "them";
  const reason = trigger.kind === "once"
    ? "once only emits groups that the watermark had passed before the run"
    : watermarkMs === undefined || watermarkMs <= 0
    ? `the watermark has not passed ${keys === 1 ? "it" : "any of them"}`
    : `the watermark ${watermarkText(watermarkMs)} has not passed ${groups}`;
  return `${plan.name}: no rows were emitted: ${formatCount(keys)} ${
    keys === 1 ? "group is" : "groups are"
  } still open, as ${reason}.`;
}
