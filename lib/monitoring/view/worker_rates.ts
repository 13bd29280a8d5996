/**
 * The rate and the share of time of each worker, from its counts: over the last seconds, as one batch says little, and
 * long ago does not matter. While no batch runs there are no new counts, so time without any counts as idle.
 */
import type { RunListener, WorkerCounts, WorkerReport } from "../run_listener.ts";
import type { WorkerView } from "./query_view.ts";

/** The time over which rates are, unless a single batch takes longer. */
const SPAN_MS = 10_000;

/** See the module's description. */
export class WorkerRates implements RunListener {
  /** The latest reports, oldest first: the first one is the last from before the span. */
  readonly #reports: WorkerReport[] = [];

  worked(report: WorkerReport): void {
    const last = this.#reports.at(-1);
    // Reports of very small batches are far more than needed.
    if (
      last !== undefined && this.#reports.length > 1 && report.monotonicMs - last.monotonicMs < SPAN_MS / 100
    ) {
      this.#reports.pop();
    }
    this.#reports.push(report);
    this.#dropBefore(report.monotonicMs - SPAN_MS);
  }

  /** The rates at a time of the same clock. */
  at(monotonicMs: number): WorkerView[] {
    const last = this.#reports.at(-1);
    if (last === undefined) return [];
    const sinceMs = monotonicMs - SPAN_MS;
    const first = this.#reports.findLast((report) => report.monotonicMs <= sinceMs) ??
      (this.#reports.length > 1 ? this.#reports[0] : undefined);
    const spanMs = Math.max(1, monotonicMs - (first?.monotonicMs ?? last.monotonicMs));
    return last.workers.map((counts) => {
      const before = first?.workers.find(({ worker }) => worker === counts.worker) ?? NOTHING;
      if (first === undefined) return { id: counts.worker, recordsPerSecond: 0, busyShare: 0 };
      return {
        id: counts.worker,
        recordsPerSecond: (counts.records - before.records) * 1_000 / spanMs,
        busyShare: Math.min(1, (counts.busyMs - before.busyMs) / spanMs),
      };
    });
  }

  #dropBefore(ms: number): void {
    const keep = this.#reports.findLastIndex(({ monotonicMs }) => monotonicMs <= ms);
    if (keep > 0) this.#reports.splice(0, keep);
  }
}

const NOTHING: WorkerCounts = { worker: -1, records: 0, busyMs: 0 };
