/** Values as Spark's `show` prints them in a table. */
import type { DataType, Value } from "../../records/data_type.ts";
import { isIntervalType } from "../../records/types/interval_types.ts";
import { anyIntervalText } from "../../records/values/interval_text.ts";
import type { Micros } from "../../records/values/micros.ts";
import { decimalText } from "../../records/values/decimal_text.ts";
import { doubleText, floatText } from "../../records/values/double_text.ts";
import { dateText, timestampText } from "../../records/values/timestamp.ts";
import { type TimeZone, UTC } from "../../base/time_zone.ts";

/** The text of a value, including NULL, before truncation to the width of a column. */
export function cellText(value: Value, type: DataType, zone: TimeZone): string {
  if (value === null) return "NULL";
  if (typeof type !== "string") {
    switch (type.kind) {
      case "DECIMAL":
        return decimalText(value as bigint, type.scale);
      case "ARRAY":
        return `[${
          (value as readonly Value[]).map((element) => cellText(element, type.element, zone)).join(", ")
        }]`;
      case "MAP": {
        const entries = value as readonly (readonly [Value, Value])[];
        const text = ([key, value]: readonly [Value, Value]) =>
          `${cellText(key, type.key, zone)} -> ${cellText(value, type.value, zone)}`;
        return `{${entries.map(text).join(", ")}}`;
      }
      case "STRUCT": {
        const fields = value as readonly Value[];
        return `{${
          type.fields.map((field, index) => cellText(fields[index]!, field.type, zone)).join(", ")
        }}`;
      }
    }
  }
  switch (type) {
    case "TIMESTAMP":
      return timestampText(value as Micros, zone);
    case "TIMESTAMP_NTZ":
      return timestampText(value as Micros, UTC);
    case "DATE":
      return dateText(value as number);
    case "DOUBLE":
      return doubleText(value as number);
    case "FLOAT":
      return floatText(value as number);
    case "BINARY":
      return `[${Array.from(value as Uint8Array, hexText).join(" ")}]`;
    default:
      return isIntervalType(type) ? anyIntervalText(value, type) : String(value);
  }
}

function hexText(byte: number): string {
  return byte.toString(16).toUpperCase().padStart(2, "0");
}

/** Characters that are two columns wide, by Spark's rules. */
const FULL_WIDTH =
  /[\u1100-\u115F\u2E80-\uA4CF\uAC00-\uD7A3\uF900-\uFAFF\uFE10-\uFE19\uFE30-\uFE6F\uFF00-\uFF60\uFFE0-\uFFE6]/g;

/** The width of a text in a terminal, in columns. */
export function displayWidth(text: string): number {
  return text.length + (text.match(FULL_WIDTH)?.length ?? 0);
}
