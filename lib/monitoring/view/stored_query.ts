/** The view of a query that is read from its checkpoint, where it need not be running. */
import { SfcrimeError } from "../../base/errors.ts";
import type { CheckpointView } from "../../checkpoint/checkpoint_view.ts";
import { declaredPlan } from "../../checkpoint/identity.ts";
import { planGraph } from "../../sql/explain/plan_graph.ts";
import type { Measure, OptionalMeasure } from "../history/batch_point.ts";
import type { Bucket } from "../history/bucket.ts";
import type { HistorySnapshot } from "../history/history_snapshot.ts";
import { keptFailure, keptProgress, keptSnapshot } from "../history/kept_history.ts";
import type { BatchProgress } from "../progress/batch_progress.ts";
import { ENDED, failedWith } from "../query_status.ts";
import type { QueryTotals } from "../run_record.ts";
import { columnViews, partitionViews } from "./query_parts.ts";
import type { QueryView } from "./query_view.ts";

/** What the checkpoint had when it was last read. */
interface Read {
  readonly history: HistorySnapshot;
  readonly progress: readonly BatchProgress[];
}

/** See the module's description. */
export class StoredQuery {
  readonly #checkpoint: CheckpointView;
  #read: Read | undefined;

  constructor(checkpoint: CheckpointView) {
    this.#checkpoint = checkpoint;
  }

  /** Its name. @throws {SfcrimeError} CHECKPOINT if the checkpoint is empty or corrupt; so do the following. */
  get name(): string {
    return this.#checkpoint.identity.query;
  }

  get history(): HistorySnapshot {
    return this.#content.history;
  }

  /** The progress of its latest batches, oldest first. */
  get recentProgress(): readonly BatchProgress[] {
    return this.#content.progress;
  }

  view(): QueryView {
    const { id, query, sql, outputMode, sink: storedSink } = this.#checkpoint.identity;
    const { history, progress } = this.#content;
    const failure = keptFailure(this.#checkpoint.history);
    const last = history.batches.at(-1);
    const sink = storedSink?.description ?? progress.at(-1)?.sink ?? "";
    return {
      name: query,
      queryId: id,
      runId: null,
      sql,
      outputMode,
      trigger: null,
      sink,
      ...this.#planned(sink),
      isRunning: false,
      ...failure === undefined
        ? { status: ENDED, health: "ended" }
        : { status: failedWith(failure.error.message), health: "failed" },
      startedAtMs: null,
      endedAtMs: failure?.atMs ?? null,
      batchId: last?.batchId ?? null,
      totals: totalsOf(history),
      watermarkMs: last?.watermarkMs ?? null,
      watermarkGapMs: last?.watermarkGapMs ?? null,
      inputRowsPerSecond: last?.inputRowsPerSecond ?? null,
      stateRows: last?.stateRows ?? null,
      lagRecords: last?.lagRecords ?? null,
      lagMs: last?.lagMs ?? null,
      partitions: partitionViews(progress.at(-1)?.sources ?? [], []),
      workers: [],
      lateSamples: [],
      malformedSamples: [],
      error: failure?.error ?? null,
    };
  }

  close(): void {
    this.#checkpoint.close();
  }

  /** What the checkpoint has; it is read again only after another batch, as it may be large. */
  get #content(): Read {
    const { history: table } = this.#checkpoint;
    const { last = 0 } = table.range ?? {};
    if (this.#read?.history.sequence !== last) {
      this.#read = { history: keptSnapshot(table), progress: keptProgress(table) };
    }
    return this.#read!;
  }

  /** What follows from its statement, unless this version does not accept that. */
  #planned(sink: string): Pick<QueryView, "columns" | "plan"> {
    const { declared, ...identity } = this.#checkpoint.identity;
    // Older versions did not store it.
    if (declared === undefined) return { columns: [], plan: null };
    try {
      const { plan, tableColumns: tables } = declaredPlan({ ...identity, declared });
      return { columns: columnViews(plan.output), plan: planGraph(plan, { tables, sink }) };
    } catch (error) {
      if (!(error instanceof SfcrimeError)) throw error;
      return { columns: [], plan: null };
    }
  }
}

/** The sums over all batches that the history knows. */
function totalsOf({ batches, minutes, hours, earlier }: HistorySnapshot): QueryTotals {
  const buckets: readonly Bucket[] = [...earlier === null ? [] : [earlier], ...hours, ...minutes];
  const sum = (measure: Exclude<Measure, OptionalMeasure>) =>
    buckets.reduce((total, bucket) => total + (bucket[measure]?.sum ?? 0), 0) +
    batches.reduce((total, batch) => total + batch[measure], 0);
  return {
    batches: buckets.reduce((total, bucket) => total + bucket.batches, batches.length),
    inputRecords: sum("inputRows"),
    malformedRecords: sum("malformed"),
    outputRows: sum("outputRows"),
    lateRows: sum("lateRows"),
    rowsAhead: sum("rowsAhead"),
  };
}
