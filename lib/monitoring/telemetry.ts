/**
 * A run for OpenTelemetry: a trace for each batch, with a span for each of its phases, and metrics. They go to the
 * providers of the runtime, which exports them where that is switched on; elsewhere this is not loaded.
 */
import { type Attributes, context, metrics, type Span, SpanStatusCode, trace } from "@opentelemetry/api";
import type { Clock } from "../base/clock.ts";
import { type Phase, PHASES } from "./history/batch_point.ts";
import { BATCH_COUNTS, DURATION_BUCKETS_S } from "./progress/batch_counts.ts";
import { type BatchProgress, recordsBehind } from "./progress/batch_progress.ts";
import { failureIn } from "./query_status.ts";
import type { BatchStep, QueryStatus, RunListener } from "./run_listener.ts";

/** The name of the tracer and of the meter, and of what they have in front of their names. */
const NAME = "sfcrime";
const MS_PER_S = 1_000;

/** The last step of each phase; `latestOffset` begins with the trigger instead. */
const LAST_STEP = {
  latestOffset: undefined,
  walCommit: 1,
  addBatch: 3,
  commitOffsets: 4,
} as const satisfies Record<
  Phase,
  BatchStep["step"] | undefined
>;

/** When a batch was triggered, and when its steps were done, in milliseconds since the epoch. */
interface Times {
  readonly triggeredAtMs: number;
  readonly doneAtMs: Partial<Record<BatchStep["step"], number>>;
}

/** See the module's description. */
export class Telemetry implements RunListener {
  readonly #clock: Clock;
  readonly #tracer = trace.getTracer(NAME);
  readonly #counters;
  readonly #durations;
  readonly #lag;
  /** The current trigger of each query. */
  readonly #times = new Map<string, Times>();

  constructor(clock: Clock) {
    const meter = metrics.getMeter(NAME);
    this.#clock = clock;
    this.#counters = Object.entries(BATCH_COUNTS).map(([name, { help: description, of }]) =>
      [meter.createCounter(`${NAME}.${name}`, { description }), of] as const
    );
    this.#durations = meter.createHistogram(`${NAME}.batch_duration`, {
      description: "Time from the trigger of a batch to its commit.",
      unit: "s",
      advice: { explicitBucketBoundaries: DURATION_BUCKETS_S },
    });
    this.#lag = meter.createGauge(`${NAME}.lag_records`, {
      description: "Records that were available, and not yet read, when the last batch was triggered.",
    });
  }

  status({ query, status }: QueryStatus): void {
    const failure = failureIn(status);
    if (failure !== undefined) this.#failed(query, failure);
    if (!status.isTriggerActive) this.#times.delete(query);
    else if (!this.#times.has(query)) {
      this.#times.set(query, { triggeredAtMs: this.#clock.nowMs(), doneAtMs: {} });
    }
  }

  step({ query, step }: BatchStep): void {
    const times = this.#times.get(query);
    if (times !== undefined) times.doneAtMs[step] = this.#clock.nowMs();
  }

  progress(progress: BatchProgress): void {
    const { query, durationMs } = progress;
    const attributes = { [`${NAME}.query`]: query };
    const behind = recordsBehind(progress.sources);
    for (const [counter, of] of this.#counters) counter.add(of(progress), attributes);
    this.#durations.record(durationMs / MS_PER_S, attributes);
    this.#lag.record(behind, attributes);
    this.#trace(progress, { ...attributes, [`${NAME}.lag_records`]: behind });
  }

  #trace(progress: BatchProgress, attributes: Attributes): void {
    const { query, batchId, triggeredAtMs, durationMs, durations } = progress;
    const counts = Object.entries(BATCH_COUNTS).filter(([name]) => name !== "batches")
      .map(([name, { of }]) => [`${NAME}.${name}`, of(progress)]);
    const batch = this.#batch(query, triggeredAtMs, {
      ...attributes,
      [`${NAME}.batch_id`]: batchId,
      ...Object.fromEntries(counts),
    });
    const inside = trace.setSpan(context.active(), batch);
    const { doneAtMs = {} } = this.#times.get(query) ?? {};
    let endMs = triggeredAtMs;
    for (const phase of PHASES) {
      const step = LAST_STEP[phase];
      const doneMs = step === undefined ? undefined : doneAtMs[step];
      // A cluster tells no steps, only how long they took, one after the other.
      endMs = doneMs ?? endMs + durations[phase];
      if (step !== undefined && doneMs === undefined && durations[phase] === 0) continue;
      const startTime = new Date(endMs - durations[phase]);
      this.#tracer.startSpan(phase, { startTime }, inside).end(new Date(endMs));
    }
    batch.end(new Date(triggeredAtMs + durationMs));
  }

  /** The batch, or the look for one, that ended the query. */
  #failed(query: string, message: string): void {
    const nowMs = this.#clock.nowMs();
    const { triggeredAtMs = nowMs } = this.#times.get(query) ?? {};
    const batch = this.#batch(query, triggeredAtMs, { [`${NAME}.query`]: query });
    batch.setStatus({ code: SpanStatusCode.ERROR, message });
    batch.end(new Date(nowMs));
  }

  #batch(query: string, triggeredAtMs: number, attributes: Attributes): Span {
    return this.#tracer.startSpan(`batch ${query}`, {
      root: true,
      startTime: new Date(triggeredAtMs),
      attributes,
    });
  }
}
