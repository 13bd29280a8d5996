/** The groups of late rows that a batch has dropped, as Spark counts them: each once, whoever has read its rows. */
import { DROPPED_GROUP_BYTES_MAX } from "../../../base/bounds.ts";
import type { DataType, Value } from "../../../records/data_type.ts";
import { PackedGroups } from "../../groups/packed_groups.ts";

/** Counts them. Where they take too much memory to be told apart, each counts as often as it comes. */
export class DroppedGroups {
  readonly #keyTypes: readonly DataType[];
  readonly #bytesMax: number;
  /** Made for the first one, as most batches have none. */
  #groups: PackedGroups | undefined;
  #bytes = 0;
  /** Groups that arrived when there was no room left. */
  #uncompared = 0;
  #rowCount = 0;

  constructor(keyTypes: readonly DataType[], bytesMax: number = DROPPED_GROUP_BYTES_MAX) {
    this.#keyTypes = keyTypes;
    this.#bytesMax = bytesMax;
  }

  get count(): number {
    return (this.#groups?.size ?? 0) + this.#uncompared;
  }

  /** The late rows themselves. */
  get rowCount(): number {
    return this.#rowCount;
  }

  /** Adds a group of late rows. */
  add(key: readonly Value[], rowCount: number): void {
    this.#rowCount += rowCount;
    if (this.#bytes >= this.#bytesMax) {
      this.#uncompared++;
      return;
    }
    this.#groups ??= new PackedGroups({ keyTypes: this.#keyTypes, valueTypes: [], initial: [] });
    const group = this.#groups.at(key);
    if (this.#groups.countMark(group) === 0) this.#bytes += this.#groups.bytesOf(group);
  }
}
