/**
 * Groups by their keys. A key of several columns is looked up column by column, in maps of maps: no key text
 * is built, and values are compared as Spark groups them (NaN is one group, and so are 0.0 and −0.0).
 */
import type { Value } from "../records/data_type.ts";
import { GROUP_BYTES, LEVEL_BYTES } from "./memory_estimate.ts";

/** A group. There may be millions of them, so it is one array: its keys, and then the buffers of its aggregates. */
export interface Group {
  readonly values: Value[];
  /** For whoever keeps the groups, to mark some of them. */
  mark: number;
}

type Level = Map<Value, Level | Group>;

/** A mutable set of groups. */
export class GroupTable {
  readonly #root: Level = new Map();
  readonly #initial: readonly Value[];
  #size = 0;
  /** Maps below the first one. */
  #levels = 0;

  /** @param initial The buffers of a group without rows. */
  constructor(initial: readonly Value[]) {
    this.#initial = initial;
  }

  get size(): number {
    return this.#size;
  }

  /** What the table takes in memory, estimated, without the values of its groups. */
  get memoryBytes(): number {
    return this.#size * GROUP_BYTES + this.#levels * LEVEL_BYTES;
  }

  /** The group of the first `count` values of a row; made when it is missing. */
  groupOf(row: readonly Value[], count: number): Group {
    let level = this.#root;
    for (let column = 0; column < count - 1; column++) {
      const part = partOf(row[column]!);
      let next = level.get(part) as Level | undefined;
      if (next === undefined) {
        next = new Map();
        level.set(part, next);
        this.#levels++;
      }
      level = next;
    }
    const part = count === 0 ? null : partOf(row[count - 1]!);
    let group = level.get(part) as Group | undefined;
    if (group === undefined) {
      group = { values: row.slice(0, count).concat(this.#initial), mark: 0 };
      level.set(part, group);
      this.#size++;
    }
    return group;
  }

  /** Takes the group of the first `count` values out; says whether it was there. */
  delete(values: readonly Value[], count: number): boolean {
    const deleted = this.#deleteFrom(this.#root, values, { column: 0, count });
    if (deleted) this.#size--;
    return deleted;
  }

  /** All groups, in the order of the first appearance of their first key. */
  *groups(): Iterable<Group> {
    yield* groupsOf(this.#root);
  }

  #deleteFrom(
    level: Level,
    values: readonly Value[],
    { column, count }: { readonly column: number; readonly count: number },
  ): boolean {
    const part = count === 0 ? null : partOf(values[column]!);
    if (column >= count - 1) return level.delete(part);
    const next = level.get(part) as Level | undefined;
    if (next === undefined || !this.#deleteFrom(next, values, { column: column + 1, count })) return false;
    if (next.size === 0) {
      level.delete(part);
      this.#levels--;
    }
    return true;
  }
}

function* groupsOf(level: Level): Iterable<Group> {
  for (const next of level.values()) {
    if (next instanceof Map) yield* groupsOf(next);
    else yield next;
  }
}

/** What stands for a key in a map: a window, the one STRUCT that a key can be, is known by its start. */
function partOf(value: Value): Value {
  return typeof value === "object" && value !== null ? value[0]! : value;
}
