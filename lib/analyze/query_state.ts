/**
 * All that a query keeps from batch to batch, and how what the workers have gathered goes through it:
 *
 * ```
 * held rows ─▶ deduplication, by branch ─▶ groups ─┐
 * partial groups ──────────────────────────────────┴─▶ group state ─▶ having · output · sort · limit ─▶ rows
 * ```
 */
import type { TimeZone } from "../base/time_zone.ts";
import { MICROS_PER_MILLI } from "../records/timestamp.ts";
import type { Row, Value } from "../records/data_type.ts";
import type { QueryPlan } from "../sql/plan.ts";
import type { TableColumns } from "../sql/slot_names.ts";
import { DeduplicationState } from "../stream/deduplication_state.ts";
import { compileFinish } from "../stream/finish.ts";
import { groupStateOf } from "../stream/group_state.ts";
import { LimitState } from "../stream/limit_state.ts";
import type { HeldRows } from "../stream/held_rows.ts";
import { PartialAggregate, type PartialGroups } from "../stream/partial_aggregate.ts";
import type { BatchWatermarks, GroupState, StateMetrics, StateOperator } from "../stream/state_operator.ts";
import type { QueryPartial } from "./messages.ts";
import type { OperatorProgress } from "./progress.ts";
import { failedQuery, groupFailures } from "./query_failure.ts";

/** What a batch came to. */
export interface StateResult {
  /** To be taken once, before the next batch begins. */
  readonly rows: Iterable<Row>;
  /** The keys of the groups that have left the state. */
  readonly evicted: readonly (readonly Value[])[];
  /** By operator, the last to see a row first. */
  readonly metrics: readonly OperatorProgress[];
}

/** See the module's description. */
export class QueryState {
  readonly #plan: QueryPlan;
  /** By branch; undefined for one that lets every row through. */
  readonly #deduplications: readonly (DeduplicationState | undefined)[];
  readonly #groups: GroupState | undefined;
  readonly #limit: LimitState | undefined;
  readonly #finish: ((groups: Iterable<Row>) => Iterable<Row>) | undefined;
  /** Groups of the rows that were held. */
  readonly #gathered: PartialAggregate | undefined;
  /** How long the groups of the batch took to merge, so far. */
  #mergeMs = 0;

