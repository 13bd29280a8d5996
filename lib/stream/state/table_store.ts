/** Keyed state in packed memory: rows by key, and by the time at which they expire. */
import type { DataType, Value } from "../../records/data_type.ts";
import type { Micros } from "../../records/values/micros.ts";
import type { GroupColumn } from "../groups/group_column.ts";
import { GroupList } from "../groups/group_list.ts";
import {
  type Group,
  type GroupMerge,
  NO_GROUP,
  PackedGroups,
  type RemovedGroups,
  type TableTypes,
} from "../groups/packed_groups.ts";
import type { PackedRows } from "../groups/packed_rows.ts";
import type { StateEntry, StateRows, StateStore } from "./state_store.ts";

/** A time at which rows expire: its bucket, and its places in the table and the heap, with those that are free. */
const TIME_BYTES = 48;
const NONE: RemovedGroups = { first: NO_GROUP, count: 0, bytes: 0 };

/** Marks of rows; any other mark is the number of the batch that has put the row. */
const NEW = 0;
const REMOVED = -1;

/** The layout of a table. A row expires at a time that is fixed when it is first put. */
export interface TableOptions extends TableTypes {
  readonly description: string;
  /** Estimates the memory of the values of a row that are objects; by default there are none. */
  readonly bytesOf?: (values: readonly Value[]) => number;
}

/** How partial rows are merged. */
export interface TableMerge extends Pick<GroupMerge, "adds" | "until" | "late"> {
  /** Merges a value into another one, unless values are added; returns how much its estimated memory has grown. */
  readonly merge: (value: Value[], other: readonly Value[]) => number;
}

/** See the module's description. A row is a handle, which is valid until the next batch begins. */
export class TableStore implements StateStore<Group> {
  /** Estimated memory of rows that wait to be merged. */
  waitingBytes = 0;
  readonly description: string;
  readonly keyTypes: readonly DataType[];
  readonly valueTypes: readonly DataType[];
  readonly #bytesOf: TableOptions["bytesOf"];
  readonly #groups: PackedGroups;
  readonly #scratch: Value[] = [];
  /** The number of the batch; rows that were restored have the first one. */
  #batch = 1;
  #updated = new GroupList();
  #removed = NONE;
  #rowBytes = 0;

  constructor(options: TableOptions) {
    const { description, keyTypes, valueTypes, bytesOf } = options;
    this.description = description;
    this.keyTypes = keyTypes;
    this.valueTypes = valueTypes;
    this.#bytesOf = bytesOf;
    this.#groups = new PackedGroups(options);
  }

  get size(): number {
    return this.#groups.size;
  }

  get memoryBytes(): number {
    return this.#rowBytes + this.#groups.expiryTimeCount * TIME_BYTES + this.waitingBytes;
  }

  get latestExpiry(): Micros | undefined {
    return this.#groups.latestExpiry;
  }

  begin(): void {
    if (this.#removed.count > 0) this.#freeRemoved();
    this.#batch++;
    this.#updated = new GroupList();
    this.#removed = NONE;
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
    const addedBytes = this.#groups.merge(rows, {
      mark: this.#batch,
      adds,
      until,
      late,
      marked: (list, from, count) => this.#updated.pushAll(list, from, count),
      merged: (row, other) => {
        const value = this.valuesOf(row, this.#scratch);
        const grownBytes = merge(value, other);
        this.setValues(row, value);
        this.put(row, grownBytes);
      },
    });
    if (adds) this.#rowBytes += addedBytes;
  }

  expire(until: Micros): StateRows<Group> {
    this.#removed = this.#groups.expire(until);
    this.#rowBytes -= this.#removed.bytes;
    const removed = this.#removedRows();
    if (this.#bytesOf !== undefined) {
      for (const row of removed) this.#rowBytes -= this.#bytesOf(this.valuesOf(row));
    }
    return removed;
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
    for (const row of this.#removedRows()) yield { key: this.keyOf(row), value: undefined };
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

  /** The rows that expired in the batch. */
  #removedRows(): StateRows<Group> {
    const { first, count } = this.#removed;
    const groups = this.#groups;
    return {
      length: count,
      *[Symbol.iterator]() {
        for (let row = first; row !== NO_GROUP; row = groups.nextOf(row)) yield row;
      },
    };
  }

  /** Frees the rows that the last batch has removed, and their memory, if it is most of all. */
  #freeRemoved(): void {
    this.#groups.freeExpired(this.#removed);
    if (this.#groups.isSparse) this.#groups.compact();
  }

  #add(row: Group): void {
    this.#rowBytes += this.#bytesOfRow(row);
    this.#groups.link(row);
  }

  #bytesOfRow(row: Group): number {
    return this.#groups.bytesOf(row) + (this.#bytesOf?.(this.valuesOf(row)) ?? 0);
  }

  #entryOf(row: Group): StateEntry {
    return { key: this.keyOf(row), value: this.valuesOf(row) };
  }
}
