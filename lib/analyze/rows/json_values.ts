/**
 * Reads lines that `lib/sinks/rows/json_lines.ts` has written, back into the values of their rows. It takes what that
 * writes, and nothing else: records, which may be anything, are read by `lib/records/`.
 */
import { Buffer } from "node:buffer";
import type { TimeZone } from "../../base/time_zone.ts";
import type { DataType, Row, Schema, Value } from "../../records/data_type.ts";
import { parseDecimal } from "../../records/values/decimal.ts";
import { readFloat } from "../../records/values/floating_text.ts";
import { microsOf } from "../../records/values/micros.ts";
import { parseDate, parseTimestamp } from "../../records/values/timestamp.ts";

/** A parsed line, in which numbers are their texts: they may have more digits than a number can. */
type Json = null | boolean | string | readonly Json[] | { readonly [name: string]: Json };

/** A reader of the lines of rows with a schema. */
export function jsonRowReader(schema: Schema, zone: TimeZone): (line: string) => Row {
  return (line) => {
    const row = JSON.parse(line, numbersAsText) as { readonly [name: string]: Json };
    return schema.map(({ name, type }) => valueOf(row[name] ?? null, type, zone));
  };
}

function numbersAsText(_key: string, value: unknown, context?: { readonly source?: string }): unknown {
  return typeof value === "number" ? context!.source : value;
}

function valueOf(json: Json, type: DataType, zone: TimeZone): Value {
  if (json === null) return null;
  if (typeof type !== "string") {
    switch (type.kind) {
      case "DECIMAL":
        return parseDecimal(json as string, type) ?? null;
      case "ARRAY":
        return (json as readonly Json[]).map((element) => valueOf(element, type.element, zone));
      case "MAP":
        return Object.entries(json as { readonly [name: string]: Json })
          .map(([key, item]) => [keyOf(key, type.key, zone), valueOf(item, type.value, zone)]);
      case "STRUCT": {
        const fields = json as { readonly [name: string]: Json };
        return type.fields.map((field) => valueOf(fields[field.name] ?? null, field.type, zone));
      }
    }
  }
  switch (type) {
    case "TINYINT":
    case "SMALLINT":
    case "INT":
    case "DOUBLE":
      return Number(json);
    case "FLOAT":
      return readFloat(json as string) ?? null;
    case "BIGINT":
      return BigInt(json as string);
    case "TIMESTAMP":
      return parseTimestamp(json as string, zone) ?? null;
    case "DATE":
      return parseDate(json as string) ?? null;
    case "BINARY":
      return bytesOf(json as string);
    default:
      return json as Value;
  }
}

/** The key of a MAP by its text. */
function keyOf(text: string, type: DataType, zone: TimeZone): Value {
  switch (type) {
    case "STRING":
      return text;
    case "TIMESTAMP":
      return microsOf(BigInt(text));
    case "DATE":
      return Number(text);
    case "BINARY":
      return bytesOf(text);
    case "BOOLEAN":
      return text === "true";
    default: {
      const isNested = typeof type !== "string" && type.kind !== "DECIMAL";
      return valueOf(isNested ? JSON.parse(text, numbersAsText) as Json : text, type, zone);
    }
  }
}

function bytesOf(base64: string): Uint8Array {
  return Uint8Array.from(Buffer.from(base64, "base64"));
}
