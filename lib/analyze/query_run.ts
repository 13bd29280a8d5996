/**
 * One query while it runs: its state, its watermark, its sink, its checkpoint, and the number of its batch.
 *
 * A batch is committed in steps, whose numbers are those of the design, `docs/semantics.md` and the fault tests:
 * 1. the offsets, and the watermarks that the batch runs with, are logged in the checkpoint,
 * 2. the batch runs,
 * 3. the rows are handed to the sink under the batch's number, and committed there,
 * 4. state, watermark and the mark that the batch is done are kept, in one transaction.
 */
import { closingAll } from "../base/closing.ts";
import { logger } from "../base/log.ts";
import { timeZoneOf, UTC } from "../base/time_zone.ts";
import type { Checkpoint } from "../checkpoint/checkpoint.ts";
import type {
  CheckpointEpochs,
  CheckpointOffsets,
  LoggedBatch,
  Standing,
} from "../checkpoint/checkpoint_file.ts";
import { offsetsText } from "../checkpoint/offsets_text.ts";
import { namingSink } from "../sinks/naming_sink.ts";
import type { RowChunk, RowFormat, Sink } from "../sinks/sink.ts";
import type { QueryPlan } from "../sql/plan.ts";
import type { BatchWatermarks } from "../stream/state_operator.ts";
import { type EventTimeSummary, joinEventTimes, NO_EVENT_TIMES } from "../stream/watermark.ts";
import {
  type KeptOperator,
  keptOperator,
  loggedState,
  requireRoom,
  restoreOperator,
  sizeOf,
} from "./kept_operators.ts";
import type { QueryPartial } from "./messages.ts";
import { openSink } from "./open_sink.ts";
import type { OperatorProgress } from "./progress.ts";
import { QueryOutput } from "./query_output.ts";
import type { BatchOffsets, BatchStep, QueryBatchResult } from "./query_batch.ts";
import type { QueryRunOptions } from "./query_run_options.ts";
import { QueryState } from "./query_state.ts";
import { QueryWatermarks } from "./query_watermarks.ts";

const log = logger("analyze");

/** A sink that was looked at. */
interface OpenedSink {
  readonly queryId: string;
  readonly sink: Sink;
  readonly sinkHolds: number;
}

/** See the module's description. */
export class QueryRun {
  readonly plan: QueryPlan;
  readonly sink: Sink;
  /** Stays the same from run to run of a query with a checkpoint. */
  readonly queryId: string;
  /** The last batch that the sink held when it was opened; −1 where there was none. */
  readonly sinkHolds: number;
  readonly #options: QueryRunOptions;
  readonly #state: QueryState;
  readonly #operators: readonly KeptOperator[];
  readonly #output: QueryOutput;
  readonly #watermarks: QueryWatermarks;
  readonly #pending: LoggedBatch | undefined;
  #topicIds: Readonly<Record<string, string>>;
  /** How far the committed batches have read. */
  #offsets: CheckpointOffsets | undefined;
  /** The epochs of the last records before these offsets. */
  #epochs: CheckpointEpochs;
  /** The same of the batch under way. */
  #reading: { readonly to: CheckpointOffsets; readonly epochs: CheckpointEpochs } | undefined;
  #batchId = 0;
  #walCommitMs = 0;
  /** Those that the batch under way runs with, as they were logged. */
  #runsWith: BatchWatermarks = { lateMs: undefined, evictionMs: undefined };

