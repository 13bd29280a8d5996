/** Values that take one unit of eight bytes in a packed row, in a key or beside it: numbers and times. */
import type { DataType, Value } from "../../records/data_type.ts";
import { isDuration, isMonths } from "../../records/types/interval_types.ts";
import type { Micros } from "../../records/values/micros.ts";
import { readTime, type RowViews, writeTime } from "./row_views.ts";

/** How a value is written. */
export const UnitKind = { number: 0, boolean: 1, time: 2, long: 3 } as const;

/** How values of a type are written; undefined if they do not take one unit. */
export function unitKindOf(type: DataType): number | undefined {
  switch (type) {
    case "BOOLEAN":
      return UnitKind.boolean;
    case "TIMESTAMP":
    case "TIMESTAMP_NTZ":
      return UnitKind.time;
    case "BIGINT":
      return UnitKind.long;
    case "TINYINT":
    case "SMALLINT":
    case "INT":
    case "DATE":
    case "FLOAT":
    case "DOUBLE":
      return UnitKind.number;
    default:
      if (isMonths(type)) return UnitKind.number;
      return isDuration(type) ? UnitKind.long : undefined;
  }
}

/** Reads the value at a handle. */
export function readUnit(views: RowViews, at: number, kind: number): Value {
  switch (kind) {
    case UnitKind.boolean:
      return views.doubles[at] === 1;
    case UnitKind.time:
      return readTime(views, at);
    case UnitKind.long:
      return views.longs[at]!;
    default:
      return views.doubles[at]!;
  }
}

/** Writes a value, which is not NULL, at a handle. */
export function writeUnit(
  views: RowViews,
  at: number,
  { kind, value }: { readonly kind: number; readonly value: Value },
): void {
  switch (kind) {
    case UnitKind.boolean:
      views.doubles[at] = value === true ? 1 : 0;
      return;
    case UnitKind.time:
      return writeTime(views, at, value as Micros);
    case UnitKind.long:
      views.longs[at] = value as bigint;
      return;
    default:
      views.doubles[at] = value as number;
  }
}