  constructor(plan: QueryPlan, zone: TimeZone, tableColumns: TableColumns = {}) {
    this.#plan = plan;
    this.#deduplications = plan.branches.map(({ deduplication, watermark }) =>
      deduplication === undefined
        ? undefined
        : new DeduplicationState(deduplication.keyTypes, watermark!.delayMs)
    );
    this.#limit = plan.rowsMax === undefined ? undefined : new LimitState(plan.rowsMax);
    if (plan.aggregate === undefined) return;
    this.#groups = groupStateOf(plan.aggregate);
    this.#gathered = new PartialAggregate(plan.aggregate);
    this.#finish = compileFinish(plan.finish!, zone, groupFailures(plan, { zone, tableColumns }));
  }

  /** The stateful operators, in a fixed order; empty for a stateless query. */
  get operators(): readonly StateOperator[] {
    return [...this.#deduplications, this.#groups, this.#limit].filter((operator) => operator !== undefined);
  }

  /**
   * Whether a batch without records changes something once the watermark has moved. Groups of complete mode
   * never leave, as in Spark.
   */
  get followsWatermark(): boolean {
    return this.#deduplications.some((deduplication) => deduplication !== undefined) ||
      (this.#groups !== undefined && this.#plan.outputMode !== "complete");
  }

  /** The watermark by which all groups of append mode are final; undefined where it holds none. */
  get finalMs(): number | undefined {
    const endMicros = this.#plan.outputMode === "append" ? this.#groups?.lastEndMicros : undefined;
    return endMicros === undefined ? undefined : Math.ceil(endMicros / MICROS_PER_MILLI);
  }

  /** What the groups take in memory, estimated. */
  get groupBytes(): number {
    return this.#groups?.memoryBytes ?? 0;
  }

  /** The number of groups. */
  get groupCount(): number {
    return this.#groups?.size ?? 0;
  }

  /** Begins a batch. */
  begin(watermarks: BatchWatermarks): void {
    this.#mergeMs = 0;
    this.#limit?.begin();
    this.#groups?.begin(this.#plan.outputMode, watermarks);
  }

  /** Takes groups that a worker has gathered, while the batch still runs. */
  merge(groups: PartialGroups): void {
    const startMs = performance.now();
    try {
      this.#groups!.merge(groups);
    } catch (error) {
      throw failedQuery(error, this.#plan.name);
    }
    this.#mergeMs += performance.now() - startMs;
  }

  /** Whether LIMIT lets the row through that comes next. To be asked of each row of the result, in order. */
  takeRow(): boolean {
    return this.#limit?.takeRow() ?? true;
  }

  /** What LIMIT did in the batch; once all its rows were taken. */
  limitMetrics(): OperatorProgress[] {
    return this.#limit === undefined ? [] : [{ ...this.#limit.metrics(), updatesMs: 0, removalsMs: 0 }];
  }

  /** Takes the rest of a batch through all of it. Rows of a query that holds no state never come here. */
  run(partials: readonly QueryPartial[], watermarks: BatchWatermarks): StateResult {
    const { outputMode } = this.#plan;
    const kept: Row[] = [];
    const deduplicated = this.#deduplicate(partials, watermarks, (row) => {
      if (this.#gathered === undefined) kept.push(row);
      else this.#gathered.add(row);
    });
    if (this.#groups === undefined) return { rows: kept, evicted: [], metrics: deduplicated };
    this.merge(this.#gathered!.take());
    for (const { groups } of partials) if (groups !== undefined) this.merge(groups);
    const mergedMs = performance.now();
    const { rows, evicted, metrics } = this.#groups.finish(outputMode, watermarks);
    const grouped = timed(metrics, mergedMs - this.#mergeMs, mergedMs);
    return { rows: this.#named(this.#finish!(rows)), evicted, metrics: [grouped, ...deduplicated] };
  }

  /** What fails of the rows' aggregates, once they are asked for, says the query. */
  *#named(rows: Iterable<Row>): Iterable<Row> {
    try {
      yield* rows;
    } catch (error) {
      throw failedQuery(error, this.#plan.name);
    }
  }

  #deduplicate(
    partials: readonly QueryPartial[],
    watermarks: BatchWatermarks,
    take: (row: Row) => void,
  ): OperatorProgress[] {
    const startMs = performance.now();
    for (const deduplication of this.#deduplications) deduplication?.begin(watermarks);
    // The first of some duplicates is the one that stands first in the batch, whoever has read it.
    const held = partials.flatMap((partial) => partial.held ?? []).toSorted((left, right) =>
      left.task - right.task
    );
    for (const rows of held) giveFirst(rows, this.#deduplications[rows.branch]!, take);
    const decidedMs = performance.now();
    return this.#deduplications.flatMap((deduplication) =>
      deduplication === undefined ? [] : [timed(deduplication.finish(watermarks), startMs, decidedMs)]
    );
  }
}

function timed(metrics: StateMetrics, startMs: number, updatedMs: number): OperatorProgress {
  return {
    ...metrics,
    updatesMs: Math.round(updatedMs - startMs),
    removalsMs: Math.round(performance.now() - updatedMs),
  };
}

function giveFirst(
  { keys, times, counts, stageRows }: HeldRows,
  deduplication: DeduplicationState,
  take: (row: Row) => void,
): void {
  let at = 0;
  keys.forEach((key, index) => {
    const isFirst = deduplication.take(key, times[index]!) === "first";
    const end = at + counts[index]!;
    for (; at < end; at++) if (isFirst) take(stageRows[at]!);
  });
}
