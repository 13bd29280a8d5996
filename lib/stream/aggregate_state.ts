/**
 * The second step of an aggregation, where all groups meet: partial groups are merged into the state, and
 * what a batch gives out is decided by the output mode and the watermarks.
 */
import { type DataType, type Row, typeName, type Value } from "../records/data_type.ts";
import { MICROS_PER_MILLI } from "../records/timestamp.ts";
import type { AggregatePlan, OutputMode } from "../sql/plan.ts";
import { ExpiryIndex } from "./expiry_index.ts";
import { type Group, GroupTable } from "./group_table.ts";
import { MemoryEstimate } from "./memory_estimate.ts";
import { BufferLayout, type PartialGroups } from "./partial_aggregate.ts";
import type {
  BatchWatermarks,
  FinishedGroups,
  GroupState,
  StateEntry,
  StateMetrics,
} from "./state_operator.ts";

/** The state of one aggregation. */
export class AggregateState implements GroupState {
  readonly description: string;
  readonly keyTypes: readonly DataType[];
  readonly valueTypes: readonly DataType[];
  readonly #plan: AggregatePlan;
  readonly #layout: BufferLayout;
  readonly #table: GroupTable;
  /** Groups by the time at which they are final, where the watermark decides over them. */
  readonly #byEnd = new ExpiryIndex<Group>();
  readonly #updated = new Set<Group>();
  #evicted: readonly Group[] = [];
  readonly #memory = new MemoryEstimate();
  #lateMicros = -Infinity;
  /** Late groups: one is dropped once a batch, however many workers have had rows of it. */
  #dropped = new GroupTable([]);
  #lateRows = 0;

  constructor(plan: AggregatePlan) {
    this.#plan = plan;
    this.#layout = new BufferLayout(plan);
    this.#table = new GroupTable(this.#layout.initial);
    this.keyTypes = plan.keys;
    this.valueTypes = this.#layout.types;
    this.description = describeAggregate("groups", plan);
  }

  get size(): number {
    return this.#table.size;
  }

  get lastEndMicros(): number | undefined {
    return this.#byEnd.latest;
  }

  get memoryBytes(): number {
    return this.#memory.bytesOf(this.#table.size);
  }

  /** Begins a batch. In complete mode nothing is late and nothing leaves. */
  begin(mode: OutputMode, { lateMs }: BatchWatermarks): void {
    this.#updated.clear();
    this.#evicted = [];
    this.#dropped = new GroupTable([]);
    this.#lateRows = 0;
    const filters = mode !== "complete" && this.#plan.eviction !== undefined && lateMs !== undefined;
    this.#lateMicros = filters ? lateMs * MICROS_PER_MILLI : -Infinity;
  }

  /** Merges what one task has gathered. */
  merge({ columns, rowCounts }: PartialGroups): void {
    const keyCount = this.#plan.keys.length;
    for (let index = 0; index < rowCounts.length; index++) {
      const values = columns.map((column) => column[index]!);
      const endMicros = this.#endOf(values);
      if (endMicros !== undefined && endMicros <= this.#lateMicros) {
        this.#dropped.groupOf(values, keyCount);
        this.#lateRows += rowCounts[index]!;
        continue;
      }
      const sizeBefore = this.#table.size;
      const group = this.#table.groupOf(values, keyCount);
      if (this.#table.size > sizeBefore) this.#added(group, endMicros);
      this.#layout.merge(group.buffer, values.slice(keyCount));
      this.#updated.add(group);
    }
  }

  /**
   * Ends a batch: gives the group rows (keys, then results) of the output mode, and takes the groups out of
   * the state that the watermark has passed.
   */
  finish(mode: OutputMode, { evictionMs }: BatchWatermarks): FinishedGroups {
    // Without GROUP BY there is one row always, which Spark updates in every batch, with records or not.
    if (this.#plan.keys.length === 0) this.#updated.add(this.#table.groupOf([], 0));
    const evicted = mode === "complete" || evictionMs === undefined
      ? []
      : this.#evict(evictionMs * MICROS_PER_MILLI);
    this.#evicted = evicted;
    const given = mode === "complete" ? this.#table.groups() : mode === "update" ? this.#updated : evicted;
    const metrics: StateMetrics = {
      operatorName: "stateStoreSave",
      rowsTotal: this.#table.size,
      rowsUpdated: this.#updated.size,
      rowsRemoved: evicted.length,
      groupsDropped: this.#dropped.size,
      lateRows: this.#lateRows,
      duplicateRows: 0,
      memoryBytes: this.memoryBytes,
    };
    return { rows: this.#rowsOf(given), evicted: evicted.map(({ keys }) => keys), metrics };
  }

  *#rowsOf(groups: Iterable<Group>): Iterable<Row> {
    for (const { keys, buffer } of groups) yield [...keys, ...this.#layout.results(buffer)];
  }

  *changes(): Iterable<StateEntry> {
    const gone = new Set(this.#evicted);
    for (const group of this.#updated) {
      if (!gone.has(group)) yield { key: group.keys, value: group.buffer };
    }
    for (const { keys } of gone) yield { key: keys, value: undefined };
  }

  restore(key: readonly Value[], value: readonly Value[]): void {
    const group = this.#table.groupOf(key, key.length);
    group.buffer.splice(0, group.buffer.length, ...value);
    this.#added(group, this.#endOf(key));
  }

  #endOf(keys: readonly Value[]): number | undefined {
    const { eviction } = this.#plan;
    if (eviction === undefined) return undefined;
    const key = keys[eviction.key]!;
    if (eviction.of === "time") return key === null ? undefined : key as number;
    return (key as readonly number[])[1];
  }

  #added(group: Group, endMicros: number | undefined): void {
    this.#memory.add(group.keys, group.buffer);
    if (endMicros !== undefined) this.#byEnd.add(endMicros, group);
  }

  #evict(watermarkMicros: number): Group[] {
    const evicted = this.#byEnd.takeUntil(watermarkMicros);
    for (const { keys } of evicted) this.#table.delete(keys);
    return evicted;
  }
}

/** What an aggregation keeps, for people and for the checkpoint to compare. */
export function describeAggregate(what: string, { keys, calls }: AggregatePlan): string {
  const functions = calls.map(({ name, argTypes, filter }) =>
    `${name}(${argTypes.map(typeName).join(", ")})${filter === undefined ? "" : " filtered"}`
  );
  return `${what} by (${keys.map(typeName).join(", ")}) of ${functions.join(", ")}`;
}

/** The types of a group row: the keys', then the results'. */
export function groupRowTypes({ keys, calls }: AggregatePlan): DataType[] {
  return [...keys, ...calls.map(({ type }) => type)];
}
