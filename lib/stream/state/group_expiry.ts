/**
 * Packed groups by the time at which they expire. Few times are distinct, as those of windows are; the groups of a time
 * are linked from one to the next, the last one that was added first.
 */
import type { Micros } from "../../records/values/micros.ts";
import { GroupList } from "../groups/group_list.ts";
import type { Group, PackedGroups } from "../groups/packed_groups.ts";
import { TimeHeap } from "./time_heap.ts";

/** The size of a time: its map entry, its place in the heap, and the number itself. */
const TIME_BYTES = 88;
const NONE = 0;

/** See the module's description. */
export class GroupExpiry {
  readonly #groups: PackedGroups;
  /** The last group of each time. */
  readonly #last = new Map<Micros, Group>();
  readonly #times = new TimeHeap();

  /** @param groups Their links to other groups are used here. */
  constructor(groups: PackedGroups) {
    this.#groups = groups;
  }

  /** Estimated memory, without the groups themselves. */
  get memoryBytes(): number {
    return this.#last.size * TIME_BYTES;
  }

  /** The latest time; undefined if there is none. */
  get latest(): Micros | undefined {
    let latest: Micros | undefined;
    for (const time of this.#last.keys()) if (latest === undefined || time > latest) latest = time;
    return latest;
  }

  /** Adds a group, which must not be in it yet. */
  add(time: Micros, group: Group): void {
    const before = this.#last.get(time);
    this.#last.set(time, group);
    if (before === undefined) this.#times.add(time);
    this.#groups.setNext(group, before ?? NONE);
  }

  /** Removes and returns all groups up to a time, inclusive: earliest first, in the order in which they were added. */
  removeUntil(time: Micros): GroupList {
    const removed = new GroupList();
    for (
      let earliest = this.#times.earliest;
      earliest !== undefined && earliest <= time;
      earliest = this.#times.earliest
    ) {
      const groups: Group[] = [];
      for (let group = this.#last.get(earliest)!; group !== NONE; group = this.#groups.nextOf(group)) {
        groups.push(group);
      }
      for (let at = groups.length - 1; at >= 0; at--) removed.push(groups[at]!);
      this.#last.delete(earliest);
      this.#times.removeEarliest();
    }
    return removed;
  }
}
