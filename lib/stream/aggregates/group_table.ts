/**
 * Groups by key. A key of several columns is looked up column by column, in nested maps: no key strings are
 * built, and values are compared as in Spark's GROUP BY (NaN is one group, and so are 0.0 and −0.0).
 */
import type { Value } from "../../records/data_type.ts";
import { GROUP_BYTES, LEVEL_BYTES } from "../values/memory_estimate.ts";

/**
 * A group. There may be millions of them, so it is a single array: its keys, then the buffers of its
 * aggregates.
 */
export interface Group {
  readonly values: Value[];
  /** A mark for the owner of the groups. */
  mark: number;
}

type Level = Map<Value, Level | Group>;

/** A mutable set of groups. */
export class GroupTable {
  readonly #root: Level = new Map();
  readonly #initial: readonly Value[];
  #size = 0;
  /** The number of nested maps. */
  #levels = 0;

  /** @param initial The buffers of a group without rows. */
  constructor(initial: readonly Value[]) {
    this.#initial = initial;
  }

  get size(): number {
    return this.#size;
  }

  /** Estimated memory, without the values of the groups. */
  get memoryBytes(): number {
    return this.#size * GROUP_BYTES + this.#levels * LEVEL_BYTES;
  }

  /** The group with the first `count` values of a row as its key; created if it is missing. */
  getOrCreate(row: readonly Value[], count: number): Group {
    let level = this.#root;
    for (let column = 0; column < count - 1; column++) {
      const part = mapKeyOf(row[column]!);
      let next = level.get(part) as Level | undefined;
      if (next === undefined) {
        next = new Map();
        level.set(part, next);
        this.#levels++;
      }
      level = next;
    }
    const part = count === 0 ? null : mapKeyOf(row[count - 1]!);
    let group = level.get(part) as Group | undefined;
    if (group === undefined) {
      group = { values: row.slice(0, count).map(keyOf).concat(this.#initial), mark: 0 };
      level.set(part, group);
      this.#size++;
    }
    return group;
  }

  /** Removes the group with the first `count` values as its key; returns whether it existed. */
  delete(values: readonly Value[], count: number): boolean {
    const deleted = this.#deleteFrom(this.#root, values, { column: 0, count });
    if (deleted) this.#size--;
    return deleted;
  }

  /** All groups, in the order in which their first key column was first seen. */
  *groups(): Iterable<Group> {
    yield* groupsOf(this.#root);
  }

  #deleteFrom(
    level: Level,
    values: readonly Value[],
    { column, count }: { readonly column: number; readonly count: number },
  ): boolean {
    const part = count === 0 ? null : mapKeyOf(values[column]!);
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

/** A value as the key of a group: 0.0 for −0.0, as in Spark. */
function keyOf(value: Value): Value {
  return value === 0 ? 0 : value;
}

/** The map key for a value: a window, the only STRUCT that can be a key, is identified by its start. */
function mapKeyOf(value: Value): Value {
  return typeof value === "object" && value !== null ? value[0]! : value;
}
