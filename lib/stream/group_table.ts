/**
 * Groups by their keys. A key of several columns is looked up column by column, in maps of maps: no key text
 * is built, and values are compared as Spark groups them (NaN is one group, and so are 0.0 and −0.0).
 */
import type { Value } from "../records/data_type.ts";

/** A group: its keys, and the buffer of its aggregates. */
export interface Group {
  readonly keys: readonly Value[];
  readonly buffer: Value[];
}

type Level = Map<Value, Level | Group>;

/** A mutable set of groups. */
export class GroupTable {
  readonly #root: Level = new Map();
  readonly #initial: readonly Value[];
  #size = 0;

  /** @param initial The buffer of a group without rows. */
  constructor(initial: readonly Value[]) {
    this.#initial = initial;
  }

  get size(): number {
    return this.#size;
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
      }
      level = next;
    }
    const part = count === 0 ? null : partOf(row[count - 1]!);
    let group = level.get(part) as Group | undefined;
    if (group === undefined) {
      group = { keys: row.slice(0, count), buffer: [...this.#initial] };
      level.set(part, group);
      this.#size++;
    }
    return group;
  }

  /** Takes a group out; says whether it was there. */
  delete(keys: readonly Value[]): boolean {
    const deleted = this.#deleteFrom(this.#root, keys, 0);
    if (deleted) this.#size--;
    return deleted;
  }

  /** All groups, in the order of the first appearance of their first key. */
  *groups(): Iterable<Group> {
    yield* groupsOf(this.#root);
  }

  #deleteFrom(level: Level, keys: readonly Value[], column: number): boolean {
    const part = keys.length === 0 ? null : partOf(keys[column]!);
    if (column >= keys.length - 1) return level.delete(part);
    const next = level.get(part) as Level | undefined;
    if (next === undefined || !this.#deleteFrom(next, keys, column + 1)) return false;
    if (next.size === 0) level.delete(part);
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
