/**
 * The second step of an aggregation, at the coordinator: partial groups are merged into the state, and the
 * output mode and the watermarks decide what a batch emits.
 */
import { type DataType, type Row, typeName, type Value } from "../../records/data_type.ts";
import { type Micros, microsOfMillis } from "../../records/values/micros.ts";
import type { AggregatePlan, OutputMode } from "../../sql/plan.ts";
import { DroppedGroups } from "./dropped_groups.ts";
import { ExpiryIndex } from "../state/expiry_index.ts";
import { type Group, GroupTable } from "../aggregates/group_table.ts";
import { BufferLayout, type PartialGroups } from "../aggregates/partial_aggregate.ts";
import { PartitionTotals } from "../aggregates/partition_totals.ts";
import type { BatchWatermarks, FinishedGroups, GroupState, StateEntry, StateMetrics } from "./operator.ts";

/** The mark of a group that was evicted. */
const GONE = -1;

/** The state of one aggregation. */
export class AggregateState implements GroupState {
  readonly description: string;
  readonly keyTypes: readonly DataType[];
  readonly valueTypes: readonly DataType[];
  readonly #plan: AggregatePlan;
  readonly #layout: BufferLayout;
  readonly #table: GroupTable;
  /** Groups by the time at which they become final, if there is a watermark. */
  readonly #byEnd = new ExpiryIndex<Group>();
  readonly #keyCount: number;
  /** The number of the batch, which marks groups that were updated in it. */
  #batch = 0;
  #updated: Group[] = [];
  #evicted: readonly Group[] = [];
  /** The memory of the values of the groups. */
  #valueBytes = 0;
  #lateMicros: Micros = -Infinity;
  #dropped = new DroppedGroups();
  #lateRows = 0;
  /** The sums of the batch at hand, if they are checked partition by partition. */
  readonly #partitions: PartitionTotals | undefined;

  constructor(plan: AggregatePlan) {
    this.#plan = plan;
    this.#keyCount = plan.keys.length;
    this.#layout = new BufferLayout(plan, this.#keyCount);
    this.#table = new GroupTable(this.#layout.initial);
    this.#partitions = this.#layout.needsSettling ? new PartitionTotals(this.#layout) : undefined;
    this.keyTypes = plan.keys;
    this.valueTypes = this.#layout.types;
    this.description = describeAggregate("groups", plan);
  }

  get size(): number {
    return this.#table.size;
  }

  get lastEndMicros(): Micros | undefined {
    return this.#byEnd.latest;
  }

  get memoryBytes(): number {
    return this.#table.memoryBytes + this.#valueBytes + this.#byEnd.memoryBytes;
  }

  /** Begins a batch. In complete mode nothing is late and nothing is evicted. */
  begin(mode: OutputMode, { lateMs }: BatchWatermarks): void {
    this.#batch++;
    this.#updated = [];
    this.#evicted = [];
    this.#dropped = new DroppedGroups();
    this.#lateRows = 0;
    const filters = mode !== "complete" && this.#plan.eviction !== undefined && lateMs !== undefined;
    this.#lateMicros = filters ? microsOfMillis(lateMs) : -Infinity;
  }

