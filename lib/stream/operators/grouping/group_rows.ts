/**
 * Rows of a result that are packed groups. To most readers they are rows, each of which is made when it is read. Those
 * that take columns make nothing of a group: a batch may have millions, and one thread writes them all.
 */
import type { Row } from "../../../records/data_type.ts";
import type { GroupColumn } from "../../groups/group_column.ts";
import { GroupList } from "../../groups/group_list.ts";
import type { Group } from "../../groups/packed_groups.ts";

/** How many groups are handed over at once that are not in a list. */
const PART_LENGTH = 1_024;

/** What the rows of groups consist of. */
export interface GroupResult {
  /** The same object for all batches. */
  readonly columns: readonly GroupColumn[];
  /** The row of a group, with a value for each column. */
  readonly rowOf: (group: Group) => Row;
}

/** See the module's description. */
export class GroupRows implements Iterable<Row> {
  readonly result: GroupResult;
  readonly #groups: Iterable<Group>;

  constructor(groups: Iterable<Group>, result: GroupResult) {
    this.#groups = groups;
    this.result = result;
  }

  /** The same groups with other columns. */
  with(result: GroupResult): GroupRows {
    return new GroupRows(this.#groups, result);
  }

  /** The groups, to be read once. */
  parts(): Iterable<Int32Array> {
    return this.#groups instanceof GroupList ? this.#groups.parts() : partsOf(this.#groups);
  }

  *[Symbol.iterator](): Iterator<Row> {
    for (const group of this.#groups) yield this.result.rowOf(group);
  }
}

function* partsOf(groups: Iterable<Group>): Iterable<Int32Array> {
  const part = new Int32Array(PART_LENGTH);
  let length = 0;
  for (const group of groups) {
    part[length++] = group;
    if (length < PART_LENGTH) continue;
    yield part;
    length = 0;
  }
  yield part.subarray(0, length);
}
