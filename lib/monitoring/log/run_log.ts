/** What the log says of a run: its batches, its waiting, and at its end what has come of each query. */
import { SfcrimeError } from "../../base/errors.ts";
import { logger } from "../../base/log.ts";
import type { PlannedQuery } from "../../plan/analysis_plan.ts";
import type { IdleQueries } from "../idleness.ts";
import { type BatchProgress, idleLine, progressLine } from "../progress/batch_progress.ts";
import type { QueryStatus, RunListener } from "../run_listener.ts";
import type { RunRecord } from "../run_record.ts";
import type { TimeReport } from "./time_report.ts";

const log = logger("analyze");

/** What it reads in addition to the events. */
export interface RunLogOptions {
  /** Gets each event before the log does. */
  readonly record: RunRecord;
  readonly timeReport: TimeReport;
  readonly queries: readonly PlannedQuery[];
  /** Whether it has the batches, and the waits for records; not if they are shown already. */
  readonly showsBatches: boolean;
}

/** See the module's description. */
export class RunLog implements RunListener {
  readonly #options: RunLogOptions;

  constructor(options: RunLogOptions) {
    this.#options = options;
  }

  status({ query, status }: QueryStatus): void {
    log.debug(`${query}: ${status.message}`, { query, status });
  }

  progress(progress: BatchProgress): void {
    if (this.#options.showsBatches) log.info(progressLine(progress), { ...progress });
    this.#options.timeReport.progress(progress);
  }

  idle(idle: IdleQueries): void {
    if (this.#options.showsBatches) log.info(idleLine(idle), { ...idle });
  }

  ended(failure?: { readonly error: unknown }): void {
    const { record, timeReport } = this.#options;
    if (failure === undefined) timeReport.ended();
    const isClosed = failure?.error instanceof SfcrimeError && failure.error.code === "OUTPUT_CLOSED";
    for (const [query, { totals, lastProgress }] of record.queries) {
      if (failure === undefined && totals.inputRecords === 0) log.info(`${query}: no new records`);
      if (failure !== undefined && !isClosed && lastProgress !== undefined) {
        log.info(this.#stopped(lastProgress));
      }
    }
  }

  /** How to go on with a query that a failure has ended. */
  #stopped({ query, batchId }: BatchProgress): string {
    const { checkpoint } = this.#options.queries.find(({ plan }) => plan.name === query)!;
    return `${query}: stopped after batch ${batchId}. ` +
      (checkpoint === undefined
        ? "Without a checkpoint, the next run starts from scratch; use --checkpoint DIRECTORY to keep one."
        : `Run the command again to resume (checkpoint ${checkpoint}).`);
  }
}
