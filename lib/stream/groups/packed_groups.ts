/**
 * Groups by key in packed memory: the keys as bytes in one hash table, numbers and times of their aggregates in the
 * same rows. A group takes a fraction of what objects take, costs no garbage collection, and can be sent to another
 * thread as it is.
 *
 * A group is a handle, which stays valid until it is freed. Its mark belongs to the owner; that of a new one is 0.
 */
import type { Value } from "../../records/data_type.ts";
import { type Micros, microsOf } from "../../records/values/micros.ts";
import type { GroupColumn } from "./group_column.ts";
import { GroupMemory, type RowTime } from "./kernel/group_memory.ts";
import { KeyCodec } from "./key_codec.ts";
import type { GroupTypes, PackedRows } from "./packed_rows.ts";
import { type Group, NEXT_WORD, VALUES } from "./row_views.ts";
import { type TextForm, textOf } from "./texts/text_bytes.ts";
import { RowObjects, ValueCodec } from "./value_codec.ts";

export type { Group };

/** What holds the time at which a group expires: a column of its key, or one of its values. NULL is never. */
export type Expiry = { readonly ofKey: number } | { readonly ofValues: number };

/** How a table of groups is stored. */
export interface TableTypes extends GroupTypes {
  /** Whether short texts of keys are stored once; groups of such a table cannot be sent. */
  readonly interns?: boolean;
  readonly expiry?: Expiry | undefined;
}

/** How groups are merged. */
export interface GroupMerge {
  /** The mark of groups that need not be reported, if values are added. */
  readonly mark: number;
  /** Whether all values are numbers that are added up; if not, `merged` merges them. */
  readonly adds: boolean;
  /** Groups that expire at or before this are late; undefined if none are. */
  readonly until: Micros | undefined;
  /** Called with groups that got the mark, if values are added: a list, so many from an index on. */
  readonly marked: (list: Int32Array, from: number, count: number) => void;
  /** Called with each group otherwise, and with the values to be merged into it. */
  readonly merged: (group: Group, values: readonly Value[]) => void;
  /** Called with each late group, which is not merged. */
  readonly late: (key: readonly Value[], mark: number) => void;
}

/** Groups that were removed: each has a link to the next one. */
export interface RemovedGroups {
  readonly first: Group;
  readonly count: number;
  /** Their memory, without objects. */
  readonly bytes: number;
}

/** Where a list of groups ends. */
export const NO_GROUP: Group = 0;

