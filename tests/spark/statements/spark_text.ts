/** Types and values as Spark's SQL query tests write them. */
import type { TimeZone } from "../../../lib/base/time_zone.ts";
import type { DataType, Row, Schema, Value } from "../../../lib/records/data_type.ts";
import { isDuration, isMonths } from "../../../lib/records/types/interval_types.ts";
import { cellText } from "../../../lib/sinks/rows/cell_text.ts";

/** A schema as one type. */
export function schemaText(schema: Schema): string {
  return `struct<${schema.map(({ name, type }) => `${name}:${typeText(type)}`).join(",")}>`;
}

function typeText(type: DataType): string {
  if (typeof type === "string") return type.toLowerCase();
  switch (type.kind) {
    case "DECIMAL":
      return `decimal(${type.precision},${type.scale})`;
    case "ARRAY":
      return `array<${typeText(type.element)}>`;
    case "MAP":
      return `map<${typeText(type.key)},${typeText(type.value)}>`;
    case "STRUCT":
      return schemaText(type.fields);
  }
}

/** What Spark's tests take for the number of an expression. */
const NUMBERED = /#\d+/g;

/** Rows, a line each, without white space at the end. Rows without an order of their own are sorted. */
export function rowsText(
  rows: readonly Row[],
  { schema, zone, isOrdered }: {
    readonly schema: Schema;
    readonly zone: TimeZone;
    readonly isOrdered: boolean;
  },
): string {
  const lines = rows.map((row) =>
    schema.map(({ type }, index) => valueText(row[index]!, type, { zone, isNested: false })).join("\t")
      .replaceAll(NUMBERED, "#x")
  );
  return (isOrdered ? lines : lines.sort()).join("\n").replace(/\s+$/, "");
}

function valueText(
  value: Value,
  type: DataType,
  { zone, isNested }: { readonly zone: TimeZone; readonly isNested: boolean },
): string {
  if (value === null) return isNested ? "null" : "NULL";
  const inner = (value: Value, type: DataType) => valueText(value, type, { zone, isNested: true });
  if (typeof type !== "string") {
    switch (type.kind) {
      case "DECIMAL":
        return cellText(value, type, zone);
      case "ARRAY":
        return `[${(value as readonly Value[]).map((element) => inner(element, type.element)).join(",")}]`;
      case "MAP": {
        // Spark's tests sort them as texts.
        const entries = (value as readonly Value[][]).map(([key, item]) =>
          `${inner(key!, type.key)}:${inner(item!, type.value)}`
        );
        return `{${entries.sort().join(",")}}`;
      }
      case "STRUCT": {
        const fields = value as readonly Value[];
        return `{${type.fields.map(({ name, type }, index) => `"${name}":${inner(fields[index]!, type)}`)}}`;
      }
    }
  }
  if (isMonths(type)) return monthsText(value as number);
  if (isDuration(type)) return durationText(value as bigint);
  if (type === "BINARY") return new TextDecoder().decode(value as Uint8Array);
  return type === "STRING" && isNested ? `"${value}"` : cellText(value, type, zone);
}

/** Intervals as Hive writes them. */
function monthsText(value: number): string {
  const months = Math.abs(value);
  return `${value < 0 ? "-" : ""}${Math.floor(months / 12)}-${months % 12}`;
}

function durationText(value: bigint): string {
  const micros = value < 0n ? -value : value;
  const part = (size: bigint, count: bigint) => String(micros / size % count).padStart(2, "0");
  const clock = [part(3_600_000_000n, 24n), part(60_000_000n, 60n), part(1_000_000n, 60n)].join(":");
  const nanos = String(micros % 1_000_000n * 1_000n).padStart(9, "0");
  return `${value < 0n ? "-" : ""}${micros / 86_400_000_000n} ${clock}.${nanos}`;
}
