/**
 * A running query: its state, watermark, sink, checkpoint, and batch number.
 *
 * A batch is committed in steps, with the same numbers as in `docs/semantics.md` and the fault tests:
 * 1. the offsets, and the watermarks that the batch runs with, are logged in the checkpoint,
 * 2. the batch runs,
 * 3. the rows are written to the sink under the batch number, and committed there,
 * 4. the state, the watermark and the commit mark are stored, in one transaction.
 */
import { closingAll } from "../../base/closing.ts";
import { logger } from "../../base/log.ts";
import { timeZoneOf, UTC } from "../../base/time_zone.ts";
import type { BatchToLog, LoggedBatch } from "../../checkpoint/checkpoint_file.ts";
import { offsetsText } from "../../checkpoint/offsets_text.ts";
import { namingSink } from "../../sinks/naming_sink.ts";
import type { RowChunk, RowFormat, Sink } from "../../sinks/sink.ts";
import type { PlannedQuery } from "../../plan/analysis_plan.ts";
import type { Row } from "../../records/data_type.ts";
import type { QueryPlan } from "../../sql/plan.ts";
import { drawsSeeds } from "../../sql/expressions/calls/random_seeds.ts";
import { usesBatchTime } from "../../sql/functions/time/batch_time.ts";
import { aggregatesOf, streamJoinsOf } from "../../sql/planning/plan_sources.ts";
import { mayBeLate } from "../../stream/operators/aggregate.ts";
import { crossesTagged } from "../../stream/operators/exchange.ts";
import { type BatchWatermarks, NO_EVENT_TIMES } from "../../stream/time/watermark.ts";
import type { QueryPartial } from "../workers/messages.ts";
import { batchTerms } from "./batch_terms.ts";
import { type OpenedSink, openSink } from "./open_sink.ts";
import type { RepeatedBatch } from "./restart.ts";
import type { KeptHistory } from "../../monitoring/history/kept_history.ts";
import type { BatchProgress } from "../../monitoring/progress/batch_progress.ts";
import type { BatchStep } from "../../monitoring/run_listener.ts";
import type { CurrentRows } from "../../monitoring/view/current_rows.ts";
import { QueryRows } from "../rows/query_rows.ts";
import { QueryOutput } from "./query_output.ts";
import { QueryPositions } from "./query_positions.ts";
import type { QueryRunOptions } from "./query_run_options.ts";
import { QueryState } from "./query_state.ts";
import { QueryWatermarks } from "./query_watermarks.ts";

const log = logger("analyze");

/** What the progress of a batch takes from its query, with the durations of steps 1 and 4 (0 until it is known). */
export type QueryBatchResult =
  & Pick<
    BatchProgress,
    "batchId" | "startsRun" | "outputRows" | "watermarkMs" | "eventTimes" | "rowsAhead" | "state"
  >
  & { readonly walCommitMs: number; readonly commitMs: number };

/** A query whose sink was opened. */
interface OpenedQuery extends OpenedSink {
  readonly queryId: string;
  readonly sink: Sink;
}

/** See the module's description. */
export class QueryRun {
  readonly planned: PlannedQuery;
  readonly plan: QueryPlan;
  readonly sink: Sink;
  /** The same in every run of a query with a checkpoint. */
  readonly queryId: string;
  /** The last batch in the sink when it was opened, or −1. */
  readonly sinkHolds: number;
  readonly positions: QueryPositions;
  readonly #rows: QueryRows | undefined;
  readonly #options: QueryRunOptions;
  readonly #state: QueryState;
  readonly #output: QueryOutput;
  readonly #watermarks: QueryWatermarks;
  readonly #repeats: RepeatedBatch | undefined;
  readonly #usesTime: boolean;
  /** What its random values are drawn from; undefined if it draws none. The same in every run, as its id is. */
  readonly seed: string | undefined;
  #batchId = 0;
  /** Whether no batch of this run is committed yet. */
  #startsRun = true;
  #closed: Promise<void> | undefined;
  #hasFailed = false;
  #walCommitMs = 0;
  #tables: ReadonlyMap<string, readonly Row[]> | undefined;
  /** The watermarks of the current batch, as logged. */
  #runsWith: BatchWatermarks = { lateMs: undefined, evictionMs: undefined };

