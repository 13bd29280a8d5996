/**
 * The state of a join: the rows of both sides, by the same keys. A key is looked up once for a row: what is stored of
 * it on either side is found by its number.
 *
 * A row is stored under its side and an id, which grows from row to row, so that rows of a key come in the same order
 * after a restart.
 */
import type { DataType, Row, Value } from "../../../records/data_type.ts";
import { type Micros, microsOfMillis, millisOf } from "../../../records/values/micros.ts";
import { type Group, PackedGroups } from "../../groups/packed_groups.ts";
import type { KeyedState, StateEntry, StateLayout } from "../../state/state_store.ts";
import { bytesOfValues } from "../../values/memory_estimate.ts";
import { type AddedRow, type KeyNumber, NO_ROW, type RowHandle, SideRows } from "./side_rows.ts";

/** The left side of a join, or the right one. */
export type Side = 0 | 1;
const SIDES: readonly Side[] = [0, 1];

/** A row in memory, without its values: its array, and its places in columns of numbers, in a list and in a heap. */
const ROW_BYTES = 180;
/** A key, without its bytes. */
const KEY_BYTES = 40;

/** The types of what is stored. */
export interface JoinTypes {
  readonly description: string;
  readonly keys: readonly DataType[];
  /** By side: the types of its rows. */
  readonly sides: readonly [readonly DataType[], readonly DataType[]];
}

/** How rows are stored. */
export interface JoinStoreOptions extends JoinTypes {
  /** The key of a row of a side; it is read at once. */
  readonly keyOf: (side: Side, row: Readonly<Row>) => readonly Value[];
  /** When a row of a side expires; NULL is never. */
  readonly expiryOf: (side: Side, row: Readonly<Row>) => Micros | null;
}

/** The layout of the state: a row has its own columns, and NULL for those of the other side. */
export function joinStateLayout({ description, sides }: JoinTypes): StateLayout {
  return { description, keyTypes: ["INT", "BIGINT"], valueTypes: ["BOOLEAN", ...sides.flat()] };
}

/** See the module's description. */
export class JoinStore implements KeyedState {
  readonly description: string;
  readonly keyTypes: readonly DataType[];
  readonly valueTypes: readonly DataType[];
  readonly #options: JoinStoreOptions;
  /** The mark of a key is its number. */
  readonly #keys: PackedGroups;
  /** By number. */
  readonly #groups: Group[] = [0];
  readonly #freeKeys: KeyNumber[] = [];
  readonly #sides = [new SideRows(), new SideRows()] as const;
  /** By side: rows that were added in the batch, earlier ones that were matched, and those that it has removed. */
  readonly #added: readonly [RowHandle[], RowHandle[]] = [[], []];
  readonly #matched = [new Set<RowHandle>(), new Set<RowHandle>()] as const;
  readonly #removed: readonly [RowHandle[], RowHandle[]] = [[], []];
  #nextId = 1;
  /** Rows with an earlier id were there before the batch. */
  #batchFromId = 1;
  /** By side: rows that are not in their places yet, as they come in any order. */
  readonly #restored: readonly [Restored[], Restored[]] = [[], []];
  #valueBytes = 0;
  #keyBytes = 0;

  constructor(options: JoinStoreOptions) {
    const { description, keyTypes, valueTypes } = joinStateLayout(options);
    this.description = description;
    this.keyTypes = keyTypes;
    this.valueTypes = valueTypes;
    this.#options = options;
    this.#keys = new PackedGroups({ keyTypes: options.keys, valueTypes: [], initial: [] });
  }

  get size(): number {
    this.#settle();
    return this.#sides[0].size + this.#sides[1].size;
  }

  get memoryBytes(): number {
    return this.size * ROW_BYTES + this.#valueBytes + this.#keyBytes;
  }

  /** Begins a batch: the changes of the last one are committed. */
  begin(): void {
    this.#settle();
    let isLastRemoved = false;
    for (const side of SIDES) {
      const rows = this.#sides[side];
      for (const handle of this.#removed[side]) {
        isLastRemoved ||= rows.idOf(handle) === this.#nextId - 1;
        rows.free(handle);
      }
      this.#removed[side].length = 0;
      this.#added[side].length = 0;
      this.#matched[side].clear();
    }
    // Ids go on as they would after a restart.
    if (isLastRemoved) this.#nextId = 1 + Math.max(this.#sides[0].idMax, this.#sides[1].idMax);
    this.#batchFromId = this.#nextId;
  }

  /** The number of the key of a row. If nothing is stored for it, it has to be released. */
  key(side: Side, row: Readonly<Row>): KeyNumber {
    const group = this.#keys.at(this.#options.keyOf(side, row));
    const known = this.#keys.markOf(group);
    if (known !== 0) return known;
    const key = this.#freeKeys.pop() ?? this.#groups.length;
    this.#groups[key] = group;
    this.#keys.mark(group, key);
    this.#keyBytes += KEY_BYTES + this.#keys.bytesOf(group);
    return key;
  }

