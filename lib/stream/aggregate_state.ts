/**
 * The second step of an aggregation, where all groups meet: partial groups are merged into the state, and
 * what a batch gives out is decided by the output mode and the watermarks.
 */
import type { DataType, Row, Value } from "../records/data_type.ts";
import { MICROS_PER_MILLI } from "../records/timestamp.ts";
import type { AggregatePlan, OutputMode } from "../sql/plan.ts";
import { type Group, GroupTable } from "./group_table.ts";
import { BufferLayout, type PartialGroups } from "./partial_aggregate.ts";

/** The two watermarks of a batch, in milliseconds; undefined where the query has none. */
export interface BatchWatermarks {
  /** Rows whose group ends at or before this are late. */
  readonly lateMs: number | undefined;
  /** Groups that end at or before this leave the state. */
  readonly evictionMs: number | undefined;
}

/** What a batch did to the state. */
export interface StateMetrics {
  readonly rowsTotal: number;
  readonly rowsUpdated: number;
  readonly rowsRemoved: number;
  /** Groups of late rows, as Spark counts them: once for each task that had some. */
  readonly groupsDropped: number;
  /** The late rows themselves. */
  readonly lateRows: number;
}

/** The state of one aggregation. */
export class AggregateState {
  readonly #plan: AggregatePlan;
  readonly #layout: BufferLayout;
  readonly #table: GroupTable;
  /** Groups by the time at which they are final, where the watermark decides over them. */
  readonly #byEndMicros = new Map<number, Set<Group>>();
  readonly #updated = new Set<Group>();
  #lateMicros = -Infinity;
  #groupsDropped = 0;
  #lateRows = 0;

  constructor(plan: AggregatePlan) {
    this.#plan = plan;
    this.#layout = new BufferLayout(plan);
    this.#table = new GroupTable(this.#layout.initial);
  }

  /** Begins a batch. In complete mode nothing is late and nothing leaves. */
  begin(mode: OutputMode, { lateMs }: BatchWatermarks): void {
    this.#updated.clear();
    this.#groupsDropped = 0;
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
        this.#groupsDropped++;
        this.#lateRows += rowCounts[index]!;
        continue;
      }
      const sizeBefore = this.#table.size;
      const group = this.#table.groupOf(values, keyCount);
      if (this.#table.size > sizeBefore) this.#index(group, endMicros);
      this.#layout.merge(group.buffer, values.slice(keyCount));
      this.#updated.add(group);
    }
  }

  /**
   * Ends a batch: gives the group rows (keys, then results) of the output mode, and takes the groups out of
   * the state that the watermark has passed.
   */
  finish(
    mode: OutputMode,
    { evictionMs }: BatchWatermarks,
  ): { readonly rows: Row[]; readonly metrics: StateMetrics } {
    if (this.#plan.keys.length === 0) this.#table.groupOf([], 0); // An aggregate without GROUP BY has one row always.
    const evicted = mode === "complete" || evictionMs === undefined
      ? []
      : this.#evict(evictionMs * MICROS_PER_MILLI);
    const given = mode === "complete" ? this.#table.groups() : mode === "update" ? this.#updated : evicted;
    const rows: Row[] = [];
    for (const { keys, buffer } of given) rows.push([...keys, ...this.#layout.results(buffer)]);
    const metrics = {
      rowsTotal: this.#table.size,
      rowsUpdated: this.#updated.size,
      rowsRemoved: evicted.length,
      groupsDropped: this.#groupsDropped,
      lateRows: this.#lateRows,
    };
    return { rows, metrics };
  }

  #endOf(keys: readonly Value[]): number | undefined {
    const { eviction } = this.#plan;
    if (eviction === undefined) return undefined;
    const key = keys[eviction.key]!;
    if (eviction.of === "time") return key === null ? undefined : key as number;
    return (key as readonly number[])[1];
  }

  #index(group: Group, endMicros: number | undefined): void {
    if (endMicros === undefined) return;
    const groups = this.#byEndMicros.get(endMicros);
    if (groups === undefined) this.#byEndMicros.set(endMicros, new Set([group]));
    else groups.add(group);
  }

  #evict(watermarkMicros: number): Group[] {
    const ends = [...this.#byEndMicros.keys()].filter((end) => end <= watermarkMicros).sort((a, b) => a - b);
    const evicted: Group[] = [];
    for (const end of ends) {
      for (const group of this.#byEndMicros.get(end)!) {
        this.#table.delete(group.keys);
        evicted.push(group);
      }
      this.#byEndMicros.delete(end);
    }
    return evicted;
  }
}

/** The types of a group row: the keys', then the results'. */
export function groupRowTypes({ keys, calls }: AggregatePlan): DataType[] {
  return [...keys, ...calls.map(({ type }) => type)];
}
