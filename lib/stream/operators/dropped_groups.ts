/** The groups of late rows that a batch has dropped, as Spark counts them: each once, whoever has read its rows. */
import { DROPPED_GROUP_BYTES_MAX } from "../../base/bounds.ts";
import type { Value } from "../../records/data_type.ts";
import { GroupTable } from "../aggregates/group_table.ts";
import { bytesOfValues } from "../values/memory_estimate.ts";

/** Counts them. Where they take too much memory to be told apart, each counts as often as it comes. */
export class DroppedGroups {
  readonly #bytesMax: number;
  readonly #table = new GroupTable([]);
  #valueBytes = 0;
  /** Groups that arrived when there was no room left. */
  #uncompared = 0;
  #rowCount = 0;

  constructor(bytesMax: number = DROPPED_GROUP_BYTES_MAX) {
    this.#bytesMax = bytesMax;
  }

  get count(): number {
    return this.#table.size + this.#uncompared;
  }

  /** The late rows themselves. */
  get rowCount(): number {
    return this.#rowCount;
  }

  /** Adds a group of late rows. */
  add(key: readonly Value[], rowCount: number): void {
    this.#rowCount += rowCount;
    if (this.#table.memoryBytes + this.#valueBytes >= this.#bytesMax) {
      this.#uncompared++;
      return;
    }
    const { size } = this.#table;
    this.#table.getOrCreate(key, key.length);
    if (this.#table.size > size) this.#valueBytes += bytesOfValues(key);
  }
}