  private constructor(options: QueryRunOptions, { queryId, sink, sinkHolds, repeats }: OpenedQuery) {
    const { planned, checkpoint } = options;
    const { plan, watermarks } = planned;
    this.#options = options;
    this.planned = planned;
    this.plan = plan;
    this.queryId = queryId;
    this.sink = sink;
    this.sinkHolds = sinkHolds;
    this.#tables = options.tables;
    const zone = timeZoneOf(plan.timeZone) ?? UTC;
    this.#watermarks = new QueryWatermarks(
      plan.branches.map(({ watermark }) => watermark?.delayMs),
      {
        ...watermarks,
        streams: plan.branches.map(({ stream }) => stream),
        nowMs: options.host.monotonicMs(),
      },
    );
    this.#state = new QueryState(plan, {
      zone,
      tables: options.tables,
      tableColumns: options.tableColumns,
      monotonicMs: () => options.host.monotonicMs(),
    });
    this.#usesTime = usesBatchTime(plan);
    this.seed = drawsSeeds(plan) ? queryId : undefined;
    // Until there is a batch, rows of the state are shown as of now.
    if (this.#usesTime) this.#state.operators.useTime(options.host.nowMs());
    const standing = checkpoint?.standing();
    this.#rows = options.keepsRows !== true ? undefined : new QueryRows({
      plan,
      format: this.rowFormat,
      state: () => this.#state.current(),
      clock: options.host,
      batchId: (standing?.nextBatchId ?? 0) - 1,
    });
    this.#output = new QueryOutput({ plan, sink, zone, recent: this.#rows?.recent });
    this.positions = new QueryPositions(checkpoint?.topicIds(), standing);
    this.#repeats = repeats;
    if (checkpoint === undefined || standing === undefined) return;
    this.#batchId = standing.nextBatchId;
    this.#watermarks.restore(standing);
    this.#state.restore(checkpoint);
  }

  /**
   * Opens a query, which resumes if it has a checkpoint.
   *
   * @throws {SfcrimeError} If its sink or checkpoint cannot be read, or the two do not match.
   */
  static async open(options: QueryRunOptions): Promise<QueryRun> {
    const { planned: { plan }, checkpoint, resumesAfterSink = false, host } = options;
    const sink = namingSink(options.sink, plan.name);
    const queryId = checkpoint?.queryId ?? host.newId();
    const opened = await openSink(sink, { plan, queryId, checkpoint, resumesAfterSink }, host.nowMs());
    try {
      return new QueryRun(options, { queryId, sink, ...opened });
    } catch (error) {
      await sink.close?.().catch(() => {});
      throw error;
    }
  }

  /** The history in its checkpoint, if it has one. */
  get history(): KeptHistory | undefined {
    return this.#options.history;
  }

  /** The number of the next batch. */
  get batchId(): number {
    return this.#batchId;
  }

  /** Reads its current rows; undefined unless they are kept. */
  get currentRows(): CurrentRows | undefined {
    return this.#rows?.reads;
  }

  /** Whether workers have to hand over rows that its sink does not need. */
  get keepsLast(): boolean {
    return this.#rows?.keepsLast === true;
  }

  /** A batch that was begun but not committed before the query was stopped. */
  get pending(): LoggedBatch | undefined {
    return this.#repeats?.batch;
  }

  /**
   * Whether a batch without records is needed: the watermark has moved in this run, and may evict state. It also
   * moves when a stream becomes idle.
   */
  get needsNoDataBatch(): boolean {
    return this.#watermarks.hasMoved(this.#options.host.monotonicMs()) &&
      this.#state.operators.followsWatermark;
  }

  /** The rows of static tables, by name, for the batches from now on; they have changed if the map is another one. */
  useTables(tables: ReadonlyMap<string, readonly Row[]>): void {
    if (tables === this.#tables) return;
    this.#tables = tables;
    this.#state.operators.replaceTables(tables);
  }

  /** @throws {SfcrimeError} CHECKPOINT if its checkpoint was removed or replaced. */
  requireCheckpoint(): void {
    this.#options.checkpoint?.requireInPlace();
  }

  /** The watermark for late rows of the next batch; undefined if no rows are late. */
  get lateMs(): number | undefined {
    const { outputMode } = this.plan;
    const aggregates = aggregatesOf(this.plan);
    const mayBe = aggregates.length === 0 || streamJoinsOf(this.plan).length > 0 ||
      aggregates.some((aggregate) => mayBeLate(aggregate, outputMode));
    return mayBe ? this.#watermarks.next.lateMs : undefined;
  }

  /** Rows of the current batch with a later event time are dropped; undefined if none are. */
  get eventTimeMaxMs(): number | undefined {
    return this.#runsWith.eventTimeMaxMs;
  }

  /** The time of the current batch; undefined if the query does not ask for it. */
  get timeMs(): number | undefined {
    return this.#runsWith.timeMs;
  }

  /** Advances the watermark past all open groups, so that a batch without records emits them. */
  closeGroups(): void {
    const { finalMs } = this.#state.operators;
    if (finalMs !== undefined) this.#watermarks.raise(finalMs);
  }

  /** Whether there are groups that the watermark has not passed. */
  get hasOpenGroups(): boolean {
    const { finalMs } = this.#state.operators;
    const { evictionMs = -Infinity } = this.#watermarks.next;
    return finalMs !== undefined && finalMs > evictionMs;
  }

  /** Step 1; also begins the batch at the sink. */
  async begin(
    { from, to, topicIds, epochs = {} }: Omit<BatchToLog, "batchId" | "loggedAtMs" | "watermarks">,
  ): Promise<void> {
    const { checkpoint, host } = this.#options;
    const startMs = host.monotonicMs();
    const loggedAtMs = host.nowMs();
    const watermarks = batchTerms(this.#watermarks.next, {
      nowMs: loggedAtMs,
      aheadMs: this.planned.eventTimeAheadMsMax,
      usesTime: this.#usesTime,
      logged: this.#repeated?.batch.watermarks,
    });
    this.#runsWith = watermarks;
    // A batch that the sink already has keeps its offsets, and the topics that they belong to, even if some of its
    // records have been lost since.
    const kept = this.#writes ? undefined : this.pending;
    checkpoint?.logOffsets({
      batchId: this.#batchId,
      from: kept?.from ?? from,
      to: kept?.to ?? to,
      loggedAtMs,
      topicIds: kept === undefined ? topicIds : this.positions.topicIds,
      watermarks,
      epochs,
    });
    this.positions.begin({ to, topicIds, epochs });
    this.#walCommitMs = Math.round(host.monotonicMs() - startMs);
    await this.#done(1);
    if (this.#repeated !== undefined && this.sink.exactlyOnce !== true) {
      log.warn(
        `Repeating batch ${this.#batchId} of ${this.plan.name}: ` +
          `its rows may already have been written to ${this.sink.description}.`,
      );
    }
    this.#rows?.reads.begin();
    this.#watermarks.begin();
    if (this.seed !== undefined) this.#state.operators.useDraws(`${this.seed} batch ${this.#batchId}`);
    this.#state.operators.begin(watermarks);
    await this.#output.begin({ batchId: this.#batchId, offsets: offsetsText({ from, to }) }, this.#writes);
  }

  /**
   * Adds partial results of a worker while the batch is running.
   *
   * @throws {SfcrimeError} QUERY_FAILED if the state exceeds its limit.
   */
  add({ inputs, eventTimes }: QueryPartial): void {
    this.#watermarks.observe(eventTimes);
    for (const input of inputs) this.#state.add(input);
    this.#state.requireWithin(this.planned.stateBytesMax);
  }

  /** The format of rows from workers: if operators take them, these decide which of them are written. */
  get rowFormat(): RowFormat {
    if (!this.#state.operators.takesRows) return this.sink.format;
    const { plan } = this;
    const to = plan.branches.map((branch) => branch.to && plan.operators[branch.to.operator]!);
    const maxima = to.map((operator) =>
      operator?.kind === "limit" && !crossesTagged(plan) ? operator.rowsMax : Infinity
    );
    return { kind: "values", rowsMax: Math.max(...maxima) };
  }

  /** Writes rows from workers while the batch is running. */
  async writeRows(chunk: RowChunk): Promise<void> {
    if (!this.#state.operators.takesRows) return await this.#output.writeEncoded(chunk);
    await this.#output.writeAll(this.#state.process(chunk.rows ?? []));
  }

  /**
   * Steps 2 to 4, once all workers have sent their partial results.
   *
   * @param progressOf The progress of the batch as of now.
   * @throws {SfcrimeError} QUERY_FAILED if the state exceeds its limit. The batch is then not committed.
   */
  async complete(progressOf: (result: QueryBatchResult) => BatchProgress): Promise<BatchProgress> {
    const { operators } = this.#state;
    await this.#output.writeAll(this.#state.complete());
    await this.#output.removeGroups(operators.evicted);
    const state = operators.metrics();
    this.#state.requireWithin(this.planned.stateBytesMax);
    await this.#done(2);
    await this.#output.commit();
    await this.#done(3);
    const { observed } = this.#watermarks;
    const { checkpoint, history, host } = this.#options;
    this.#watermarks.advance(this.#runsWith, host.monotonicMs());
    const result = {
      batchId: this.#batchId,
      startsRun: this.#startsRun,
      outputRows: this.#output.rows,
      watermarkMs: this.#runsWith.evictionMs,
      eventTimes: observed.find(({ count }) => count > 0) ?? NO_EVENT_TIMES,
      rowsAhead: observed.reduce((sum, { rowsAhead }) => sum + rowsAhead, 0),
      state,
      walCommitMs: this.#walCommitMs,
    };
    const startMs = host.monotonicMs();
    checkpoint?.commit({
      batchId: this.#batchId,
      watermark: this.#watermarks.kept,
      state: this.#state.logged(),
      outputRows: this.#output.rows,
      committedAtMs: host.nowMs(),
      addToHistory: () => history?.add(progressOf({ ...result, commitMs: 0 })),
    });
    const commitMs = Math.round(host.monotonicMs() - startMs);
    this.positions.commit();
    await this.#done(4);
    this.#batchId++;
    this.#startsRun = false;
    this.#rows?.reads.end(result.batchId);
    const progress = progressOf({ ...result, commitMs });
    history?.measured(progress);
    return progress;
  }

  /** Whether an error has ended it. */
  get hasFailed(): boolean {
    return this.#hasFailed;
  }

  /** An error ends it, which its checkpoint keeps; nothing more if it has ended before. */
  failed(error: unknown): void {
    if (this.#hasFailed || this.#closed !== undefined) return;
    this.#hasFailed = true;
    this.#options.history?.failed(error, this.#options.host.nowMs());
  }

  /** Closes the sink and the checkpoint, even if one of them fails; once, however often it is called. */
  close(): Promise<void> {
    this.#rows?.reads.close();
    return this.#closed ??= this.#close();
  }

  async #close(): Promise<void> {
    const { checkpoint, history } = this.#options;
    await closingAll(async () => await this.sink.close?.(), () => [
      () => history?.close(),
      () => checkpoint?.close(),
    ]);
  }

  /** The current batch, if it runs again. */
  get #repeated(): RepeatedBatch | undefined {
    return this.pending?.batchId === this.#batchId ? this.#repeats : undefined;
  }

  get #writes(): boolean {
    return this.#repeated?.writes ?? true;
  }

  async #done(step: BatchStep["step"]): Promise<void> {
    await this.#options.listener?.step?.({ query: this.plan.name, batchId: this.#batchId, step });
  }
}
