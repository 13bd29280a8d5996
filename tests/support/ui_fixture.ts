/** A dashboard over a run that a test tells: a view of one query, whose batches and status the test sets. */
import { type Clock, systemClock } from "../../lib/base/clock.ts";
import type { BatchPoint } from "../../lib/monitoring/history/batch_point.ts";
import type { HistorySnapshot } from "../../lib/monitoring/history/history_snapshot.ts";
import { QueryHistory } from "../../lib/monitoring/history/query_history.ts";
import type { BatchProgress } from "../../lib/monitoring/progress/batch_progress.ts";
import type { QueryView } from "../../lib/monitoring/view/query_view.ts";
import type { RunView } from "../../lib/monitoring/view/run_view.ts";
import { serveUi, UI_LIMITS, type UiLimits, type UiServer } from "../../lib/ui/server/ui_server.ts";

/** See the module's description. */
export class ToldRun implements RunView {
  runId: string | undefined = "run-1";
  view: QueryView;
  readonly #history = new QueryHistory();

  constructor(name: string) {
    this.view = queryView(name);
  }

  queries(): QueryView[] {
    return [this.view];
  }

  query(name: string): QueryView | undefined {
    return name === this.view.name ? this.view : undefined;
  }

  history(): HistorySnapshot {
    return this.#history.snapshot();
  }

  latest(): ReturnType<RunView["latest"]> {
    const { sequence, last: point } = this.#history;
    return point && { sequence, point };
  }

  recentProgress(): readonly BatchProgress[] {
    return [];
  }

  /** Adds a batch, and tells a server of it. */
  commit({ listener }: Pick<UiServer, "listener">): void {
    const batchId = this.#history.sequence;
    this.#history.add(batchPoint(batchId));
    this.view = { ...this.view, batchId };
    listener.progress?.(progress(this.view.name, batchId));
  }
}

/** A query that has just started. */
export function queryView(name: string): QueryView {
  return {
    name,
    queryId: "query-1",
    runId: "run-1",
    sql: "SELECT count(*) AS count FROM calls",
    outputMode: "complete",
    trigger: "1 second",
    sink: "none",
    columns: [{ name: "count", type: "BIGINT" }],
    isRunning: true,
    status: { message: "Waiting for next trigger", isDataAvailable: false, isTriggerActive: false },
    health: "running",
    startedAtMs: 0,
    endedAtMs: null,
    batchId: null,
    totals: { batches: 0, inputRecords: 0, malformedRecords: 0, outputRows: 0, lateRows: 0, rowsAhead: 0 },
    watermarkMs: null,
    watermarkGapMs: null,
    inputRowsPerSecond: null,
    stateRows: null,
    lagRecords: 0,
    lagMs: null,
    partitions: [],
    workers: [],
    lateSamples: [],
    malformedSamples: [],
    error: null,
    plan: null,
  };
}

/** A batch of a single record, in which nothing takes time. */
export function batchPoint(batchId: number): BatchPoint {
  return {
    batchId,
    // A second after the one before.
    atMs: batchId * 1_000,
    triggeredAtMs: batchId,
    startsRun: batchId === 0,
    inputRows: 1,
    inputRowsPerSecond: null,
    processedRowsPerSecond: 1,
    durationMs: 1,
    watermarkGapMs: null,
    stateRows: 0,
    stateRowsUpdated: 0,
    stateBytes: 0,
    rowsDroppedByWatermark: 0,
    lateRows: 0,
    rowsAhead: 0,
    malformed: 0,
    outputRows: 1,
    lagRecords: 0,
    lagMs: null,
    phases: { latestOffset: 0, walCommit: 0, addBatch: 1, commitOffsets: 0 },
    watermarkMs: null,
  };
}

function progress(query: string, batchId: number): BatchProgress {
  return {
    query,
    batchId,
    triggeredAtMs: batchId,
    durationMs: 1,
    sinceTriggerMs: 1,
    startsRun: batchId === 0,
    inputRecords: 1,
    malformedRecords: 0,
    outputRows: 1,
    watermarkMs: undefined,
    state: [],
    queryId: "query-1",
    runId: "run-1",
    eventTimes: { count: 0, sumMs: 0, maxMs: 0, minMs: 0, rowsAhead: 0 },
    rowsAhead: 0,
    previousTriggerMs: undefined,
    durations: { latestOffset: 0, walCommit: 0, addBatch: 1, commitOffsets: 0 },
    sources: [],
    sink: "none",
  };
}

/** A dashboard of a told run; disposing of it closes it. */
export async function toldUi(
  { run = new ToldRun("by_type"), token, limits = {}, clock = systemClock }: {
    readonly run?: ToldRun;
    readonly token?: string;
    readonly limits?: Partial<UiLimits>;
    readonly clock?: Clock;
  } = {},
): Promise<UiServer & AsyncDisposable & { readonly run: ToldRun }> {
  const server = await serveUi({
    hostname: "127.0.0.1",
    port: 0,
    token,
    view: run,
    broker: () => "the embedded broker",
    version: "1.2.3",
    clock,
    processUsage: () => ({ cpuMicros: 1_500_000, residentBytes: 2_000_000 }),
    limits: { ...UI_LIMITS, ...limits },
  });
  return { ...server, run, [Symbol.asyncDispose]: () => server.close() };
}
