/**
 * Columns of packed groups: how the value of each is read for a group, without a row, and where most rows are, without
 * anything that is garbage afterwards. A column stays valid as long as its groups exist, also when they move.
 */
import type { Value } from "../../records/data_type.ts";
import type { Micros } from "../../records/values/micros.ts";
import type { Group } from "./row_views.ts";

/** A column, by how its values are read; only windows, times and values may be NULL. */
export type GroupColumn = WindowColumn | TimeColumn | CountColumn | ValueColumn;

/** Windows: structs of two times. */
export interface WindowColumn {
  readonly kind: "window";
  readonly isNull: (group: Group) => boolean;
  /** The start and the end of a window that is not NULL. */
  readonly start: (group: Group) => Micros;
  readonly end: (group: Group) => Micros;
}

/** Times. */
export interface TimeColumn {
  readonly kind: "time";
  readonly isNull: (group: Group) => boolean;
  /** A time that is not NULL. */
  readonly time: (group: Group) => Micros;
}

/** Whole numbers of the type BIGINT that are safe integers, and never NULL. */
export interface CountColumn {
  readonly kind: "count";
  readonly count: (group: Group) => number;
}

/** Values of any type. A text may be a `TextView`, which is valid until the value of another group is read. */
export interface ValueColumn {
  readonly kind: "value";
  readonly value: (group: Group) => Value;
}

/** The column of a field of another one; undefined if that has none. */
export function fieldOf(column: GroupColumn, field: number): GroupColumn | undefined {
  if (column.kind !== "window") return undefined;
  return { kind: "time", isNull: column.isNull, time: field === 0 ? column.start : column.end };
}
