/** What the type of a column says of its values. */
import { quotedName } from "../../../sql/syntax/quoted_name.ts";
import type { ColumnView } from "../../../monitoring/view/query_view.ts";
import type { Cell } from "../data/model.ts";

const NUMBER = /^(?:TINYINT|SMALLINT|INT|BIGINT|FLOAT|DOUBLE|DECIMAL\b.*)$/i;
const INTEGER = /^(?:TINYINT|SMALLINT|INT|BIGINT)$/i;
const TIME = /^(?:TIMESTAMP|TIMESTAMP_NTZ|DATE)$/i;
const WINDOW = /^STRUCT<start: TIMESTAMP\w*, end: TIMESTAMP\w*>$/i;
const CATEGORY = /^(?:STRING|BOOLEAN)$/i;

/** Whether values are numbers. */
export function isNumber({ type }: ColumnView): boolean {
  return NUMBER.test(type);
}

/** Whether values are integers. */
export function isInteger({ type }: ColumnView): boolean {
  return INTEGER.test(type);
}

/** Whether values are windows of time. */
export function isWindow({ type }: ColumnView): boolean {
  return WINDOW.test(type);
}

/** Whether values are moments, or windows. */
export function isTime(column: ColumnView): boolean {
  return TIME.test(column.type) || isWindow(column);
}

/** Whether values are names of something. */
export function isCategory({ type }: ColumnView): boolean {
  return CATEGORY.test(type);
}

/** Whether values are hours of the day. */
export function isHour(column: ColumnView): boolean {
  return isInteger(column) && /hour/i.test(column.name);
}

/** Whether values are days of the week, by number or name. */
export function isWeekday(column: ColumnView): boolean {
  return (isInteger(column) || isCategory(column)) && /week_?day|day_?of_?week|^dow$/i.test(column.name);
}

/** How a statement names a column. */
export function columnSql(column: ColumnView): string {
  const name = quotedName(column.name);
  return isWindow(column) ? `${name}.start` : name;
}

/** A number, or null if there is none. Numbers that JSON has no form for, and long ones, are texts. */
export function numberOf(cell: Cell | undefined): number | null {
  const value = typeof cell === "string" && cell.trim() !== "" ? Number(cell) : cell;
  return typeof value === "number" && Number.isFinite(value) ? value : null;
}

/** A moment, or the start of a window, in milliseconds since the epoch; null if there is none. */
export function timeOf(cell: Cell | undefined): number | null {
  if (typeof cell === "string") {
    // A date, and a time without a zone, are in UTC.
    const hasZone = /(?:Z|[+-]\d\d:?\d\d)$/.test(cell);
    const ms = Date.parse(hasZone || !cell.includes("T") ? cell : `${cell}Z`);
    return Number.isNaN(ms) ? null : ms;
  }
  return isObject(cell) ? timeOf(cell["start"]) : null;
}

/** A value in a table. */
export function cellText(cell: Cell | undefined): string {
  if (cell === null || cell === undefined) return "NULL";
  if (typeof cell === "string") return timeText(cell);
  if (isObject(cell) && Object.keys(cell).join() === "start,end") {
    const [start, end] = [cellText(cell["start"]), cellText(cell["end"])];
    const [day, time] = end.split(" ");
    return start.startsWith(`${day} `) ? `${start} – ${time}` : `${start} – ${end}`;
  }
  return typeof cell === "object" ? JSON.stringify(cell) : String(cell);
}

/** A time as people write it, in the zone that it is written in; any other text as it is. */
function timeText(text: string): string {
  const match = /^([+-]?\d{4,}-\d\d-\d\d)T(\d\d:\d\d)(:\d\d(?:\.\d+)?)(Z|[+-]\d\d:\d\d)?$/.exec(text);
  if (match === null) return text;
  const [, day, minutes, seconds, zone = ""] = match;
  const exact = /^:00(?:\.0+)?$/.test(seconds!) ? "" : seconds!.replace(/\.0+$/, "");
  return `${day} ${minutes}${exact}${zone === "Z" ? "" : zone}`;
}

function isObject(cell: Cell | undefined): cell is { readonly [field: string]: Cell } {
  return typeof cell === "object" && cell !== null && !Array.isArray(cell);
}
