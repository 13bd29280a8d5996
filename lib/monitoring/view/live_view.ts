/**
 * The view of a running analysis: a listener that notes what the events tell, and makes of it what a page shows. It
 * never waits and never fails; it comes after the record in the bus, which it reads.
 */
import type { Clock } from "../../base/clock.ts";
import { type AnalysisPlan, columnNamesOf } from "../../plan/analysis_plan.ts";
import { planGraph } from "../../sql/explain/plan_graph.ts";
import type { BatchPoint } from "../history/batch_point.ts";
import type { HistorySnapshot } from "../history/history_snapshot.ts";
import { RunHistory } from "../history/run_history.ts";
import type { IdleQueries } from "../idleness.ts";
import type { BatchProgress } from "../progress/batch_progress.ts";
import { failureIn } from "../query_status.ts";
import type {
  BadRecords,
  LagReport,
  QueryStatus,
  RunListener,
  StartedRun,
  WorkerReport,
} from "../run_listener.ts";
import type { RunRecord } from "../run_record.ts";
import { LiveQuery, type RunFacts } from "./live_query.ts";
import type { QueryView } from "./query_view.ts";
import type { RunView } from "./run_view.ts";
import { WorkerRates } from "./worker_rates.ts";

/** The options of a view. */
export interface LiveViewOptions {
  readonly plan: AnalysisPlan;
  readonly record: RunRecord;
  readonly clock: Clock;
  /** Queries with a greater lag are behind; undefined if none are. */
  readonly lagRecordsMax?: number | undefined;
}

/** See the module's description. */
export class LiveView implements RunView, RunListener {
  readonly #options: LiveViewOptions;
  readonly #history = new RunHistory();
  /** By name, in the order of the configuration. */
  readonly #queries = new Map<string, LiveQuery>();
  readonly #workers = new WorkerRates();
  #startedAtMs = 0;
  #endedAtMs: number | null = null;

  constructor(options: LiveViewOptions) {
    this.#options = options;
  }

  get runId(): string | undefined {
    return this.#options.record.run?.runId;
  }

  queries(): QueryView[] {
    const facts = this.#facts();
    return [...this.#queries.values()].map((query) => query.view(facts));
  }

  query(name: string): QueryView | undefined {
    return this.#queries.get(name)?.view(this.#facts());
  }

  history(name: string): HistorySnapshot | undefined {
    return this.#history.queries.get(name)?.snapshot();
  }

  latest(name: string): ReturnType<RunView["latest"]> {
    const { sequence = 0, last: point } = this.#history.queries.get(name) ?? {};
    return point && { sequence, point };
  }

  /** The latest batches of a query, oldest first. */
  recent(name: string, count: number): readonly BatchPoint[] {
    return this.#history.queries.get(name)?.recent(count) ?? [];
  }

  recentProgress(name: string): readonly BatchProgress[] {
    return this.#options.record.queries.get(name)?.recentProgress ?? [];
  }

  started(run: StartedRun): void {
    const { plan, record, clock } = this.#options;
    this.#startedAtMs = clock.nowMs();
    this.#history.started(run);
    const tables = columnNamesOf(plan);
    for (const started of run.queries) {
      const { query } = started;
      const planned = plan.queries.find(({ plan: { name } }) => name === query)!;
      this.#queries.set(
        query,
        new LiveQuery({
          planned,
          started,
          plan: planGraph(planned.plan, { tables, sink: started.sink }),
          record: record.queries.get(query)!,
          history: this.#history.queries.get(query)!,
        }),
      );
    }
  }

  status({ query, status }: QueryStatus): void {
    this.#queries.get(query)?.status(status);
  }

  badRecords(records: BadRecords): void {
    this.#queries.get(records.query)?.badRecords(records);
  }

  lagged(report: LagReport): void {
    this.#history.lagged(report);
    for (const query of report.queries) this.#queries.get(query)?.lagged(report.partitions);
  }

  worked(report: WorkerReport): void {
    this.#workers.worked(report);
  }

  progress(progress: BatchProgress): void {
    this.#history.progress(progress);
    this.#queries.get(progress.query)?.progress();
  }

  idle({ queries, behind }: IdleQueries): void {
    for (const query of queries) this.#queries.get(query)?.idle(behind);
  }

  stopped({ query }: { readonly query: string }): void {
    this.#queries.get(query)?.stopped(this.#options.clock.nowMs());
  }

  ended(): void {
    this.#endedAtMs = this.#options.clock.nowMs();
  }

  #facts(): RunFacts {
    const { record, clock, lagRecordsMax = Infinity } = this.#options;
    const isBlamed = [...record.queries.values()].some(({ status }) =>
      status !== undefined && failureIn(status) !== undefined
    );
    return {
      runId: this.runId!,
      startedAtMs: this.#startedAtMs,
      endedAtMs: this.#endedAtMs,
      failure: record.failure && { ...record.failure, ofAll: !isBlamed },
      workers: this.#endedAtMs === null ? this.#workers.at(clock.monotonicMs()) : [],
      lagRecordsMax,
    };
  }
}
