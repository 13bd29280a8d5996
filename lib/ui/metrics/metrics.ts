/**
 * Metrics for Prometheus, with names and units by its conventions. Threads report to the coordinator, so one registry
 * has the figures of all of them. The values of labels are names from the configuration, except for topics and
 * partitions, whose number is bounded.
 */
import { Counter, Registry } from "prom-client";
import type { ProcessUsage } from "../../base/host.ts";
import type { RunListener } from "../../monitoring/run_listener.ts";
import type { QueryView } from "../../monitoring/view/query_view.ts";
import type { RunView } from "../../monitoring/view/run_view.ts";
import { RunCounters } from "./run_counters.ts";
import { addGauge, addViewGauges } from "./view_gauges.ts";

/** What {@link Metrics} are of. */
export interface MetricsOptions {
  readonly view: RunView;
  readonly version: string;
  /** When the program started, in milliseconds since the epoch. */
  readonly startedAtMs: number;
  readonly processUsage: () => ProcessUsage;
}

const MS_PER_S = 1_000;
const MICROS_PER_S = 1_000_000;

/** See the module's description. */
export class Metrics {
  readonly #registry = new Registry();
  readonly #counters = new RunCounters(this.#registry);
  readonly #view: RunView;
  /** The queries when the metrics were last asked for. */
  #queries: readonly QueryView[] = [];

  constructor({ view, version, ...process }: MetricsOptions) {
    this.#view = view;
    addViewGauges(this.#registry, { queries: () => this.#queries, latest: (name) => view.latest(name) });
    addGauge(this.#registry, {
      name: "sfcrime_broker_silent",
      help: "1 while Kafka does not respond.",
    }, () => [[{}, this.#counters.isBrokerSilent ? 1 : 0]]);
    addGauge(this.#registry, {
      name: "sfcrime_build_info",
      help: "The version of the program.",
      labels: ["version"],
    }, () => [[{ version }, 1]]);
    this.#addProcess(process);
  }

  /** What counts the events of the run. */
  get listener(): RunListener {
    return this.#counters;
  }

  /** The type of {@link text}. */
  get contentType(): string {
    return this.#registry.contentType;
  }

  /** All metrics in Prometheus's text format. */
  text(): Promise<string> {
    this.#queries = this.#view.queries();
    return this.#registry.metrics();
  }

  /** The process, under the names that every program has for it. */
  #addProcess({ startedAtMs, processUsage }: Pick<MetricsOptions, "startedAtMs" | "processUsage">): void {
    const registers = [this.#registry];
    addGauge(this.#registry, {
      name: "process_start_time_seconds",
      help: "When the process started, in seconds since the epoch.",
    }, () => [[{}, startedAtMs / MS_PER_S]]);
    addGauge(this.#registry, {
      name: "process_resident_memory_bytes",
      help: "Resident memory of the process, with all its threads.",
    }, () => [[{}, processUsage().residentBytes]]);
    new Counter({
      name: "process_cpu_seconds_total",
      help: "CPU time of the process, with all its threads.",
      registers,
      collect() {
        this.reset();
        this.inc(processUsage().cpuMicros / MICROS_PER_S);
      },
    });
  }
}
