/** The last groups of many that are emitted: only these become rows, so the others cost next to nothing. */
import { RECENT_ROWS_MAX } from "../../base/bounds.ts";
import type { Row } from "../../records/data_type.ts";
import type { Group } from "../../stream/groups/packed_groups.ts";

/** See the module's description. */
export class LastGroups {
  readonly #countMax: number;
  #groups = new Int32Array(0);

  constructor(countMax = RECENT_ROWS_MAX) {
    this.#countMax = countMax;
  }

  /** Adds groups; the caller may use the array again. */
  add(groups: Int32Array): void {
    const kept = this.#groups.subarray(-Math.max(0, this.#countMax - groups.length) || this.#groups.length);
    const added = groups.subarray(-this.#countMax);
    const both = new Int32Array(kept.length + added.length);
    both.set(kept);
    both.set(added, kept.length);
    this.#groups = both;
  }

  /** Their rows, oldest first, before the next batch. One that cannot be computed is left out: its sink did not ask for it. */
  *rows(rowOf: (group: Group) => Row): Iterable<Row> {
    for (const group of this.#groups) {
      try {
        yield rowOf(group);
      } catch {
        continue;
      }
    }
  }
}
