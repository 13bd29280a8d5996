/**
 * The values of packed rows, such as the buffers of aggregates: numbers and times with eight bytes each; lists, texts
 * and decimals are objects beside the rows, which have the index of theirs. A bit says whether a value is NULL, if it
 * can be.
 */
import { SfcrimeError } from "../../base/errors.ts";
import type { DataType, Value } from "../../records/data_type.ts";
import type { RowTime } from "./kernel/group_memory.ts";
import type { RowViews } from "./row_views.ts";
import { readUnit, UnitKind, unitKindOf, writeUnit } from "./unit_values.ts";

/** How a value is stored. */
const Kind = { ...UnitKind, object: 4 } as const;

interface ValueSlot {
  readonly kind: number;
  /** Its unit of eight bytes; of an object, which of those of a row it is. */
  readonly at: number;
  /** The word and the bit that say whether it is NULL; 0 if it cannot be. */
  readonly nullWord: number;
  readonly nullBit: number;
}

/** Objects beside rows. A row without an index has those of the initial values. */
export class RowObjects {
  readonly width: number;
  #values: Value[] = [];
  readonly #free: number[] = [];

  /** @param width The number of objects of a row. */
  constructor(width: number) {
    this.width = width;
  }

  /** All objects, those of a row at its index, which counts from 1. */
  get values(): readonly Value[] {
    return this.#values;
  }

  /** An index for the objects of a row. */
  add(): number {
    const free = this.#free.pop();
    if (free !== undefined) return free;
    for (let index = 0; index < this.width; index++) this.#values.push(null);
    return this.#values.length / this.width;
  }

  set(index: number, values: readonly Value[]): void {
    const from = (index - 1) * this.width;
    for (let at = 0; at < this.width; at++) this.#values[from + at] = values[at]!;
  }

  remove(index: number): void {
    this.set(index, new Array<Value>(this.width).fill(null));
    this.#free.push(index);
  }

  /** Returns all objects, and starts over. */
  drain(): readonly Value[] {
    const values = this.#values;
    this.#values = [];
    this.#free.length = 0;
    return values;
  }
}

/** See the module's description. */
export class ValueCodec {
  /** The length of the values of a row. */
  readonly bytes: number;
  /** The number of objects of a row. */
  readonly objectCount: number;
  readonly #slots: readonly ValueSlot[];
  readonly #initial: readonly Value[];
  /** The unit with the index of the objects. */
  readonly #objectsAt: number;
  readonly #scratch: Value[];

  /** @param initial The values of a new row; only those that are NULL may become NULL. */
  constructor(types: readonly DataType[], initial: readonly Value[]) {
    const kinds = types.map(kindOf);
    this.#initial = initial;
    this.objectCount = kinds.filter((kind) => kind === Kind.object).length;
    const fixed = kinds.length - this.objectCount;
    this.#objectsAt = fixed;
    const units = fixed + (this.objectCount > 0 ? 1 : 0);
    let [unit, object, nullable] = [0, 0, 0];
    this.#slots = kinds.map((kind, index) => {
      if (kind === Kind.object) return { kind, at: object++, nullWord: 0, nullBit: 0 };
      const at = unit++;
      if (initial[index] !== null) return { kind, at, nullWord: 0, nullBit: 0 };
      const bit = nullable++;
      return { kind, at, nullWord: 2 * units + (bit >> 5), nullBit: 1 << (bit & 31) };
    });
    this.bytes = 8 * (units + Math.ceil(nullable / 64));
    this.#scratch = new Array<Value>(this.objectCount).fill(null);
  }

  /** Which unit of eight bytes a value takes, from the first one on, if it is not an object. */
  unitOf(index: number): number {
    return this.#slots[index]!.at;
  }

  /** Where values have a time, seen from the first of them; it may be NULL. */
  timeOf(value: number): RowTime {
    const { at, nullWord, nullBit } = this.#slots[value]!;
    return { at: 8 * at, added: 0, flagsAt: 4 * nullWord, flag: nullBit };
  }

  /** Reads the values at a handle into an array. */
  load(views: RowViews, at: number, { into, objects }: {
    readonly into: Value[];
    readonly objects: readonly Value[];
  }): void {
    const from = (views.words[2 * (at + this.#objectsAt)]! - 1) * this.objectCount;
    for (let index = 0; index < this.#slots.length; index++) {
      const slot = this.#slots[index]!;
      if (slot.kind === Kind.object) {
        into[index] = from < 0 ? this.#initial[index]! : objects[from + slot.at]!;
      } else if (slot.nullBit !== 0 && (views.words[2 * at + slot.nullWord]! & slot.nullBit) !== 0) {
        into[index] = null;
      } else {
        into[index] = readUnit(views, at + slot.at, slot.kind);
      }
    }
  }

  /** Writes the values of an array at a handle. */
  store(views: RowViews, at: number, { from, objects }: {
    readonly from: readonly Value[];
    readonly objects: RowObjects;
  }): void {
    const { words } = views;
    for (let index = 0; index < this.#slots.length; index++) {
      const slot = this.#slots[index]!;
      const value = from[index]!;
      if (slot.kind === Kind.object) {
        this.#scratch[slot.at] = value;
        continue;
      }
      if (value === null) {
        if (slot.nullBit === 0) throw new SfcrimeError("INTERNAL", `Value ${index} of a group is NULL.`);
        words[2 * at + slot.nullWord]! |= slot.nullBit;
        continue;
      }
      if (slot.nullBit !== 0) words[2 * at + slot.nullWord]! &= ~slot.nullBit;
      writeUnit(views, at + slot.at, { kind: slot.kind, value });
    }
    if (this.objectCount === 0) return;
    const indexWord = 2 * (at + this.#objectsAt);
    if (words[indexWord] === 0) words[indexWord] = objects.add();
    objects.set(words[indexWord]!, this.#scratch);
  }

  /** The index of the objects of the values at a handle; 0 if there are none. */
  objectsOf({ words }: RowViews, at: number): number {
    return this.objectCount === 0 ? 0 : words[2 * (at + this.#objectsAt)]!;
  }

  /** Writes the initial values at a handle. */
  initialize(views: RowViews, at: number): void {
    this.#slots.forEach((slot, index) => {
      const value = this.#initial[index]!;
      if (slot.kind === Kind.object) return;
      if (value === null) views.words[2 * at + slot.nullWord]! |= slot.nullBit;
      else writeUnit(views, at + slot.at, { kind: slot.kind, value });
    });
  }
}

/** Whether values of a type are in the row itself. */
export function isPacked(type: DataType): boolean {
  return kindOf(type) !== Kind.object;
}

function kindOf(type: DataType): number {
  return unitKindOf(type) ?? Kind.object;
}
