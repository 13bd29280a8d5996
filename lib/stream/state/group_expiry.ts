/**
 * Packed groups by the time at which they expire. Few times are distinct, as those of windows are; the groups of a time
 * are linked from one to the next, the last one that was added first.
 */
import type { Micros } from "../../records/values/micros.ts";
import { GroupList } from "../groups/group_list.ts";
import type { Group, PackedGroups } from "../groups/packed_groups.ts";
import { latestOf, TimeHeap } from "./time_heap.ts";

/** The size of a time: its map entry, its place in the heap, and the number itself. */
const TIME_BYTES = 120;
const NONE = 0;

/** The groups of a time. */
interface Bucket {
  readonly time: Micros;
  last: Group;
}

/** See the module's description. */
export class GroupExpiry {
  readonly #groups: PackedGroups;
  readonly #buckets = new Map<Micros, Bucket>();
  readonly #times = new TimeHeap();
  /** The bucket that was used last: the next group often has the same time. */
  #recent: Bucket | undefined;

  /** @param groups Their links to other groups are used here. */
  constructor(groups: PackedGroups) {
    this.#groups = groups;
  }

  /** Estimated memory, without the groups themselves. */
  get memoryBytes(): number {
    return this.#buckets.size * TIME_BYTES;
  }

  /** The latest time; undefined if there is none. */
  get latest(): Micros | undefined {
    return latestOf(this.#buckets.keys());
  }

  /** Adds a group, which must not be in it yet. */
  add(time: Micros, group: Group): void {
    let bucket = this.#recent;
    if (bucket === undefined || bucket.time !== time) {
      bucket = this.#buckets.get(time);
      if (bucket === undefined) {
        bucket = { time, last: NONE };
        this.#buckets.set(time, bucket);
        this.#times.add(time);
      }
      this.#recent = bucket;
    }
    this.#groups.setNext(group, bucket.last);
    bucket.last = group;
  }

  /** Removes and returns all groups up to a time, inclusive: earliest first, in the order in which they were added. */
  removeUntil(time: Micros): GroupList {
    const removed = new GroupList();
    this.#recent = undefined;
    for (const earliest of this.#times.removeUntil(time)) {
      const groups: Group[] = [];
      for (
        let group = this.#buckets.get(earliest)!.last;
        group !== NONE;
        group = this.#groups.nextOf(group)
      ) {
        groups.push(group);
      }
      for (let at = groups.length - 1; at >= 0; at--) removed.push(groups[at]!);
      this.#buckets.delete(earliest);
    }
    return removed;
  }
}
