/**
 * What adds up in a run, counted from its events: the counters begin at 0 when the program starts, and never go back.
 */
import { Counter, Histogram, type Registry } from "prom-client";
import type { OutageNews } from "../../broker/outages/outage_watch.ts";
import { PHASES } from "../../monitoring/history/batch_point.ts";
import { BATCH_COUNTS, DURATION_BUCKETS_S } from "../../monitoring/progress/batch_counts.ts";
import type { BatchProgress } from "../../monitoring/progress/batch_progress.ts";
import type { RunListener, StartedRun, WorkerCounts, WorkerReport } from "../../monitoring/run_listener.ts";

const MS_PER_S = 1_000;

/** See the module's description. */
export class RunCounters implements RunListener {
  readonly #ofBatch: readonly (readonly [Counter<"query">, (progress: BatchProgress) => number])[];
  readonly #phases: Counter<"query" | "phase">;
  readonly #durations: Histogram<"query">;
  readonly #outages: Counter;
  #workers: readonly WorkerCounts[] = [];
  #isSilent = false;

  constructor(registry: Registry) {
    const registers = [registry];
    const labelNames = ["query"] as const;
    this.#ofBatch = Object.entries(BATCH_COUNTS).map(([name, { help, of }]) =>
      [new Counter({ name: `sfcrime_${name}_total`, help, labelNames, registers }), of] as const
    );
    this.#phases = new Counter({
      name: "sfcrime_batch_phase_seconds_total",
      help: "Time in the phases of batches, by Spark's names.",
      labelNames: ["query", "phase"],
      registers,
    });
    this.#durations = new Histogram({
      name: "sfcrime_batch_duration_seconds",
      help: "Time from the trigger of a batch to its commit.",
      labelNames,
      buckets: DURATION_BUCKETS_S,
      registers,
    });
    this.#addWorkers(registers);
    this.#outages = new Counter({
      name: "sfcrime_broker_outages_total",
      help: "How often Kafka stopped responding.",
      registers,
    });
  }

  /** The workers count themselves, since the start of the run. */
  #addWorkers(registers: Registry[]): void {
    const counters = {
      records_total: { help: "Records that a worker has read.", of: ({ records }: WorkerCounts) => records },
      busy_seconds_total: {
        help: "How long a worker has computed, without waiting.",
        of: ({ busyMs }: WorkerCounts) => busyMs / MS_PER_S,
      },
    };
    const reports = () => this.#workers;
    for (const [name, { help, of }] of Object.entries(counters)) {
      new Counter({
        name: `sfcrime_worker_${name}`,
        help,
        labelNames: ["worker"],
        registers,
        collect() {
          this.reset();
          for (const counts of reports()) this.inc({ worker: counts.worker }, of(counts));
        },
      });
    }
  }

  worked({ workers }: WorkerReport): void {
    this.#workers = workers;
  }

  /** Whether Kafka does not respond now. */
  get isBrokerSilent(): boolean {
    return this.#isSilent;
  }

  /** A counter that first appears with its first batch would hide that batch from `rate`. */
  started({ queries }: StartedRun): void {
    for (const { query } of queries) {
      for (const [counter] of this.#ofBatch) counter.inc({ query }, 0);
      for (const phase of PHASES) this.#phases.inc({ query, phase }, 0);
      this.#durations.zero({ query });
    }
  }

  progress(progress: BatchProgress): void {
    const { query, durationMs, durations } = progress;
    for (const [counter, of] of this.#ofBatch) counter.inc({ query }, of(progress));
    for (const phase of PHASES) this.#phases.inc({ query, phase }, durations[phase] / MS_PER_S);
    this.#durations.observe({ query }, durationMs / MS_PER_S);
  }

  outage({ kind }: OutageNews): void {
    if (kind === "silent" && !this.#isSilent) this.#outages.inc();
    this.#isSilent = kind === "silent";
  }
}
