/**
 * One query while it runs: its state, its watermark, its sink, and the number of its batch.
 *
 * A batch is committed in steps; the numbers are those of `docs/design.md` and of the fault tests:
 * 1. the offsets are logged,
 * 2. the batch runs,
 * 3. the rows are handed to the sink under the batch's number, and committed there,
 * 4. state, watermark and the mark that the batch is done are kept, in one transaction.
 */
import { CHUNK_ROWS_MAX } from "../base/bounds.ts";
import type { Row } from "../records/data_type.ts";
import { timeZoneOf, UTC } from "../base/time_zone.ts";
import { type RowEncoder, rowEncoder } from "../sinks/row_encoder.ts";
import type { RowChunk, Sink } from "../sinks/sink.ts";
import type { QueryPlan } from "../sql/plan.ts";
import { AggregateState, type BatchWatermarks, type StateMetrics } from "../stream/aggregate_state.ts";
import { compileFinish } from "../stream/finish.ts";
import { joinEventTimes, NO_EVENT_TIMES, WatermarkTracker } from "../stream/watermark.ts";
import type { QueryPartial } from "./messages.ts";

/** What a batch of a query came to, for its progress. */
export interface QueryBatchResult {
  readonly batchId: number;
  readonly outputRows: number;
  readonly watermarkMs: number | undefined;
  readonly state: StateMetrics | undefined;
}

/** See the module's description. */
export class QueryRun {
  readonly plan: QueryPlan;
  readonly sink: Sink;
  readonly #state: AggregateState | undefined;
  readonly #finish: ((groups: readonly Row[]) => Row[]) | undefined;
  readonly #encoder: RowEncoder;
  readonly #watermark: WatermarkTracker;
  #batchId = 0;
  #outputRows = 0;
  /** The watermark that the last batch ran with: rows of the next one are late by it. */
  #lateMs: number | undefined;
  /** Whether the watermark has moved since the last batch ran. */
  #watermarkMoved = false;

  constructor(plan: QueryPlan, sink: Sink) {
    this.plan = plan;
    this.sink = sink;
    const zone = timeZoneOf(plan.timeZone) ?? UTC;
    this.#encoder = rowEncoder({ format: sink.format, schema: plan.output, zone, query: plan.name });
    this.#watermark = new WatermarkTracker(plan.branches.map(({ watermark }) => watermark?.delayMs));
    this.#lateMs = this.#watermark.currentMs;
    if (plan.aggregate === undefined) return;
    this.#state = new AggregateState(plan.aggregate);
    this.#finish = compileFinish(plan.finish!, zone);
  }

  /** The number of the batch that comes next. */
  get batchId(): number {
    return this.#batchId;
  }

  /**
   * Whether a batch without records is due: the watermark has moved, and groups may leave by it. Complete mode
   * and stateless queries never need one.
   */
  get needsNoDataBatch(): boolean {
    return this.#watermarkMoved && this.#state !== undefined && this.plan.outputMode !== "complete";
  }

  /** Begins a batch at the sink. */
  begin(): void {
    this.#outputRows = 0;
    this.sink.begin(this.#batchId);
  }

  /** Takes rows of a stateless query while the batch runs. */
  async takeRows(chunk: RowChunk): Promise<void> {
    this.#outputRows += chunk.rowCount;
    await this.sink.write(chunk);
  }

  /** Steps 2 to 4, once all workers have given what they gathered. */
  async complete(partials: readonly QueryPartial[]): Promise<QueryBatchResult> {
    const evictionMs = this.#watermark.currentMs;
    const watermarks: BatchWatermarks = { lateMs: this.#lateMs, evictionMs };
    const state = await this.#mergeAndGive(partials, watermarks);
    await this.sink.commit();
    const batchId = this.#batchId++;
    this.#lateMs = evictionMs;
    this.#watermarkMoved = this.#advanceWatermark(partials);
    return { batchId, outputRows: this.#outputRows, watermarkMs: evictionMs, state };
  }

  async #mergeAndGive(
    partials: readonly QueryPartial[],
    watermarks: BatchWatermarks,
  ): Promise<StateMetrics | undefined> {
    if (this.#state === undefined) return undefined;
    const { outputMode } = this.plan;
    this.#state.begin(outputMode, watermarks);
    for (const { groups } of partials) if (groups !== undefined) this.#state.merge(groups);
    const { rows, metrics } = this.#state.finish(outputMode, watermarks);
    for (const row of this.#finish!(rows)) {
      this.#encoder.add(row, this.#batchId);
      if (this.#encoder.rowCount >= CHUNK_ROWS_MAX) await this.takeRows(this.#encoder.take());
    }
    if (this.#encoder.rowCount > 0) await this.takeRows(this.#encoder.take());
    return metrics;
  }

  #advanceWatermark(partials: readonly QueryPartial[]): boolean {
    const seen = this.plan.branches.map((_branch, index) =>
      partials.map(({ eventTimes }) => eventTimes[index] ?? NO_EVENT_TIMES).reduce(
        joinEventTimes,
        NO_EVENT_TIMES,
      )
    );
    return this.#watermark.advance(seen);
  }
}