  private constructor(options: QueryRunOptions, { queryId, sink, sinkHolds }: OpenedSink) {
    const { plan, checkpoint } = options;
    this.#options = options;
    this.plan = plan;
    this.queryId = queryId;
    this.sink = sink;
    this.sinkHolds = sinkHolds;
    const zone = timeZoneOf(plan.timeZone) ?? UTC;
    this.#output = new QueryOutput({ plan, sink, holds: sinkHolds, zone });
    this.#watermarks = new QueryWatermarks(
      plan.branches.map(({ watermark }) => watermark?.delayMs),
      {
        ...options.watermarks,
        streams: plan.branches.map(({ stream }) => stream),
        nowMs: options.clock.monotonicMs(),
      },
    );
    this.#state = new QueryState(plan, zone, options.tableColumns);
    this.#operators = this.#state.operators.map(keptOperator);
    const standing = checkpoint?.standing();
    this.#topicIds = checkpoint?.topicIds() ?? {};
    this.#epochs = standing?.epochs ?? {};
    this.#offsets = standing?.offsets;
    this.#pending = standing?.pending;
    if (checkpoint !== undefined && standing !== undefined) this.#restore(checkpoint, standing);
  }

  /**
   * Makes a query ready to run, where it was stopped if it has a checkpoint.
   *
   * @throws {SfcrimeError} When its sink or checkpoint cannot be read, or the two do not go together.
   */
  static async open(options: QueryRunOptions): Promise<QueryRun> {
    const { plan, checkpoint, resumesAfterSink = false, clock } = options;
    const sink = namingSink(options.sink, plan.name);
    const queryId = checkpoint?.queryId ?? crypto.randomUUID();
    const sinkHolds = await openSink(sink, {
      query: plan.name,
      queryId,
      checkpoint,
      isStateless: new QueryState(plan, UTC).operators.length === 0,
      resumesAfterSink,
      nowMs: clock.nowMs(),
    });
    try {
      return new QueryRun(options, { queryId, sink, sinkHolds });
    } catch (error) {
      await sink.close?.().catch(() => {});
      throw error;
    }
  }

  /** Gets the sink ready for the first batch; to be called once it is sure that the query runs. */
  async prepare(): Promise<void> {
    await this.sink.prepare?.();
  }

  /** The number of the batch that comes next. */
  get batchId(): number {
    return this.#batchId;
  }

  /** How far the query has read; undefined where it is new. */
  get offsets(): CheckpointOffsets | undefined {
    return this.#offsets;
  }

  /** The ids of the topics when its last batch was logged. */
  get topicIds(): Readonly<Record<string, string>> {
    return this.#topicIds;
  }

  /** The epochs of the last records that it has read, where the broker has epochs. */
  get epochs(): CheckpointEpochs {
    return this.#epochs;
  }

  /** A batch that was begun and not committed before the query was stopped. */
  get pending(): LoggedBatch | undefined {
    return this.#pending;
  }

  /**
   * Whether a batch without records is due: the watermark has moved, and something may leave the state by it. It
   * also moves when a stream has been silent for long enough.
   */
  get needsNoDataBatch(): boolean {
    return this.#watermarks.hasMoved(this.#options.clock.monotonicMs()) && this.#state.followsWatermark;
  }

  /** @throws {SfcrimeError} CHECKPOINT when its checkpoint was removed or replaced. */
  requireCheckpoint(): void {
    this.#options.checkpoint?.requireInPlace();
  }

  /** The watermark by which rows of the next batch are late; undefined where nothing is late. */
  get lateMs(): number | undefined {
    const { outputMode, aggregate } = this.plan;
    // Sessions leave late rows out in every mode.
    return outputMode === "complete" && aggregate?.sessionKey === undefined
      ? undefined
      : this.#watermarks.next.lateMs;
  }

  /** Rows of the batch under way with a later event time are left out; undefined where all count. */
  get eventTimeMaxMs(): number | undefined {
    return this.#runsWith.eventTimeMaxMs;
  }

  /** Lets the watermark pass all open groups, so that a batch without records emits them. */
  closeGroups(): void {
    const { finalMs } = this.#state;
    if (finalMs !== undefined) this.#watermarks.raise(finalMs);
  }

  /** Step 1, and begins the batch at the sink. */
  async begin({ from, to, topicIds, epochs = {} }: BatchOffsets): Promise<void> {
    const { checkpoint, clock } = this.#options;
    this.#reading = { to, epochs };
    this.#topicIds = topicIds;
    const startMs = performance.now();
    const loggedAtMs = clock.nowMs();
    const watermarks = { ...this.#watermarks.next, eventTimeMaxMs: this.#eventTimeMaxMs(loggedAtMs) };
    this.#runsWith = watermarks;
    // What the sink holds already stays the batch that it is, also where some of its records are lost meanwhile.
    const read = this.#output.holds(this.#batchId) ? this.#pending ?? { from, to } : { from, to };
    checkpoint?.logOffsets({
      batchId: this.#batchId,
      from: read.from,
      to: read.to,
      loggedAtMs,
      topicIds,
      watermarks,
      epochs,
    });
    this.#walCommitMs = Math.round(performance.now() - startMs);
    this.#done(1);
    if (this.#isRepeated && this.sink.exactlyOnce !== true) {
      log.warn(
        `Batch ${this.#batchId} of ${this.plan.name} is repeated: ` +
          `${this.sink.description} may have got its rows before.`,
      );
    }
    this.#state.begin(watermarks);
    await this.#output.begin({ batchId: this.#batchId, offsets: offsetsText({ from, to }) });
  }

  /**
   * Takes what a worker has gathered while the batch still runs, and gives back what has to wait for its end.
   *
   * @throws {SfcrimeError} QUERY_FAILED when the state takes more than it may.
   */
  gather({ groups, ...rest }: QueryPartial, stateBytesMax: number): QueryPartial {
    if (groups === undefined) return rest;
    this.#state.merge(groups);
    const { groupCount: keys, groupBytes: bytes } = this.#state;
    requireRoom(this.plan.name, { keys, bytes }, stateBytesMax);
    return rest;
  }

  /** How workers are to give rows of a stateless query: with LIMIT it is decided here which of them are written. */
  get rowFormat(): RowFormat {
    const { rowsMax } = this.plan;
    return rowsMax === undefined ? this.sink.format : { kind: "values", rowsMax };
  }

  /** Takes rows of a stateless query while the batch runs. */
  async takeRows(chunk: RowChunk): Promise<void> {
    if (this.plan.rowsMax === undefined) return await this.#output.write(chunk);
    for (const row of chunk.rows ?? []) if (this.#state.takeRow()) this.#output.add(row);
    await this.#output.writeAdded();
  }

  /**
   * Steps 2 to 4, once all workers have given what they gathered.
   *
   * @param stateBytesMax What the state may take in memory.
   * @throws {SfcrimeError} QUERY_FAILED when it takes more. The batch is not committed then.
   */
  async complete(partials: readonly QueryPartial[], stateBytesMax = Infinity): Promise<QueryBatchResult> {
    const state = await this.#runState(partials, this.#runsWith);
    requireRoom(this.plan.name, sizeOf(state), stateBytesMax);
    this.#done(2);
    await this.#output.commit();
    this.#done(3);
    const seen = this.#eventTimes(partials);
    const monotonicMs = this.#options.clock.monotonicMs();
    this.#watermarks.advance(seen, { ranWith: this.#runsWith, monotonicMs });
    const startMs = performance.now();
    this.#commit();
    const commitMs = Math.round(performance.now() - startMs);
    this.#offsets = this.#reading?.to;
    this.#epochs = this.#reading?.epochs ?? {};
    this.#done(4);
    const batchId = this.#batchId++;
    return {
      batchId,
      outputRows: this.#output.rows,
      watermarkMs: this.#runsWith.evictionMs,
      eventTimes: seen.find(({ count }) => count > 0) ?? NO_EVENT_TIMES,
      rowsAhead: seen.reduce((sum, { rowsAhead }) => sum + rowsAhead, 0),
      state,
      walCommitMs: this.#walCommitMs,
      commitMs,
    };
  }

  /** Closes the sink and the checkpoint, the one also where the other fails. */
  async close(): Promise<void> {
    await closingAll(async () => await this.sink.close?.(), () => [() => this.#options.checkpoint?.close()]);
  }

  /** A batch that runs again leaves out what it left out before, whatever the clock says now. */
  #eventTimeMaxMs(nowMs: number): number | undefined {
    if (this.#isRepeated && this.#pending?.watermarks !== undefined) {
      return this.#pending.watermarks.eventTimeMaxMs;
    }
    const { eventTimeAheadMsMax: aheadMs } = this.#options;
    return aheadMs === undefined ? undefined : nowMs + aheadMs;
  }

  get #isRepeated(): boolean {
    return this.pending?.batchId === this.#batchId;
  }

  #done(step: BatchStep): void {
    this.#options.onStep?.(this.plan.name, this.#batchId, step);
  }

  async #runState(
    partials: readonly QueryPartial[],
    watermarks: BatchWatermarks,
  ): Promise<readonly OperatorProgress[]> {
    const { rows, evicted, metrics } = this.#state.run(partials, watermarks);
    await this.#output.writeAll(Iterator.from(rows).filter(() => this.#state.takeRow()));
    await this.#output.removeGroups(evicted);
    return [...this.#state.limitMetrics(), ...metrics];
  }

  /** By branch. */
  #eventTimes(partials: readonly QueryPartial[]): EventTimeSummary[] {
    return this.plan.branches.map((_branch, index) =>
      partials.map(({ eventTimes }) => eventTimes[index] ?? NO_EVENT_TIMES)
        .reduce(joinEventTimes, NO_EVENT_TIMES)
    );
  }

  #commit(): void {
    this.#options.checkpoint?.commit({
      batchId: this.#batchId,
      watermark: this.#watermarks.kept,
      state: this.#operators.map(loggedState),
      outputRows: this.#output.rows,
      committedAtMs: this.#options.clock.nowMs(),
    });
  }

  #restore(checkpoint: Checkpoint, standing: Standing): void {
    this.#batchId = standing.nextBatchId;
    this.#watermarks.restore(standing);
    this.#operators.forEach((kept, index) =>
      restoreOperator(kept, checkpoint.state(index), (key, cause) => checkpoint.damagedState(key, cause))
    );
  }
}