/** A slot of the hash table, with the free ones beside it. */
const SLOT_BYTES = 14;
/** The highest mark. */
const MARK_MAX = 2 ** 31 - 1;
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
  readonly #interns: boolean;
  readonly #expiry: RowTime | undefined;
  #memory: GroupMemory;
  readonly #objects: RowObjects;
  readonly #scratch: Value[];
  readonly #cursors = new Set<Cursor>();
  #gatheredBytes = 0;
  /** Interned texts that were read, by number. */
  readonly #texts: string[] = [];

  constructor({ keyTypes, windows, valueTypes, initial, interns = false, expiry }: TableTypes) {
    this.#keys = new KeyCodec(keyTypes, windows);
    this.#values = new ValueCodec(valueTypes, initial);
    this.#interns = interns;
    this.#expiry = expiry === undefined ? undefined : this.#timeOf(expiry);
    this.#objects = new RowObjects(this.#values.objectCount);
    this.#scratch = new Array<Value>(valueTypes.length).fill(null);
    this.#memory = this.#newMemory();
  }

  get size(): number {
    return this.#memory.size;
  }

  /** The number of distinct times at which groups expire. */
  get expiryTimeCount(): number {
    return this.#memory.expiryTimeCount;
  }

  /** The latest time at which a group expires; undefined if none does. */
  get latestExpiry(): Micros | undefined {
    const latest = this.#memory.latestExpiry;
    return latest === undefined ? undefined : microsOf(latest);
  }

  /** The group of the key that the values begin with; added if it is missing. */
  at(values: readonly Value[]): Group {
    this.#keys.write(this.#memory, values);
    return this.#memory.upsert();
  }

  /**
   * A row that waits to be added to the group of the key that the values begin with: its values are numbers, zeros at
   * first, and it counts 1 for the mark. So many groups are looked up at a time.
   */
  waiting(values: readonly Value[]): Group {
    const keyBytesMax = this.#keys.bytesMax(values);
    if (!this.#memory.hasRoom(keyBytesMax)) {
      this.#gather();
      this.#memory.makeRoom(keyBytesMax);
    }
    const row = this.#memory.beginWaitingRow();
    this.#memory.endWaitingRow(this.#keys.writeAt(this.#memory.views, this.#memory.keyOf(row), values));
    return row;
  }

  /** Has a copy of the last row wait, of a window of the key that begins at another time. */
  repeatWaiting(column: number, startMicros: number): void {
    let row = this.#memory.repeatWaitingRow();
    if (row === NO_GROUP) {
      this.#gather();
      row = this.#memory.repeatWaitingRow();
    }
    this.#keys.writeStart(this.#memory.views, this.#memory.keyOf(row), { column, micros: startMicros });
  }

  /** The memory of the groups that rows which waited have added since the last drain. */
  get gatheredBytes(): number {
    return this.#gatheredBytes;
  }

  /** Adds the rows that wait to their groups. */
  #gather(): void {
    const sizeBefore = this.size;
    this.#gatheredBytes += this.#memory.gather() + (this.size - sizeBefore) * SLOT_BYTES;
  }

  markOf(group: Group): number {
    return this.#memory.views.words[2 * group]!;
  }

  mark(group: Group, mark: number): void {
    this.#memory.views.words[2 * group] = mark;
  }

  /** Adds 1 to the mark, unless it is the highest; returns what it was. */
  countMark(group: Group): number {
    const { words } = this.#memory.views;
    const mark = words[2 * group]!;
    if (mark < MARK_MAX) words[2 * group] = mark + 1;
    return mark;
  }

  /** Adds to the mark, up to the highest one. */
  addToMark(group: Group, count: number): void {
    this.mark(group, Math.min(MARK_MAX, this.markOf(group) + count));
  }

  /** The next one of the groups that were removed together. */
  nextOf(group: Group): Group {
    return this.#memory.views.words[2 * group + NEXT_WORD]!;
  }

  keyOf(group: Group): Value[] {
    return this.#keys.read(this.#memory.views, this.#memory.keyOf(group), this.#textOf);
  }

  /** A column of the keys. */
  keyColumn(index: number): GroupColumn {
    return this.#keys.column(index, { memory: () => this.#memory, textOf: this.#textOf });
  }

  /** A column of values that count something. */
  countColumn(value: number): GroupColumn {
    const at = VALUES + this.#values.unitOf(value);
    return {
      kind: "count",
      count: (group) => this.#memory.views.doubles[group + at]!,
      place: { memory: () => this.#memory, at: 8 * at },
    };
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

  /** Has a group expire at its time; it must not be so yet. */
  link(group: Group): void {
    this.#memory.link(group);
  }

  /** Removes the linked groups that expire up to a time; they can still be read until they are freed. */
  expire(until: Micros): RemovedGroups {
    const removed = this.#memory.expire(clamped(until));
    return { ...removed, bytes: removed.bytes + removed.count * SLOT_BYTES };
  }

  /** Frees the groups that {@link expire} has removed last: their handles may then be those of others. */
  freeExpired({ first }: RemovedGroups): void {
    if (this.size === 0) return this.clear();
    if (this.#values.objectCount > 0) {
      for (let group = first; group !== NO_GROUP; group = this.nextOf(group)) this.#removeObjects(group);
    }
    this.#memory.freeExpired();
  }

  /** Removes a group that is not linked; it can still be read until it is freed. Its mark has to be negative from then on. */
  remove(group: Group): void {
    this.#memory.remove(group);
  }

  /** Removes and frees all groups, with their memory. */
  clear(): void {
    for (const cursor of this.#cursors) cursor.segment = Infinity;
    this.#replaceMemory();
    this.#objects.drain();
  }

  /** Frees a group that was removed: its handle may then be that of another one. */
  free(group: Group): void {
    this.#removeObjects(group);
    this.#memory.free(group);
  }

  #removeObjects(group: Group): void {
    const index = this.#values.objectsOf(this.#memory.views, group + VALUES);
    if (index > 0) this.#objects.remove(index);
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

  /** Moves all groups, which have to be linked if they expire, to new memory, in their order. All handles change. */
  compact(): void {
    const old = this.#memory;
    const memory = this.#replaceMemory();
    const waiting = new Set(this.#cursors);
    for (let segment = 0; segment < old.segments; segment++) {
      const { from, to } = old.segment(segment);
      for (let row = from; row < to; row += old.rowBytes(row) / 8) {
        if (!isLive(old.views.words[2 * row]!)) continue;
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
  }

  /** Returns all groups, also of the rows that wait, and starts over. None may have been removed. */
  drain(): PackedRows {
    this.#gather();
    this.#gatheredBytes = 0;
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

  /** Merges groups of the same layout, whose memory may be that of another thread; returns the bytes of new ones. */
  merge({ bytes, objects }: PackedRows, { mark, adds, until, marked, merged, late }: GroupMerge): number {
    const scratch = this.#scratch;
    const sizeBefore = this.size;
    const rowBytes = this.#memory.merge(bytes, {
      adds,
      mark,
      until: until === undefined || until === -Infinity ? undefined : clamped(until),
      merged: adds ? marked : (_list, from, count) => {
        for (let word = from; word < from + 2 * count; word += 2) {
          // The memory grows when groups are added.
          const { views } = this.#memory;
          this.#values.load(views, views.words[word + 1]! + VALUES, { into: scratch, objects });
          merged(views.words[word]!, scratch);
        }
      },
      late: (other) => late(this.keyOf(other), this.markOf(other)),
    });
    return rowBytes + (this.size - sizeBefore) * SLOT_BYTES;
  }

  /** Begins with new memory, in which texts have the same numbers. */
  #replaceMemory(): GroupMemory {
    const memory = this.#newMemory();
    memory.adoptTexts(this.#memory);
    return this.#memory = memory;
  }

  #newMemory(): GroupMemory {
    const { fixedBytes: fixedKeyBytes, textsAt, textCount } = this.#keys;
    const layout = {
      valueBytes: this.#values.bytes,
      fixedKeyBytes,
      textsAt,
      textCount,
      interns: this.#interns,
    };
    const memory = new GroupMemory(layout);
    this.#values.initialize(memory.views, memory.initialValues);
    if (this.#expiry !== undefined) memory.expireBy(this.#expiry);
    return memory;
  }

  /** Where a row has the time at which it expires. */
  #timeOf(expiry: Expiry): RowTime {
    const [time, from] = "ofKey" in expiry
      ? [this.#keys.timeOf(expiry.ofKey), 8 * VALUES + this.#values.bytes]
      : [this.#values.timeOf(expiry.ofValues), 8 * VALUES];
    return { ...time, at: from + time.at, flagsAt: from + time.flagsAt };
  }

  readonly #textOf = (number: number, form: TextForm): string =>
    this.#texts[number] ??= textOf(this.#memory.text(number), form);
}

const TIME_MAX = 2n ** 63n - 1n;
const TIME_MIN = -(2n ** 63n);

/** A time as the kernel has it. */
function clamped(time: Micros): bigint {
  if (time === Infinity) return TIME_MAX;
  if (time === -Infinity) return TIME_MIN;
  const micros = BigInt(time);
  return micros > TIME_MAX ? TIME_MAX : micros < TIME_MIN ? TIME_MIN : micros;
}
