/** Keyed state in packed memory: rows by key, and by the time at which they expire. */
import type { DataType, Value } from "../../records/data_type.ts";
import type { Micros } from "../../records/values/micros.ts";
import type { GroupColumn } from "../groups/group_column.ts";
import type { KeyTime } from "../groups/group_memory.ts";
import { GroupList } from "../groups/group_list.ts";
import { type Group, type GroupMerge, PackedGroups, type PackedRows } from "../groups/packed_groups.ts";
import { GroupExpiry } from "./group_expiry.ts";
import type { StateEntry, StateStore } from "./state_store.ts";

/** Marks of rows; any other mark is the number of the batch that has put the row. */
const NEW = 0;
const REMOVED = -1;

/** The layout of a table. */
export interface TableOptions {
  readonly description: string;
  readonly keyTypes: readonly DataType[];
  readonly valueTypes: readonly DataType[];
  /** The value of a key without one; only what is NULL in it may become NULL. */
  readonly initial: readonly Value[];
  /** Estimates the memory of the values of a row that are objects; by default there are none. */
  readonly bytesOf?: (values: readonly Value[]) => number;
  /** When a row expires, which is fixed when it is first put; by default never. */
  readonly expiry?: Expiry;
}

/** What holds the time at which a row expires: a column of its key, or of its values. NULL is never. */
export type Expiry = { readonly ofKey: number } | { readonly ofValues: number };

/** How partial rows are merged. */
export interface TableMerge extends Pick<GroupMerge, "adds" | "until" | "late"> {
  /** Merges a value into another one, unless values are added; returns how much its estimated memory has grown. */
  readonly merge: (value: Value[], other: readonly Value[]) => number;
}

/** See the module's description. A row is a handle, which is valid until the next batch begins. */
export class TableStore implements StateStore<Group> {
  readonly description: string;
  readonly keyTypes: readonly DataType[];
  readonly valueTypes: readonly DataType[];
  readonly #bytesOf: TableOptions["bytesOf"];
  readonly #expiryOf: ((row: Group) => Micros | null | undefined) | undefined;
  readonly #groups: PackedGroups;
  #byExpiry: GroupExpiry;
  readonly #scratch: Value[] = [];
  /** The number of the batch; rows that were restored have the first one. */
  #batch = 1;
  #updated = new GroupList();
  #removed = new GroupList();
  #rowBytes = 0;

  constructor(options: TableOptions) {
    const { description, keyTypes, valueTypes, bytesOf, expiry } = options;
    this.description = description;
    this.keyTypes = keyTypes;
    this.valueTypes = valueTypes;
    this.#bytesOf = bytesOf;
    this.#groups = new PackedGroups(options);
    this.#byExpiry = new GroupExpiry(this.#groups);
    if (expiry === undefined) return;
    if ("ofValues" in expiry) {
      this.#expiryOf = (row) => this.valuesOf(row)[expiry.ofValues] as Micros | null;
    } else {
      const time: KeyTime = this.#groups.timeOf(expiry.ofKey);
      this.#groups.lateBy = time;
      this.#expiryOf = (row) => this.#groups.keyTimeOf(row, time);
    }
  }

  get size(): number {
    return this.#groups.size;
  }

  get memoryBytes(): number {
    return this.#rowBytes + this.#byExpiry.memoryBytes;
  }

  get latestExpiry(): Micros | undefined {
    return this.#byExpiry.latest;
  }

  begin(): void {
    if (this.#removed.length > 0) this.#freeRemoved();
    this.#batch++;
    this.#updated = new GroupList();
    this.#removed = new GroupList();
  }

  /** The row of the key that the given values begin with. A new one has to be put. */
  get(key: readonly Value[]): Group {
    return this.#groups.at(key);
  }

  /** Whether a row was not put yet. */
  isNew(row: Group): boolean {
    return this.#groups.markOf(row) === NEW;
  }

  /** @param grownBytes By how much the estimated memory of a row that is not new has grown. */
  put(row: Group, grownBytes = 0): void {
    const mark = this.#groups.markOf(row);
    if (mark === NEW) this.#add(row);
    else this.#rowBytes += grownBytes;
    if (mark === this.#batch) return;
    this.#groups.mark(row, this.#batch);
    this.#updated.push(row);
  }

  /** Merges partial rows into those of the same keys, and puts these. */
  merge(rows: PackedRows, { adds, until, late, merge }: TableMerge): void {
    this.#groups.merge(rows, {
      mark: this.#batch,
      adds,
      until,
      late,
      merged: adds ? (row) => this.put(row) : (row, other) => {
        const value = this.valuesOf(row, this.#scratch);
        const grownBytes = merge(value, other);
        this.setValues(row, value);
        this.put(row, grownBytes);
      },
    });
  }

  expire(until: Micros): GroupList {
    this.#removed = this.#byExpiry.removeUntil(until);
    const isAll = this.#removed.length === this.size;
    if (isAll) this.#groups.removeAll();
    for (const row of this.#removed) {
      this.#rowBytes -= this.#bytesOfRow(row);
      if (!isAll) this.#groups.remove(row);
      this.#groups.mark(row, REMOVED);
    }
    return this.#removed;
  }

  updated(): GroupList {
    return this.#updated;
  }

  rows(): Iterable<Group> {
    return this.#groups.groups();
  }

  /** The key of a row. */
  keyOf(row: Group): Value[] {
    return this.#groups.keyOf(row);
  }

  /** A column of the keys of rows. */
  keyColumn(index: number): GroupColumn {
    return this.#groups.keyColumn(index);
  }

  /** A column of values of rows that count something. */
  countColumn(value: number): GroupColumn {
    return this.#groups.countColumn(value);
  }

  /** The values of a row. */
  valuesOf(row: Group, into: Value[] = []): Value[] {
    return this.#groups.valuesOf(row, into);
  }

  /** Replaces the values of a row, which then has to be put. */
  setValues(row: Group, values: readonly Value[]): void {
    this.#groups.setValues(row, values);
  }

  *changes(): Iterable<StateEntry> {
    for (const row of this.#removed) yield { key: this.keyOf(row), value: undefined };
    for (const row of this.#updated) if (this.#groups.markOf(row) !== REMOVED) yield this.#entryOf(row);
  }

  *entries(): Iterable<StateEntry> {
    for (const row of this.#groups.groups()) yield this.#entryOf(row);
  }

  restore(key: readonly Value[], value: readonly Value[]): void {
    const row = this.get(key);
    this.setValues(row, value);
    this.#add(row);
    this.#groups.mark(row, this.#batch);
  }

  /** Frees the rows that the last batch has removed, and their memory, if it is most of all. */
  #freeRemoved(): void {
    if (this.size === 0) return this.#groups.clear();
    for (const row of this.#removed) this.#groups.free(row);
    if (!this.#groups.isSparse) return;
    this.#groups.compact();
    this.#byExpiry = new GroupExpiry(this.#groups);
    for (const row of this.#groups.groups()) this.#addExpiry(row);
  }

  #add(row: Group): void {
    this.#rowBytes += this.#bytesOfRow(row);
    this.#addExpiry(row);
  }

  #addExpiry(row: Group): void {
    const expiry = this.#expiryOf?.(row) ?? undefined;
    if (expiry !== undefined) this.#byExpiry.add(expiry, row);
  }

  #bytesOfRow(row: Group): number {
    return this.#groups.bytesOf(row) + (this.#bytesOf?.(this.valuesOf(row)) ?? 0);
  }

  #entryOf(row: Group): StateEntry {
    return { key: this.keyOf(row), value: this.valuesOf(row) };
  }
}