  /** Forgets a key if no row has it. */
  release(key: KeyNumber): void {
    if (SIDES.some((side) => this.#sides[side].firstOf(key) !== NO_ROW)) return;
    const group = this.#groups[key]!;
    this.#keyBytes -= KEY_BYTES + this.#keys.bytesOf(group);
    this.#keys.remove(group);
    this.#keys.mark(group, REMOVED);
    this.#keys.free(group);
    this.#freeKeys.push(key);
  }

  /** The rows of a side, to be read. */
  side(side: Side): Pick<SideRows, "firstOf" | "nextOf" | "rowOf" | "isMatched" | "latestUnmatchedMs"> {
    this.#settle();
    return this.#sides[side];
  }

  /** Adds a row. */
  add(side: Side, row: Row, { key, isMatched }: Pick<AddedRow, "key" | "isMatched">): void {
    const id = this.#nextId++;
    const expiryMs = this.#expiryMsOf(side, row);
    this.#added[side].push(this.#sides[side].add({ row, key, id, expiryMs, isMatched }));
    this.#valueBytes += bytesOfValues(row);
  }

  /** Notes that a row matches another one. */
  match(side: Side, handle: RowHandle): void {
    const rows = this.#sides[side];
    if (rows.isMatched(handle)) return;
    rows.match(handle);
    if (rows.idOf(handle) < this.#batchFromId) this.#matched[side].add(handle);
  }

  /** Removes the rows of a side that expire at or before a time; returns them in the order in which they do. */
  expire(side: Side, untilMs: number): readonly RowHandle[] {
    const rows = this.#sides[side];
    const removed = this.#removed[side];
    for (const handle of rows.removeUntil(untilMs)) {
      this.#matched[side].delete(handle);
      this.#valueBytes -= bytesOfValues(rows.rowOf(handle));
      removed.push(handle);
      this.release(rows.keyOf(handle));
    }
    return removed;
  }

  *changes(): Iterable<StateEntry> {
    for (const side of SIDES) {
      const rows = this.#sides[side];
      for (const handle of this.#removed[side]) {
        const id = rows.idOf(handle);
        if (id < this.#batchFromId) yield { key: [side, BigInt(id)], value: undefined };
      }
      for (const handle of this.#matched[side]) yield this.#entryOf(side, handle);
      for (const handle of this.#added[side]) if (rows.isThere(handle)) yield this.#entryOf(side, handle);
    }
  }

  *entries(): Iterable<StateEntry> {
    this.#settle();
    for (const side of SIDES) {
      for (const handle of this.#sides[side].handles()) yield this.#entryOf(side, handle);
    }
  }

  restore([side, id]: readonly Value[], [isMatched, ...values]: readonly Value[]): void {
    const { sides: [left, right] } = this.#options;
    this.#restored[side as Side].push({
      id: Number(id as bigint),
      isMatched: isMatched as boolean,
      row: side === 0 ? values.slice(0, left.length) : values.slice(-right.length),
    });
  }

  /** The first millisecond at or after which a row expires; watermarks have no less. */
  #expiryMsOf(side: Side, row: Readonly<Row>): number {
    const time = this.#options.expiryOf(side, row);
    if (time === null) return Infinity;
    const ms = millisOf(time);
    return microsOfMillis(ms) < time ? ms + 1 : ms;
  }

  #entryOf(side: Side, handle: RowHandle): StateEntry {
    const rows = this.#sides[side];
    const { sides } = this.#options;
    const others = new Array<Value>(sides[1 - side]!.length).fill(null);
    const row = rows.rowOf(handle);
    const values = side === 0 ? [...row, ...others] : [...others, ...row];
    return { key: [side, BigInt(rows.idOf(handle))], value: [rows.isMatched(handle), ...values] };
  }

  /** Puts restored rows in their places, in the order of their ids. */
  #settle(): void {
    for (const side of SIDES) {
      for (const { row, id, isMatched } of this.#restored[side].sort((left, right) => left.id - right.id)) {
        const expiryMs = this.#expiryMsOf(side, row);
        this.#sides[side].add({ row, key: this.key(side, row), id, expiryMs, isMatched });
        this.#valueBytes += bytesOfValues(row);
        this.#nextId = Math.max(this.#nextId, id + 1);
      }
      this.#restored[side].length = 0;
    }
  }
}

/** The mark of a key that was forgotten. */
const REMOVED = -1;

/** A row from a checkpoint. */
interface Restored {
  readonly id: number;
  readonly isMatched: boolean;
  readonly row: Row;
}
