/**
 * The totals of a batch for a query without GROUP BY, partition by partition. Each must be in the range of its type
 * when all of its rows are added, and so must the total of the batch, as in Spark.
 */
import type { Value } from "../../records/data_type.ts";
import type { AggregatePlan } from "../../sql/plan.ts";
import type { BufferLayout } from "./buffer_layout.ts";
import { PartialGroupReader, type PartialGroups } from "./partial_aggregate.ts";

/** See the module's description. */
export class PartitionTotals {
  readonly #layout: BufferLayout;
  readonly #reader: PartialGroupReader;
  /** By origin: a partition, as a branch of the query reads it. */
  #totals = new Map<string, Value[]>();

  constructor(plan: AggregatePlan, layout: BufferLayout) {
    this.#layout = layout;
    this.#reader = new PartialGroupReader(plan, layout);
  }

  /** Adds the only group of each origin, which has no keys. */
  add(groups: PartialGroups): void {
    for (const { origin, buffer } of this.#reader.read(groups)) {
      const total = this.#totals.get(origin) ?? [...this.#layout.initial];
      this.#layout.merge(total, buffer);
      this.#totals.set(origin, total);
    }
  }

  /** The total of the batch. @throws {SfcrimeError} QUERY_FAILED if a total is out of range. */
  drainTotal(): readonly Value[] {
    const batch = [...this.#layout.initial];
    for (const total of this.#totals.values()) {
      this.#layout.checkRange(total);
      this.#layout.merge(batch, total);
    }
    this.#layout.checkRange(batch);
    this.#totals = new Map();
    return batch;
  }
}