  /** Merges the partial groups of a task. */
  merge(groups: PartialGroups): void {
    if (this.#partitions !== undefined) return this.#partitions.add(groups);
    const { columns, rowCounts } = groups;
    for (let index = 0; index < rowCounts.length; index++) {
      const values = columns.map((column) => column[index]!);
      const endMicros = this.#endOf(values);
      if (endMicros !== undefined && endMicros <= this.#lateMicros) {
        this.#dropped.add(values, this.#keyCount);
        this.#lateRows += rowCounts[index]!;
        continue;
      }
      const sizeBefore = this.#table.size;
      const group = this.#table.groupOf(values, this.#keyCount);
      if (this.#table.size > sizeBefore) this.#added(group, endMicros);
      this.#valueBytes += this.#layout.merge(group.values, values);
      this.#update(group);
    }
  }

  /**
   * Ends a batch: returns the group rows (keys, then results) for the output mode, and evicts the groups that
   * the watermark has passed.
   */
  finish(mode: OutputMode, { evictionMs }: BatchWatermarks): FinishedGroups {
    // Without GROUP BY there is always one row, which Spark updates in every batch, even without records.
    if (this.#keyCount === 0) this.#updateOnly(this.#table.groupOf([], 0));
    const evicted = mode === "complete" || evictionMs === undefined
      ? []
      : this.#evict(microsOfMillis(evictionMs));
    this.#evicted = evicted;
    const given = mode === "complete" ? this.#table.groups() : mode === "update" ? this.#updated : evicted;
    const metrics: StateMetrics = {
      operatorName: "stateStoreSave",
      rowsTotal: this.#table.size,
      rowsUpdated: this.#updated.length,
      rowsRemoved: evicted.length,
      groupsDropped: this.#dropped.count,
      lateRows: this.#lateRows,
      duplicateRows: 0,
      memoryBytes: this.memoryBytes,
    };
    return { rows: this.#rowsOf(given), evicted: evicted.map((group) => this.#keysOf(group)), metrics };
  }

  *#rowsOf(groups: Iterable<Group>): Iterable<Row> {
    for (const group of groups) yield [...this.#keysOf(group), ...this.#layout.results(group.values)];
  }

  *changes(): Iterable<StateEntry> {
    for (const group of this.#updated) {
      if (group.mark !== GONE) yield { key: this.#keysOf(group), value: group.values.slice(this.#keyCount) };
    }
    for (const group of this.#evicted) yield { key: this.#keysOf(group), value: undefined };
  }

  *entries(): Iterable<StateEntry> {
    for (const group of this.#table.groups()) {
      yield { key: this.#keysOf(group), value: group.values.slice(this.#keyCount) };
    }
  }

  restore(key: readonly Value[], value: readonly Value[]): void {
    const group = this.#table.groupOf(key, key.length);
    group.values.splice(this.#keyCount, value.length, ...value);
    this.#added(group, this.#endOf(key));
  }

  /** Updates the only group of a query without GROUP BY. */
  #updateOnly(group: Group): void {
    if (this.#partitions !== undefined) {
      this.#valueBytes += this.#layout.merge(group.values, this.#partitions.takeTotal());
      this.#layout.settle(group.values);
    }
    this.#update(group);
  }

  #update(group: Group): void {
    if (group.mark === this.#batch) return;
    group.mark = this.#batch;
    this.#updated.push(group);
  }

  #keysOf({ values }: Group): readonly Value[] {
    return values.slice(0, this.#keyCount);
  }

  #endOf(keys: readonly Value[]): Micros | undefined {
    const { eviction } = this.#plan;
    if (eviction === undefined) return undefined;
    const key = keys[eviction.key]!;
    if (eviction.of === "time") return key === null ? undefined : key as Micros;
    return (key as readonly Micros[])[1];
  }

  #added(group: Group, endMicros: Micros | undefined): void {
    this.#valueBytes += this.#layout.bytesOf(group.values);
    if (endMicros !== undefined) this.#byEnd.add(endMicros, group);
  }

  #evict(watermarkMicros: Micros): Group[] {
    const evicted = this.#byEnd.takeUntil(watermarkMicros);
    for (const group of evicted) {
      this.#table.delete(group.values, this.#keyCount);
      this.#valueBytes -= this.#layout.bytesOf(group.values);
      group.mark = GONE;
    }
    return evicted;
  }
}

/** What the state of an aggregation contains, for users and for comparison by the checkpoint. */
export function describeAggregate(what: string, { keys, calls }: AggregatePlan): string {
  const functions = calls.map(({ name, argTypes, filter }) =>
    `${name}(${argTypes.map(typeName).join(", ")})${filter === undefined ? "" : " filtered"}`
  );
  return `${what} by (${keys.map(typeName).join(", ")}) of ${functions.join(", ")}`;
}

/** The types of a group row: keys, then results. */
export function groupRowTypes({ keys, calls }: AggregatePlan): DataType[] {
  return [...keys, ...calls.map(({ type }) => type)];
}
