/**
 * Groups by key in packed memory: the keys as bytes in one hash table, numbers and times of their aggregates in the
 * same rows. A group takes a fraction of what objects take, costs no garbage collection, and can be sent to another
 * thread as it is.
 *
 * A group is a handle, which stays valid until it is freed. Its mark belongs to the owner; that of a new one is 0.
 */
import type { DataType, Value } from "../../records/data_type.ts";
import type { Micros } from "../../records/values/micros.ts";
import type { GroupColumn } from "./group_column.ts";
import { GroupMemory, type KeyTime } from "./group_memory.ts";
import { KeyCodec, keyTime } from "./key_codec.ts";
import { type Group, KEY_BYTES_WORD, NEXT_WORD, type RowViews, VALUES, viewsOf } from "./row_views.ts";
import { RowObjects, ValueCodec } from "./value_codec.ts";

export type { Group };

/** The layout of groups. */
export interface GroupTypes {
  readonly keyTypes: readonly DataType[];
  readonly valueTypes: readonly DataType[];
  /** The values of a new group; only those that are NULL may become NULL. */
  readonly initial: readonly Value[];
}

/** Groups as plain data, to be sent to another thread; the memory of the rows can be transferred. */
export interface PackedRows {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly count: number;
  /** What does not fit in the rows. */
  readonly objects: readonly Value[];
}

/** A group of {@link PackedRows}, with its mark. */
export interface PackedRow {
  readonly key: readonly Value[];
  readonly values: readonly Value[];
  readonly mark: number;
}

/** How groups are merged. */
export interface GroupMerge {
  /** The mark of groups that need not be reported, if values are added. */
  readonly mark: number;
  /** Whether all values are numbers that are added up; if not, `merged` merges them. */
  readonly adds: boolean;
  /** Groups whose time is at or before this are late; undefined if none are. */
  readonly until: Micros | undefined;
  /** Called with each group, and unless they are added, with the values to be merged into it. */
  readonly merged: (group: Group, values: readonly Value[]) => void;
  /** Called with each late group, which is not merged. */
  readonly late: (key: readonly Value[], mark: number) => void;
}

/** A slot of the hash table, with the free ones beside it. */
const SLOT_BYTES = 14;
/** A row that was removed, though it can still be read, has a negative mark, and so has a free one. */
const isLive = (mark: number) => mark >= 0;

/** An iteration: the next group, in a segment; undefined if it is the first one of that. */
interface Cursor {
  segment: number;
  next: Group | undefined;
}

/** Whether an iteration goes on at a group or before it. */
function isBefore(
  { segment, next = 0 }: Cursor,
  group: { readonly segment: number; readonly next: Group },
): boolean {
  return segment < group.segment || (segment === group.segment && next <= group.next);
}

/** Free groups may take this much memory, whatever the others take. */
const FREE_BYTES_MAX = 1_048_576;

/** See the module's description. */
export class PackedGroups {
  readonly #keys: KeyCodec;
  readonly #values: ValueCodec;
  #memory: GroupMemory;
  #lateBy: KeyTime | undefined;
  readonly #objects: RowObjects;
  readonly #scratch: Value[];
  readonly #cursors = new Set<Cursor>();

  constructor({ keyTypes, valueTypes, initial }: GroupTypes) {
    this.#keys = new KeyCodec(keyTypes);
    this.#values = new ValueCodec(valueTypes, initial);
    this.#objects = new RowObjects(this.#values.objectCount);
    this.#scratch = new Array<Value>(valueTypes.length).fill(null);
    this.#memory = this.#newMemory();
  }

  get size(): number {
    return this.#memory.size;
  }

  /** Where keys have the time that makes groups late. */
  set lateBy(time: KeyTime) {
    this.#lateBy = time;
    this.#memory.expireBy(time);
  }

  /** Where a key has a time: in a TIMESTAMP column, or at the end of a window. */
  timeOf(column: number): KeyTime {
    return this.#keys.timeOf(column);
  }

  /** The group of the key that the values begin with; added if it is missing. */
  at(values: readonly Value[]): Group {
    return this.#memory.upsert(this.#keys.write(this.#memory, values));
  }

  markOf(group: Group): number {
    return this.#memory.views.doubles[group]!;
  }

  mark(group: Group, mark: number): void {
    this.#memory.views.doubles[group] = mark;
  }

  /** Adds 1 to the mark; returns what it was. */
  countMark(group: Group): number {
    return this.#memory.views.doubles[group]!++;
  }

  /** Another group that belongs to this one, such as the next in a list; 0 at first. */
  nextOf(group: Group): Group {
    return this.#memory.views.words[2 * group + NEXT_WORD]!;
  }

  setNext(group: Group, next: Group): void {
    this.#memory.views.words[2 * group + NEXT_WORD] = next;
  }

  keyOf(group: Group): Value[] {
    return this.#keys.read(this.#memory.views, this.#memory.keyOf(group));
  }

  /** A column of the keys. */
  keyColumn(index: number): GroupColumn {
    return this.#keys.column(index, () => this.#memory);
  }

