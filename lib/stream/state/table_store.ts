/** Keyed state in memory: rows by key, and by the time at which they expire. */
import type { DataType, Value } from "../../records/data_type.ts";
import type { Micros } from "../../records/values/micros.ts";
import { type Group, GroupTable } from "../aggregates/group_table.ts";
import { bytesOfValues } from "../values/memory_estimate.ts";
import { ExpiryIndex } from "./expiry_index.ts";
import type { StateEntry, StateStore } from "./state_store.ts";

/** Marks of rows; any other mark is the number of the batch that has put the row. */
const NEW = 0;
const REMOVED = -1;

/** The layout of a table. */
export interface TableOptions {
  readonly description: string;
  readonly keyTypes: readonly DataType[];
  readonly valueTypes: readonly DataType[];
  /** The value of a key without one. */
  readonly initial: readonly Value[];
  /** Estimates the memory of a row; by default that of its values. */
  readonly bytesOf?: (row: readonly Value[]) => number;
  /** When a row expires, which is fixed when it is first put; by default never. */
  readonly expiryOf?: (row: readonly Value[]) => Micros | undefined;
}

/** See the module's description. A row is its key, then its value. */
export class TableStore implements StateStore<Group> {
  readonly description: string;
  readonly keyTypes: readonly DataType[];
  readonly valueTypes: readonly DataType[];
  readonly #keyCount: number;
  readonly #bytesOf: (row: readonly Value[]) => number;
  readonly #expiryOf: TableOptions["expiryOf"];
  readonly #table: GroupTable;
  readonly #byExpiry = new ExpiryIndex<Group>();
  /** The number of the batch; rows that were restored have the first one. */
  #batch = 1;
  #updated: Group[] = [];
  #removed: Group[] = [];
  #valueBytes = 0;

  constructor({ description, keyTypes, valueTypes, initial, bytesOf, expiryOf }: TableOptions) {
    this.description = description;
    this.keyTypes = keyTypes;
    this.valueTypes = valueTypes;
    this.#keyCount = keyTypes.length;
    this.#bytesOf = bytesOf ?? ((row) => bytesOfValues(row));
    this.#expiryOf = expiryOf;
    this.#table = new GroupTable(initial);
  }

  get size(): number {
    return this.#table.size;
  }

  get memoryBytes(): number {
    return this.#table.memoryBytes + this.#valueBytes + this.#byExpiry.memoryBytes;
  }

  get latestExpiry(): Micros | undefined {
    return this.#byExpiry.latest;
  }

  begin(): void {
    this.#batch++;
    this.#updated = [];
    this.#removed = [];
  }

  /** The row of the key that the given values begin with. A new one has to be put. */
  get(key: readonly Value[]): Group {
    return this.#table.getOrCreate(key, this.#keyCount);
  }

  /** Whether a row was not put yet. */
  isNew(row: Group): boolean {
    return row.mark === NEW;
  }

  /** @param grownBytes By how much the estimated memory of a row that is not new has grown. */
  put(row: Group, grownBytes = 0): void {
    if (row.mark === NEW) this.#add(row);
    else this.#valueBytes += grownBytes;
    if (row.mark === this.#batch) return;
    row.mark = this.#batch;
    this.#updated.push(row);
  }

  expire(until: Micros): readonly Group[] {
    const expired = this.#byExpiry.removeUntil(until);
    for (const row of expired) {
      this.#table.delete(row.values, this.#keyCount);
      this.#valueBytes -= this.#bytesOf(row.values);
      row.mark = REMOVED;
      this.#removed.push(row);
    }
    return expired;
  }

  updated(): readonly Group[] {
    return this.#updated;
  }

  rows(): Iterable<Group> {
    return this.#table.groups();
  }

  /** The key of a row. */
  keyOf({ values }: Group): Value[] {
    return values.slice(0, this.#keyCount);
  }

  *changes(): Iterable<StateEntry> {
    for (const row of this.#removed) yield { key: this.keyOf(row), value: undefined };
    for (const row of this.#updated) if (row.mark !== REMOVED) yield this.#entryOf(row);
  }

  *entries(): Iterable<StateEntry> {
    for (const row of this.#table.groups()) yield this.#entryOf(row);
  }

  restore(key: readonly Value[], value: readonly Value[]): void {
    const row = this.get(key);
    row.values.splice(this.#keyCount, value.length, ...value);
    this.#add(row);
    row.mark = this.#batch;
  }

  #add(row: Group): void {
    this.#valueBytes += this.#bytesOf(row.values);
    const expiry = this.#expiryOf?.(row.values);
    if (expiry !== undefined) this.#byExpiry.add(expiry, row);
  }

  #entryOf(row: Group): StateEntry {
    return { key: this.keyOf(row), value: row.values.slice(this.#keyCount) };
  }
}
