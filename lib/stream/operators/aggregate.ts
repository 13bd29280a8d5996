/**
 * The second step of an aggregation, at the coordinator: partial groups are merged into the state, late ones are
 * dropped, and the output mode and the watermark decide what a batch outputs.
 */
import { type DataType, type Row, typeName, type Value } from "../../records/data_type.ts";
import { type Micros, microsOfMillis, millisOf, subtract } from "../../records/values/micros.ts";
import type { AggregatePlan, OutputMode } from "../../sql/plan.ts";
import { PartialAggregate, type PartialGroups } from "../aggregates/partial_aggregate.ts";
import type { StateRows, StateStore } from "../state/state_store.ts";
import type { BatchWatermarks } from "../time/watermark.ts";
import { DroppedGroups } from "./grouping/dropped_groups.ts";
import {
  type OperatorCounts,
  type OperatorInput,
  type OperatorName,
  type OperatorOutput,
  type StatefulOperator,
  wrongInput,
} from "./operator.ts";

/** How partial groups become groups of the state: by their keys, or as sessions. */
export interface Grouping<Group> {
  readonly operatorName: OperatorName;
  readonly state: StateStore<Group>;
  /** The types of the keys by which late groups are told apart. */
  readonly droppedKeyTypes: readonly DataType[];
  /** Begins a batch. */
  begin(): void;
  /** Merges partial groups into the state, except late ones. */
  merge(groups: PartialGroups, late: LateGroups): void;
  /** Ends the input of a batch; returns how many keys it has updated and removed, before any expire. */
  finish(late: LateGroups): { readonly updated: number; readonly removed: number };
  keysOf(group: Group): readonly Value[];
  /** A row for each group: its keys, then the results of its aggregates. They are made as they are read. */
  rowsOf(groups: Iterable<Group>): Iterable<Row>;
}

/** Which groups are late, and those that were. */
export interface LateGroups {
  /** Groups that end at or before this are late. */
  readonly untilMicros: Micros;
  readonly dropped: DroppedGroups;
}

/** See the module's description. It takes partials, and rows of other operators. */
export class AggregateOperator<Group> implements StatefulOperator {
  readonly state: StateStore<Group>;
  readonly #plan: AggregatePlan;
  readonly #mode: OutputMode;
  readonly #grouping: Grouping<Group>;
  readonly #dropsLate: boolean;
  /** For rows of other operators, once there are any. */
  #partial: PartialAggregate | undefined;
  #late: LateGroups;
  #evictionMs: number | undefined;
  #merged = { updated: 0, removed: 0 };
  #evicted: StateRows<Group> = [];

  constructor(plan: AggregatePlan, mode: OutputMode, grouping: Grouping<Group>) {
    this.state = grouping.state;
    this.#plan = plan;
    this.#mode = mode;
    this.#grouping = grouping;
    this.#late = { untilMicros: -Infinity, dropped: new DroppedGroups(grouping.droppedKeyTypes) };
    this.#dropsLate = plan.eviction !== undefined && mayBeLate(plan, mode);
  }

  /** In complete mode groups are never evicted, as in Spark. */
  get followsWatermark(): boolean {
    return this.#mode !== "complete";
  }

  get finalMs(): number | undefined {
    const endMicros = this.#mode === "append" ? this.state.latestExpiry : undefined;
    return endMicros === undefined ? undefined : millisOf(subtract(endMicros, 1)) + 1;
  }

  begin(watermarks: BatchWatermarks): BatchWatermarks {
    const { lateMs, evictionMs } = watermarks;
    this.state.begin();
    this.#grouping.begin();
    this.#late = {
      untilMicros: this.#dropsLate && lateMs !== undefined ? microsOfMillis(lateMs) : -Infinity,
      dropped: new DroppedGroups(this.#grouping.droppedKeyTypes),
    };
    this.#evictionMs = this.#mode === "complete" ? undefined : evictionMs;
    this.#evicted = [];
    return watermarks;
  }

  /** Everything is output at the end. */
  process(input: OperatorInput): readonly Row[] {
    switch (input.kind) {
      case "partials":
        this.#grouping.merge(input.groups, this.#late);
        return [];
      case "rows": {
        const partial = this.#partial ??= new PartialAggregate(this.#plan);
        for (const row of input.rows) partial.add(row);
        this.#grouping.merge(partial.drain(), this.#late);
        return [];
      }
      case "keyed rows":
        throw wrongInput("aggregate", input);
    }
  }

  finish(): OperatorOutput {
    const { state } = this;
    this.#merged = this.#grouping.finish(this.#late);
    if (this.#evictionMs !== undefined) this.#evicted = state.expire(microsOfMillis(this.#evictionMs));
    const output = {
      append: () => this.#evicted,
      update: () => state.updated(),
      complete: () => state.rows(),
    }[this.#mode]();
    return {
      rows: this.#grouping.rowsOf(output),
      evicted: Iterator.from(this.#evicted).map((group) => this.#grouping.keysOf(group)),
    };
  }

  current(): Iterable<Row> {
    return this.#grouping.rowsOf(this.state.rows());
  }

  counts(): OperatorCounts {
    const { updated, removed } = this.#merged;
    const { dropped } = this.#late;
    return {
      operatorName: this.#grouping.operatorName,
      rowsUpdated: updated,
      rowsRemoved: removed + this.#evicted.length,
      groupsDropped: dropped.count,
      lateRows: dropped.rowCount,
    };
  }
}

/** Whether groups may be late: in complete mode none are, except for sessions, as in Spark. */
export function mayBeLate({ sessionKey }: Pick<AggregatePlan, "sessionKey">, mode: OutputMode): boolean {
  return mode !== "complete" || sessionKey !== undefined;
}

/** When the group of some keys becomes final, in microseconds; undefined if no watermark evicts groups. */
export function groupEndOf(
  { eviction, sessionKey }: AggregatePlan,
): ((keys: readonly Value[]) => Micros | undefined) | undefined {
  if (eviction === undefined) return undefined;
  const key = sessionKey ?? eviction.key;
  return sessionKey === undefined && eviction.of === "time"
    ? (keys) => keys[key] === null ? undefined : keys[key] as Micros
    : (keys) => (keys[key] as readonly Micros[] | null)?.[1];
}

/** What the state of an aggregation contains, for users and for comparison by the checkpoint. */
export function describeAggregate(what: string, { keys, calls }: AggregatePlan): string {
  const functions = calls.map(({ name, argTypes, filter }) =>
    `${name}(${argTypes.map(typeName).join(", ")})${filter === undefined ? "" : " filtered"}`
  );
  return `${what} by (${keys.map(typeName).join(", ")}) of ${functions.join(", ")}`;
}
