/** Groups by key, such as those of windows. */
import type { Value } from "../../records/data_type.ts";
import type { Micros } from "../../records/values/micros.ts";
import type { AggregatePlan } from "../../sql/plan.ts";
import type { Group } from "../aggregates/group_table.ts";
import { BufferLayout, type PartialGroups } from "../aggregates/partial_aggregate.ts";
import { PartitionTotals } from "../aggregates/partition_totals.ts";
import { TableStore } from "../state/table_store.ts";
import { describeAggregate, groupEndOf, type Grouping, type LateGroups } from "./aggregate.ts";

/** See the module's description. */
export class KeyGrouping implements Grouping<Group> {
  readonly operatorName = "stateStoreSave";
  readonly state: TableStore;
  readonly #keyCount: number;
  readonly #layout: BufferLayout;
  /** When a group becomes final; undefined if none does. */
  readonly #endOf: ((keys: readonly Value[]) => Micros | undefined) | undefined;
  /** The sums of the batch at hand, if they are checked partition by partition. */
  readonly #partitions: PartitionTotals | undefined;

  constructor(plan: AggregatePlan) {
    this.#keyCount = plan.keys.length;
    const layout = new BufferLayout(plan, this.#keyCount);
    this.#layout = layout;
    this.#endOf = groupEndOf(plan);
    this.#partitions = layout.checksRange ? new PartitionTotals(layout) : undefined;
    this.state = new TableStore({
      description: describeAggregate("groups", plan),
      keyTypes: plan.keys,
      valueTypes: layout.types,
      initial: layout.initial,
      bytesOf: (row) => layout.bytesOf(row),
      ...(this.#endOf === undefined ? {} : { expiryOf: this.#endOf }),
    });
  }

  begin(): void {}

  merge(groups: PartialGroups, { untilMicros, dropped }: LateGroups): void {
    if (this.#partitions !== undefined) return this.#partitions.add(groups);
    const { columns, rowCounts } = groups;
    for (let index = 0; index < rowCounts.length; index++) {
      const values = columns.map((column) => column[index]!);
      const endMicros = this.#endOf?.(values);
      if (endMicros !== undefined && endMicros <= untilMicros) {
        dropped.add(values.slice(0, this.#keyCount), rowCounts[index]!);
        continue;
      }
      const group = this.state.get(values);
      this.state.put(group, this.#layout.merge(group.values, values));
    }
  }

  finish(): { readonly updated: number; readonly removed: number } {
    // Without GROUP BY there is always one row, which Spark updates in every batch, even without records.
    if (this.#keyCount === 0) {
      const group = this.state.get([]);
      let grownBytes = 0;
      if (this.#partitions !== undefined) {
        grownBytes = this.#layout.merge(group.values, this.#partitions.drainTotal());
        this.#layout.checkRange(group.values);
      }
      this.state.put(group, grownBytes);
    }
    return { updated: this.state.updated().length, removed: 0 };
  }

  keysOf(group: Group): readonly Value[] {
    return this.state.keyOf(group);
  }

  resultsOf({ values }: Group): readonly Value[] {
    return this.#layout.results(values);
  }
}
