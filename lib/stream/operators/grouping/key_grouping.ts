/** Groups by key, such as those of windows. */
import type { DataType, Row, Value } from "../../../records/data_type.ts";
import type { AggregatePlan } from "../../../sql/plan.ts";
import { BatchGroups } from "../../aggregates/batch_groups.ts";
import { BufferLayout } from "../../aggregates/buffer_layout.ts";
import type { PartialGroups } from "../../aggregates/partial_aggregate.ts";
import type { GroupColumn } from "../../groups/group_column.ts";
import type { Group } from "../../groups/packed_groups.ts";
import type { PackedRows } from "../../groups/packed_rows.ts";
import type { StateLayout } from "../../state/state_store.ts";
import { TableStore } from "../../state/table_store.ts";
import { describeAggregate, type Grouping, type LateGroups } from "../aggregate.ts";
import { type GroupResult, GroupRows } from "./group_rows.ts";

/** See the module's description. */
export class KeyGrouping implements Grouping<Group> {
  readonly operatorName = "stateStoreSave";
  readonly state: TableStore;
  readonly droppedKeyTypes: readonly DataType[];
  readonly #keyCount: number;
  readonly #layout: BufferLayout;
  /** The groups of the batch at hand, if they are merged in the order of partitions. */
  readonly #batch: BatchGroups | undefined;
  readonly #buffer: Value[] = [];
  readonly #result: GroupResult;

  constructor(plan: AggregatePlan) {
    this.#keyCount = plan.keys.length;
    const layout = new BufferLayout(plan);
    this.#layout = layout;
    this.#batch = layout.mergesByPartition ? new BatchGroups(plan, layout) : undefined;
    this.droppedKeyTypes = plan.keys;
    this.state = new TableStore({
      ...groupStateLayout(plan, layout),
      ...(plan.windows === undefined ? {} : { windows: plan.windows }),
      interns: true,
      initial: layout.initial,
      ...(layout.hasObjects ? { bytesOf: (buffer) => layout.objectBytesOf(buffer) } : {}),
      ...(plan.eviction === undefined ? {} : { expiry: { ofKey: plan.eviction.key } }),
    });
    this.#result = { columns: this.#columns(), rowOf: (group) => this.#rowOf(group) };
  }

  begin(): void {}

  merge(groups: PartialGroups, late: LateGroups): void {
    if (this.#batch === undefined) return this.#mergeRows(groups.packed, late);
    this.#batch.add(groups);
    this.state.waitingBytes = this.#batch.bytes;
  }

  #mergeRows(rows: PackedRows, { untilMicros, dropped }: LateGroups): void {
    const layout = this.#layout;
    this.state.merge(rows, {
      adds: layout.adds,
      until: untilMicros,
      merge: this.#batch === undefined
        ? (buffer, other) => layout.merge(buffer, other)
        : (buffer, other) => layout.mergeSealed(buffer, other),
      late: (key, rowCount) => dropped.add(key, rowCount),
    });
  }

  finish(late: LateGroups): { readonly updated: number; readonly removed: number } {
    if (this.#batch?.isEmpty === false) this.#mergeRows(this.#batch.drain(), late);
    this.state.waitingBytes = 0;
    // Without GROUP BY there is always one row, which Spark updates in every batch, even without records.
    if (this.#keyCount === 0) this.state.put(this.state.get([]));
    return { updated: this.state.updated().length, removed: 0 };
  }

  keysOf(group: Group): readonly Value[] {
    return this.state.keyOf(group);
  }

  rowsOf(groups: Iterable<Group>): GroupRows {
    return new GroupRows(groups, this.#result);
  }

  #rowOf(group: Group): Row {
    const row = this.state.keyOf(group);
    this.#layout.addResults(row, this.state.valuesOf(group, this.#buffer));
    return row;
  }

  /** The columns of the keys, then those of the aggregates. */
  #columns(): GroupColumn[] {
    const { accumulators, starts } = this.#layout;
    return [
      ...this.droppedKeyTypes.map((_type, key) => this.state.keyColumn(key)),
      ...accumulators.map(({ counts, result }, index): GroupColumn =>
        counts !== undefined ? this.state.countColumn(starts[index]!) : {
          kind: "value",
          value: (group) => result(this.state.valuesOf(group, this.#buffer), starts[index]!),
        }
      ),
    ];
  }
}

/** The layout of the state of groups by key. */
export function groupStateLayout(plan: AggregatePlan, layout = new BufferLayout(plan)): StateLayout {
  return {
    description: describeAggregate("groups", plan),
    keyTypes: plan.keys,
    valueTypes: layout.types,
  };
}
