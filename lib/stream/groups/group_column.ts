/**
 * Columns of packed groups: how the value of each is read for a group, without a row, and where most rows are, without
 * anything that is garbage afterwards. A column stays valid as long as its groups exist, also when they move.
 */
import type { Value } from "../../records/data_type.ts";
import type { Micros } from "../../records/values/micros.ts";
import type { GroupMemory } from "./kernel/group_memory.ts";
import type { Group } from "./row_views.ts";

/** A column, by how its values are read; counts are never NULL. */
export type GroupColumn = WindowColumn | TimeColumn | TextColumn | CountColumn | ValueColumn;

/** Where the values of a column are, for those who read the memory of a table themselves. */
export interface ColumnPlace {
  /** It may be another one after each batch. */
  readonly memory: () => GroupMemory;
  /** In bytes, from the start of a row; of a text, its index among those of the key. */
  readonly at: number;
}

/** Where a value is that may be NULL: the word of the row, in bytes, and the flag in it that says so. */
export interface NullablePlace extends ColumnPlace {
  readonly flagsAt: number;
  readonly flag: number;
}

/** Windows, and other structs of two times. */
export interface WindowColumn {
  readonly kind: "window";
  readonly isNull: (group: Group) => boolean;
  /** The start and the end, which are NULL if the window is. */
  readonly start: TimeColumn;
  readonly end: TimeColumn;
}

/** Times. */
export interface TimeColumn {
  readonly kind: "time";
  readonly isNull: (group: Group) => boolean;
  /** A time that is not NULL. */
  readonly time: (group: Group) => Micros;
  /** With what is added to what is there; undefined if NULL has no flag. */
  readonly place?: NullablePlace & { readonly added: number };
}

/** Whole numbers of the type BIGINT that are safe integers, and never NULL. */
export interface CountColumn {
  readonly kind: "count";
  readonly count: (group: Group) => number;
  readonly place: ColumnPlace;
}

/** Texts. Most columns have few: those of such a column are interned, and have numbers, which never change. */
export interface TextColumn {
  readonly kind: "text";
  /** The number of an interned text; −1 if it has none, or is NULL. */
  readonly number: (group: Group) => number;
  /** The text, or NULL. It may be a `TextView`, which is valid until the text of another group is read. */
  readonly value: (group: Group) => Value;
  readonly place: NullablePlace;
}

/** Values of any other type. */
export interface ValueColumn {
  readonly kind: "value";
  readonly value: (group: Group) => Value;
}

/** The column of a field of another one; undefined if that has none. */
export function fieldOf(column: GroupColumn, field: number): GroupColumn | undefined {
  if (column.kind !== "window") return undefined;
  return field === 0 ? column.start : column.end;
}

/** The time of a group, or NULL. */
export function timeIn({ isNull, time }: TimeColumn, group: Group): Micros | null {
  return isNull(group) ? null : time(group);
}
