/**
 * The state of a query, and how the partial results of the workers pass through it:
 *
 * ```
 * held rows ─▶ deduplication, by branch ─▶ groups ─┐
 * partial groups ──────────────────────────────────┴─▶ group state ─▶ having · output · sort · limit ─▶ rows
 * ```
 */
import type { TimeZone } from "../../base/time_zone.ts";
import { millisOf, subtract } from "../../records/values/micros.ts";
import type { Row, Value } from "../../records/data_type.ts";
import type { QueryPlan } from "../../sql/plan.ts";
import type { TableColumns } from "../../sql/planning/slot_names.ts";
import { DeduplicationState } from "../../stream/operators/deduplicate.ts";
import { compileFinish } from "../../stream/operators/finish.ts";
import { groupStateOf } from "../../stream/operators/operators_of.ts";
import { LimitState } from "../../stream/operators/limit.ts";
import type { HeldRows } from "../../stream/operators/keyed_rows.ts";
import { PartialAggregate, type PartialGroups } from "../../stream/aggregates/partial_aggregate.ts";
import type {
  BatchWatermarks,
  GroupState,
  StateMetrics,
  StateOperator,
} from "../../stream/operators/operator.ts";
import type { QueryPartial } from "../workers/messages.ts";
import type { OperatorProgress } from "../../monitoring/progress.ts";
import { failedQuery, groupFailures } from "../workers/query_failure.ts";

/** The result of a batch. */
export interface StateResult {
  /** To be read once, before the next batch begins. */
  readonly rows: Iterable<Row>;
  /** The keys of the groups that were evicted. */
  readonly evicted: readonly (readonly Value[])[];
  /** By operator, last one first. */
  readonly metrics: readonly OperatorProgress[];
}

/** See the module's description. */
export class QueryState {
  readonly #plan: QueryPlan;
  /** By branch; undefined for a branch without deduplication. */
  readonly #deduplications: readonly (DeduplicationState | undefined)[];
  readonly #groups: GroupState | undefined;
  readonly #limit: LimitState | undefined;
  readonly #finish: ((groups: Iterable<Row>) => Iterable<Row>) | undefined;
  /** The groups of rows that waited for deduplication. */
  readonly #gathered: PartialAggregate | undefined;
  /** The time spent on merging groups in this batch. */
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
   * Whether a batch without records may change something once the watermark has moved. In complete mode
   * groups are never evicted, as in Spark.
   */
  get followsWatermark(): boolean {
    return this.#deduplications.some((deduplication) => deduplication !== undefined) ||
      (this.#groups !== undefined && this.#plan.outputMode !== "complete");
  }

  /** The watermark at which all groups are final, in append mode; undefined if there are none. */
  get finalMs(): number | undefined {
    const endMicros = this.#plan.outputMode === "append" ? this.#groups?.lastEndMicros : undefined;
    return endMicros === undefined ? undefined : millisOf(subtract(endMicros, 1)) + 1;
  }

  /** Estimated memory of the groups. */
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

  /** Merges partial groups of a worker while the batch is running. */
  merge(groups: PartialGroups): void {
    const startMs = performance.now();
    this.#naming(() => this.#groups!.merge(groups));
    this.#mergeMs += performance.now() - startMs;
  }

  /** Adds the query to failures. */
  #naming<T>(run: () => T): T {
    try {
      return run();
    } catch (error) {
      throw failedQuery(error, this.#plan.name);
    }
  }

  /** Whether LIMIT allows the next row. Call this for each row of the result, in order. */
  takeRow(): boolean {
    return this.#limit?.takeRow() ?? true;
  }

  /** The metrics of LIMIT, once all rows of the batch were taken. */
  limitMetrics(): OperatorProgress[] {
    return this.#limit === undefined ? [] : [{ ...this.#limit.metrics(), updatesMs: 0, removalsMs: 0 }];
  }

  /** Processes the rest of a batch. Not used for stateless queries. */
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
    const { rows, evicted, metrics } = this.#naming(() => this.#groups!.finish(outputMode, watermarks));
    const grouped = timed(metrics, mergedMs - this.#mergeMs, mergedMs);
    return { rows: this.#named(this.#finish!(rows)), evicted, metrics: [grouped, ...deduplicated] };
  }

  /** Adds the query to failures of rows that are computed on demand. */
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
    // The first of several duplicates is the first one in the batch, whichever worker read it.
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
