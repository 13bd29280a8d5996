/** What the events tell of one running query, and the view that follows from it. */
import { SAMPLES_SHOWN_MAX } from "../../base/bounds.ts";
import { messageOf } from "../../base/errors.ts";
import { triggerText } from "../../config/values/values.ts";
import type { PlannedQuery } from "../../plan/analysis_plan.ts";
import type { PlanGraph } from "../../sql/explain/plan_graph.ts";
import { type ErrorView, errorView } from "../error_view.ts";
import { lagMsOf } from "../history/run_history.ts";
import type { QueryHistory } from "../history/query_history.ts";
import type { BadRecords, PartitionLag, StartedQuery, StreamingQueryStatus } from "../run_listener.ts";
import type { QueryRecord } from "../run_record.ts";
import { failureIn, isOver, isWaiting, NOT_STARTED } from "../query_status.ts";
import { columnViews, partitionViews } from "./query_parts.ts";
import type { Health, QueryView, WorkerView } from "./query_view.ts";
import type { RecordSample } from "./record_sample.ts";

/** What a view takes from the run as a whole. */
export interface RunFacts {
  readonly runId: string;
  readonly startedAtMs: number;
  readonly endedAtMs: number | null;
  /** The error with which it ended, and whether that ended all queries rather than one. */
  readonly failure: { readonly error: unknown; readonly ofAll: boolean } | undefined;
  readonly workers: readonly WorkerView[];
  /** Queries with a greater lag are behind. */
  readonly lagRecordsMax: number;
}

/** What is fixed for a query in a run, and what others keep of it. */
export interface QueryParts {
  readonly planned: PlannedQuery;
  readonly started: StartedQuery;
  readonly plan: PlanGraph | null;
  readonly record: QueryRecord;
  readonly history: QueryHistory;
}

/** See the module's description. */
export class LiveQuery {
  readonly parts: QueryParts;
  /** Whether a trigger has ended, with or without a batch. */
  #hasTriggered = false;
  /** When it was stopped, if it ended before the run. */
  #stoppedAtMs: number | null = null;
  /** Records that are waiting to be read, if that was looked up since the last batch. */
  #waiting: number | undefined;
  /** Of the last batch that had records: one without only evicts what the watermark has passed. */
  #inputRowsPerSecond: number | null = null;
  #lags: readonly PartitionLag[] = [];
  #late: readonly RecordSample[] = [];
  #malformed: readonly RecordSample[] = [];

  constructor(parts: QueryParts) {
    this.parts = parts;
  }

  status(status: StreamingQueryStatus): void {
    this.#hasTriggered ||= isWaiting(status);
  }

  badRecords({ late, malformed }: BadRecords): void {
    this.#late = newest(late, this.#late);
    this.#malformed = newest(malformed, this.#malformed);
  }

  lagged(partitions: readonly PartitionLag[]): void {
    this.#lags = partitions;
  }

  idle(waiting: number): void {
    this.#waiting = waiting;
  }

  progress(): void {
    this.#hasTriggered = true;
    this.#waiting = undefined;
    const { last } = this.parts.history;
    if (last !== undefined && last.inputRows > 0) this.#inputRowsPerSecond = last.inputRowsPerSecond;
  }

  stopped(atMs: number): void {
    this.#stoppedAtMs = atMs;
  }

  view(run: RunFacts): QueryView {
    const { planned: { plan, trigger }, started, plan: graph, record, history } = this.parts;
    const status = record.status ?? NOT_STARTED;
    const { last } = history;
    const lagRecords = this.#waiting ?? last?.lagRecords ?? null;
    const isRunning = run.endedAtMs === null && this.#stoppedAtMs === null && !isOver(status);
    const error = this.#error(run);
    return {
      name: plan.name,
      queryId: started.queryId,
      runId: run.runId,
      sql: plan.sql,
      outputMode: plan.outputMode,
      trigger: triggerText(trigger),
      sink: started.sink,
      columns: columnViews(plan.output),
      isRunning,
      status,
      health: this.#health({
        isRunning,
        isFailed: error !== null,
        isBehind: (lagRecords ?? 0) > run.lagRecordsMax,
      }),
      startedAtMs: run.startedAtMs,
      endedAtMs: this.#stoppedAtMs ?? run.endedAtMs,
      batchId: last?.batchId ?? null,
      totals: { ...record.totals },
      watermarkMs: last?.watermarkMs ?? null,
      watermarkGapMs: last?.watermarkGapMs ?? null,
      inputRowsPerSecond: isRunning && this.#waiting !== undefined ? 0 : this.#inputRowsPerSecond,
      stateRows: last?.stateRows ?? null,
      lagRecords,
      lagMs: lagRecords === 0 ? 0 : lagMsOf(this.#lags),
      partitions: partitionViews(record.lastProgress?.sources ?? [], this.#lags),
      workers: run.workers,
      lateSamples: this.#late,
      malformedSamples: this.#malformed,
      error,
      plan: graph,
    };
  }

  #health({ isRunning, isFailed, isBehind }: {
    readonly isRunning: boolean;
    readonly isFailed: boolean;
    readonly isBehind: boolean;
  }): Health {
    if (isFailed) return "failed";
    if (!isRunning) return "ended";
    if (isBehind) return "behind";
    return this.#hasTriggered ? "running" : "starting";
  }

  /** The error that ended it; null if it is running, or has ended without one. */
  #error({ failure }: RunFacts): ErrorView | null {
    const message = failureIn(this.parts.record.status ?? NOT_STARTED);
    const isOwn = failure !== undefined && (failure.ofAll || messageOf(failure.error) === message);
    if (isOwn) return errorView(failure.error);
    return message === undefined ? null : { code: null, message, hint: null, text: message };
  }
}

/** The first samples of a batch, and those of earlier ones, as far as there is room. */
function newest(samples: readonly RecordSample[], before: readonly RecordSample[]): readonly RecordSample[] {
  return samples.length === 0 ? before : [...samples.toReversed(), ...before].slice(0, SAMPLES_SHOWN_MAX);
}