  /** A column of values that count something. */
  countColumn(value: number): GroupColumn {
    const at = VALUES + this.#values.unitOf(value);
    return { kind: "count", count: (group) => this.#memory.views.doubles[group + at]! };
  }

  /** The time of the key of a group; undefined if it is NULL. */
  keyTimeOf(group: Group, time: KeyTime): Micros | undefined {
    return keyTime(this.#memory.views, this.#memory.keyOf(group), time);
  }

  valuesOf(group: Group, into: Value[] = []): Value[] {
    this.#values.load(this.#memory.views, group + VALUES, { into, objects: this.#objects.values });
    return into;
  }

  setValues(group: Group, values: readonly Value[]): void {
    this.#values.store(this.#memory.views, group + VALUES, { from: values, objects: this.#objects });
  }

  /** Adds to a value, which is a number and not NULL; those are in the order of their types. */
  add(group: Group, value: number, addend: number): void {
    this.#memory.views.doubles[group + VALUES + value]! += addend;
  }

  /** The memory of a group, without its objects. */
  bytesOf(group: Group): number {
    return this.#memory.rowBytes(group) + SLOT_BYTES;
  }

  /** Removes a group; it can still be read until it is freed. Its mark has to be negative from then on. */
  remove(group: Group): void {
    this.#memory.remove(group);
  }

  /** Removes all groups, in the same way. */
  removeAll(): void {
    this.#memory.removeAll();
  }

  /** Removes and frees all groups, with their memory. */
  clear(): void {
    for (const cursor of this.#cursors) cursor.segment = Infinity;
    this.#memory = this.#newMemory();
    this.#objects.drain();
  }

  /** Frees a group that was removed: its handle may then be that of another one. */
  free(group: Group): void {
    const index = this.#values.objectsOf(this.#memory.views, group + VALUES);
    if (index > 0) this.#objects.remove(index);
    this.#memory.free(group);
  }

  /** All groups. Others may be added or removed meanwhile, and all may be moved. */
  *groups(): Iterable<Group> {
    const cursor: Cursor = { segment: 0, next: undefined };
    this.#cursors.add(cursor);
    try {
      for (; cursor.segment < this.#memory.segments; cursor.segment++, cursor.next = undefined) {
        cursor.next ??= this.#memory.segment(cursor.segment).from;
        // The last segment grows.
        while (
          cursor.segment < this.#memory.segments && cursor.next < this.#memory.segment(cursor.segment).to
        ) {
          const group = cursor.next;
          cursor.next += this.#memory.rowBytes(group) / 8;
          if (isLive(this.markOf(group))) yield group;
        }
      }
    } finally {
      this.#cursors.delete(cursor);
    }
  }

  /** Whether most of the memory is that of free groups. */
  get isSparse(): boolean {
    const { free, all } = this.#memory.rowMemory;
    return free > FREE_BYTES_MAX && free > all - free;
  }

  /** Moves all groups to new memory, in their order. All handles change, and links to others are gone. */
  compact(): void {
    const old = this.#memory;
    const memory = this.#newMemory();
    const waiting = new Set(this.#cursors);
    for (let segment = 0; segment < old.segments; segment++) {
      const { from, to } = old.segment(segment);
      for (let row = from; row < to; row += old.rowBytes(row) / 8) {
        if (!isLive(old.views.doubles[row]!)) continue;
        const moved = memory.adopt(old, row);
        // An iteration goes on with the first group that is left.
        for (const cursor of waiting) {
          if (!isBefore(cursor, { segment, next: row })) continue;
          Object.assign(cursor, { segment: memory.segments - 1, next: moved });
          waiting.delete(cursor);
        }
      }
    }
    for (const cursor of waiting) cursor.segment = Infinity;
    this.#memory = memory;
  }

  /** Returns all groups, and starts over. None may have been removed. */
  drain(): PackedRows {
    const count = this.size;
    const { bytes } = this.#memory.views;
    const parts = Array.from({ length: this.#memory.segments }, (_, index) => {
      const { from, to } = this.#memory.segment(index);
      return bytes.subarray(8 * from, 8 * to);
    });
    const packed = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
    let at = 0;
    for (const part of parts) {
      packed.set(part, at);
      at += part.length;
    }
    const objects = this.#objects.drain();
    this.#memory.clear();
    return { bytes: packed, count, objects };
  }

  #newMemory(): GroupMemory {
    const memory = new GroupMemory(this.#values.bytes);
    this.#values.initialize(memory.views, memory.initialValues);
    if (this.#lateBy !== undefined) memory.expireBy(this.#lateBy);
    return memory;
  }

  /** Merges groups of the same layout, whose memory may be that of another thread. */
  merge({ bytes, objects }: PackedRows, { mark, adds, until, merged, late }: GroupMerge): void {
    const bound = until === undefined || until === -Infinity ? undefined : BigInt(until);
    const scratch = this.#scratch;
    this.#memory.merge(bytes, { mark, adds, until: bound }, {
      merged: (group, other) => {
        if (!adds) this.#values.load(this.#memory.views, other + VALUES, { into: scratch, objects });
        merged(group, scratch);
      },
      late: (other) => late(this.keyOf(other), this.markOf(other)),
    });
  }
}

/** Reads groups of a layout. */
export class PackedRowReader {
  readonly #keys: KeyCodec;
  readonly #values: ValueCodec;

  constructor({ keyTypes, valueTypes, initial }: GroupTypes) {
    this.#keys = new KeyCodec(keyTypes);
    this.#values = new ValueCodec(valueTypes, initial);
  }

  /** The groups, in the order in which they were first seen. */
  *read({ bytes, objects }: PackedRows): Iterable<PackedRow> {
    const views: RowViews = viewsOf(bytes.buffer);
    for (let row = 0; row < bytes.length / 8;) {
      const key = row + VALUES + this.#values.bytes / 8;
      const values: Value[] = [];
      this.#values.load(views, row + VALUES, { into: values, objects });
      yield { key: this.#keys.read(views, key), values, mark: views.doubles[row]! };
      row = key + views.words[2 * row + KEY_BYTES_WORD]! / 8;
    }
  }
}
