/**
 * The record of a run: a summary of the events so far, in bounded memory. The log reads it, and so does whatever
 * shows a run.
 */
import { RECENT_PROGRESS_MAX } from "../base/bounds.ts";
import type { OutageNews } from "../broker/outages/outage_watch.ts";
import { type BatchProgress, lateRowsOf } from "./progress/batch_progress.ts";
import type { QueryStatus, RunListener, StartedRun, StreamingQueryStatus } from "./run_listener.ts";

/** Sums over the batches of a query in this run. */
export type QueryTotals = Record<
  "batches" | "inputRecords" | "malformedRecords" | "outputRows" | "lateRows" | "rowsAhead",
  number
>;

/** A query in this run. */
export class QueryRecord {
  status: StreamingQueryStatus | undefined;
  /** The latest batches, oldest first. */
  readonly recentProgress: BatchProgress[] = [];
  readonly totals: QueryTotals = {
    batches: 0,
    inputRecords: 0,
    malformedRecords: 0,
    outputRows: 0,
    lateRows: 0,
    rowsAhead: 0,
  };

  get lastProgress(): BatchProgress | undefined {
    return this.recentProgress.at(-1);
  }

  /** Adds a batch. */
  add(progress: BatchProgress): void {
    if (this.recentProgress.push(progress) > RECENT_PROGRESS_MAX) this.recentProgress.shift();
    const { totals } = this;
    totals.batches++;
    totals.inputRecords += progress.inputRecords;
    totals.malformedRecords += progress.malformedRecords;
    totals.outputRows += progress.outputRows;
    totals.lateRows += lateRowsOf(progress);
    totals.rowsAhead += progress.rowsAhead;
  }
}

/** See the module's description. */
export class RunRecord implements RunListener {
  /** Undefined until it has started. */
  run: StartedRun | undefined;
  /** By name, in the order of the configuration. */
  readonly queries = new Map<string, QueryRecord>();
  /** How often Kafka stopped responding, and the last report while it does not respond. */
  readonly outages: { count: number; current: OutageNews | undefined } = { count: 0, current: undefined };
  /** The error with which it ended. */
  failure: { readonly error: unknown } | undefined;

  started(run: StartedRun): void {
    this.run = run;
    for (const { query } of run.queries) this.queries.set(query, new QueryRecord());
  }

  status({ query, status }: QueryStatus): void {
    this.queries.get(query)!.status = status;
  }

  progress(progress: BatchProgress): void {
    this.queries.get(progress.query)!.add(progress);
  }

  outage(news: OutageNews): void {
    if (news.kind === "silent" && this.outages.current === undefined) this.outages.count++;
    this.outages.current = news.kind === "silent" ? news : undefined;
  }

  ended(failure?: { readonly error: unknown }): void {
    this.failure = failure;
  }
}
