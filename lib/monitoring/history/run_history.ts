/** The histories of all queries of a run; one that a checkpoint has kept goes on. */
import type { BatchProgress } from "../progress/batch_progress.ts";
import type { LagReport, PartitionLag, RunListener, StartedRun } from "../run_listener.ts";
import type { KeptHistory } from "./kept_history.ts";
import { pointOf } from "./point_of.ts";
import { QueryHistory } from "./query_history.ts";

/** See the module's description. */
export class RunHistory implements RunListener {
  /** By name, in the order of the configuration. */
  readonly queries = new Map<string, QueryHistory>();
  readonly #kept = new Map<string, KeptHistory>();
  /** The last lag in time that was reported, by query. */
  readonly #lagMs = new Map<string, number | null>();

  started(run: StartedRun): void {
    for (const { query, history: kept } of run.queries) {
      this.queries.set(query, kept === undefined ? new QueryHistory() : QueryHistory.of(kept.snapshot()));
      if (kept !== undefined) this.#kept.set(query, kept);
    }
  }

  lagged({ queries, partitions }: LagReport): void {
    const lagMs = lagMsOf(partitions);
    for (const query of queries) this.#lagMs.set(query, lagMs);
  }

  progress(progress: BatchProgress): void {
    const { query } = progress;
    const lagMs = this.#lagMs.get(query) ?? null;
    this.queries.get(query)!.add(pointOf(progress, lagMs));
    this.#kept.get(query)?.lagged(lagMs);
  }
}

/** The lag of the partition that is furthest behind; null if none is known. */
export function lagMsOf(lags: readonly PartitionLag[]): number | null {
  return lags.reduce<number | null>((max, { lagMs }) => Math.max(max ?? 0, lagMs), null);
}
