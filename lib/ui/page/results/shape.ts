/**
 * Which charts a result gets: by the types and names of its columns, not by the query, so that each topic and each
 * statement gets those that fit.
 *
 * - An hour, a day of the week and a number: a heat map.
 * - A time or window, a number, and at most one name: lines over event time, one for each name.
 * - A name and a number: bars, the largest first.
 * - Rows that are not counted, such as those of a stateless query: how often the values of a name occur among the
 *   latest rows.
 */
import type { ColumnView, QueryView } from "../../../monitoring/view/query_view.ts";
import type { Rows } from "../data/model.ts";
import { columnSql, isCategory, isHour, isNumber, isTime, isWeekday, isWindow } from "./columns.ts";

/** A chart, with the columns that it is made of, by their positions. */
export type Shape =
  | { readonly kind: "heat map"; readonly hour: number; readonly weekday: number; readonly value: number }
  | { readonly kind: "lines"; readonly time: number; readonly name: number | null; readonly value: number }
  | { readonly kind: "bars"; readonly name: number; readonly value: number }
  | { readonly kind: "counts"; readonly names: readonly number[] };

/** In which form the rows of a query are kept. */
export function kindOf({ outputMode }: QueryView): Rows["kind"] {
  return outputMode === "complete" ? "result" : outputMode === "update" ? "state" : "recent";
}

/** Groups that lines are made of: two days by the hour, of some forty names. */
const LINE_ROWS_MAX = 2_000;

/** Names whose values are counted side by side. */
const COUNTED_MAX = 3;

/** The chart of a result, or null if none fits. */
export function shapeOf(columns: readonly ColumnView[], kind: Rows["kind"]): Shape | null {
  const find = (test: (column: ColumnView) => boolean) =>
    columns.flatMap((column, index) => test(column) ? [index] : []);
  const [hour, weekday] = [find(isHour)[0], find(isWeekday)[0]];
  const value = find((column) => isNumber(column) && !isHour(column) && !isWeekday(column)).at(-1);
  const names = find((column) => isCategory(column) && !isWeekday(column));
  if (value !== undefined && hour !== undefined && weekday !== undefined) {
    return { kind: "heat map", hour, weekday, value };
  }
  const time = find(isWindow)[0] ?? find(isTime)[0];
  // Rows that are emitted one by one have a time and perhaps a number, but no number for a time.
  const isGrouped = kind !== "recent" || find(isWindow).length > 0;
  if (isGrouped && value !== undefined && time !== undefined && names.length <= 1) {
    return { kind: "lines", time, name: names[0] ?? null, value };
  }
  if (isGrouped && value !== undefined && time === undefined && names.length === 1) {
    return { kind: "bars", name: names[0]!, value };
  }
  return !isGrouped && names.length > 0 ? { kind: "counts", names: names.slice(-COUNTED_MAX) } : null;
}

/** The rows that a chart needs: the largest, or the latest. */
export function rowsFor(
  shape: Shape,
  columns: readonly ColumnView[],
): { readonly order?: string; readonly limit: number } {
  switch (shape.kind) {
    case "heat map":
      return { limit: 1_000 };
    case "lines":
      return { order: `${columnSql(columns[shape.time]!)} DESC`, limit: LINE_ROWS_MAX };
    case "bars":
      return { order: `${columnSql(columns[shape.value]!)} DESC`, limit: 15 };
    case "counts":
      return { limit: 1_000 };
  }
}
