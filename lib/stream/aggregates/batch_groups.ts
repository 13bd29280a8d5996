/**
 * The groups of a batch, partition by partition, for aggregates whose result depends on the order of rows, or on what
 * is in a partition. As in Spark, the rows of a partition are aggregated in their order; then those of the partitions
 * are merged in theirs, and the result is merged into the state. So a batch has one result, however many workers there
 * are, and whichever of them is the first.
 */
import type { AggregatePlan } from "../../sql/plan.ts";
import { PackedGroups } from "../groups/packed_groups.ts";
import type { GroupTypes, PackedRows } from "../groups/packed_rows.ts";
import type { BufferLayout } from "./buffer_layout.ts";
import { compareOrigins } from "./origin.ts";
import {
  groupTypesOf,
  type PartialGroup,
  PartialGroupReader,
  type PartialGroups,
} from "./partial_aggregate.ts";

/** See the module's description. */
export class BatchGroups {
  readonly #layout: BufferLayout;
  readonly #reader: PartialGroupReader;
  readonly #types: GroupTypes;
  /** By origin. */
  readonly #partitions = new Map<string, PackedGroups>();
  #bytes = 0;

  constructor(plan: AggregatePlan, layout: BufferLayout) {
    this.#layout = layout;
    this.#reader = new PartialGroupReader(plan, layout);
    this.#types = groupTypesOf(plan, layout);
  }

  /** Estimated memory of the groups so far. */
  get bytes(): number {
    return this.#bytes;
  }

  get isEmpty(): boolean {
    return this.#partitions.size === 0;
  }

  /** Adds groups of a worker. What belongs to a partition comes in the order of its rows. */
  add(groups: PartialGroups): void {
    for (const { origin, ...group } of this.#reader.read(groups)) {
      let partition = this.#partitions.get(origin);
      if (partition === undefined) {
        partition = new PackedGroups(this.#types);
        this.#partitions.set(origin, partition);
      }
      this.#merge(partition, group);
    }
  }

  /** The groups of the batch, merged. @throws {SfcrimeError} QUERY_FAILED if a sum is out of range. */
  drain(): PackedRows {
    const batch = new PackedGroups(this.#types);
    for (const group of this.drainPartitions()) this.#merge(batch, group);
    for (const group of batch.groups()) {
      const buffer = batch.valuesOf(group);
      this.#layout.seal(buffer);
      batch.setValues(group, buffer);
    }
    this.#bytes = 0;
    return batch.drain();
  }

  /** The groups of each partition, in the order of partitions. @throws {SfcrimeError} QUERY_FAILED */
  *drainPartitions(): Iterable<PartialGroup> {
    for (const origin of [...this.#partitions.keys()].sort(compareOrigins)) {
      const partition = this.#partitions.get(origin)!;
      this.#partitions.delete(origin);
      for (const group of partition.groups()) {
        const buffer = partition.valuesOf(group);
        this.#layout.seal(buffer);
        yield { origin, key: partition.keyOf(group), buffer, rowCount: partition.markOf(group) };
      }
    }
    this.#bytes = 0;
  }

  #merge(into: PackedGroups, { key, buffer, rowCount }: Omit<PartialGroup, "origin">): void {
    const group = into.at(key);
    const merged = into.valuesOf(group);
    if (into.markOf(group) === 0) this.#bytes += into.bytesOf(group) + this.#layout.objectBytesOf(merged);
    this.#bytes += this.#layout.merge(merged, buffer);
    into.setValues(group, merged);
    into.addToMark(group, rowCount);
  }
}
