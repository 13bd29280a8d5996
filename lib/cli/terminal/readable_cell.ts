/** Values for people who look at a table. */
import type { TimeZone } from "../../base/time_zone.ts";
import type { DataType, Value } from "../../records/data_type.ts";
import { cellText } from "../../sinks/rows/cell_text.ts";

/** The fields of a window. */
const WINDOW = ["start", "end"];

/**
 * The text of a value as Spark's `show` prints it, except that a window is `start – end`, without what both ends have in
 * common, or what is zero.
 *
 * @example
 * ```ts
 * import { equal } from "assert";
 * import { UTC } from "../../base/time_zone.ts";
 * const field = (name: string) => ({ name, type: "TIMESTAMP" as const });
 * const type = { kind: "STRUCT" as const, fields: [field("start"), field("end")] };
 * const [from, to] = [1546297200000000, 1546300800000000];
 * equal(readableCell([from, to], type, UTC), "2018-12-31 23:00 – 2019-01-01 00:00");
 * equal(readableCell([from - 3600e6, from], type, UTC), "2018-12-31 22:00 – 23:00");
 * equal(readableCell([from, from + 30e6], type, UTC), "2018-12-31 23:00:00 – 23:00:30");
 * equal(readableCell("a", "STRING", UTC), "a");
 * ```
 */
export function readableCell(value: Value, type: DataType, zone: TimeZone): string {
  if (value === null || typeof type === "string" || type.kind !== "STRUCT" || !isWindow(type.fields)) {
    return cellText(value, type, zone);
  }
  const [start, end] = (value as readonly Value[]).map((time, index) =>
    cellText(time, type.fields[index]!.type, zone)
  );
  const hasSeconds = [start!, end!].some((text) => !text.endsWith(":00"));
  const [from, to] = [start!, end!].map((text) => hasSeconds ? text : text.slice(0, -":00".length));
  const [day] = from!.split(" ");
  return `${from} – ${to!.startsWith(`${day} `) ? to!.slice(day!.length + 1) : to}`;
}

function isWindow(fields: readonly { readonly name: string; readonly type: DataType }[]): boolean {
  return fields.length === WINDOW.length &&
    fields.every(({ name, type }, index) =>
      name === WINDOW[index] && (type === "TIMESTAMP" || type === "TIMESTAMP_NTZ")
    );
}
