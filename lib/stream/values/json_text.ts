/**
 * Values as JSON, in the format of Spark's `to_json`: times in ISO 8601 with a zone, NaN and infinities as
 * strings, a struct as an object. A field that is NULL is left out, as in Spark, or written, as in the rows of sinks. Most
 * sinks write the same texts as bytes, with `json_bytes.ts`.
 */
import { Buffer } from "node:buffer";
import type { DataType, Value } from "../../records/data_type.ts";
import { doubleText, floatText } from "../../records/values/double_text.ts";
import { decimalNotation, decimalText } from "../../records/values/decimal_text.ts";
import { isIntervalType, isSqlInterval } from "../../records/types/interval_types.ts";
import { anyIntervalText } from "../../records/values/interval_text.ts";
import type { Micros } from "../../records/values/micros.ts";
import { dateText, timestampIso } from "../../records/values/timestamp.ts";
import { type TimeZone, UTC } from "../../base/time_zone.ts";
import { isDecimal } from "../../sql/functions/coercion.ts";

/** Encodes a value that is not NULL as JSON. */
type WriteValue = (value: Value) => string;

/** How values are written, where it is not as Spark does by default. */
export interface JsonStyle {
  /** Whether fields that are NULL are left out. */
  readonly omitsNulls?: boolean;
  /** The texts of dates and times. */
  readonly date?: (days: number) => string;
  readonly timestamp?: (time: Micros) => string;
}

/** An encoder for values of one type that are not NULL. */
export function jsonValueWriter(type: DataType, zone: TimeZone, style: JsonStyle = {}): WriteValue {
  if (typeof type !== "string") {
    switch (type.kind) {
      case "DECIMAL":
        return (value) => decimalNotation(value as bigint, type.scale);
      case "ARRAY": {
        const element = orNull(jsonValueWriter(type.element, zone, style));
        return (value) => `[${(value as readonly Value[]).map(element).join(",")}]`;
      }
      case "MAP": {
        const key = keyTextOf(type.key, zone);
        const item = orNull(jsonValueWriter(type.value, zone, style));
        return (value) =>
          `{${
            (value as readonly Value[][]).map(([name, of]) => `${stringJson(key(name!))}:${item(of!)}`).join(
              ",",
            )
          }}`;
      }
      case "STRUCT": {
        const fields = type.fields.map(({ name, type }) => ({
          name: JSON.stringify(name),
          write: orNull(jsonValueWriter(type, zone, style)),
        }));
        return (value) => {
          const values = value as readonly Value[];
          const members = fields.flatMap(({ name, write }, index) =>
            values[index] === null && style.omitsNulls === true ? [] : `${name}:${write(values[index]!)}`
          );
          return `{${members.join(",")}}`;
        };
      }
    }
  }
  switch (type) {
    case "STRING":
      return (value) => stringJson(value as string);
    case "TIMESTAMP": {
      const { timestamp } = style;
      return timestampWriter(
        timestamp === undefined
          ? (time) => `"${timestampIso(time, zone)}"`
          : (time) => stringJson(timestamp(time)),
      );
    }
    case "TIMESTAMP_NTZ":
      return (value) => `"${localIso(value as Micros)}"`;
    case "DATE": {
      const { date } = style;
      return date === undefined
        ? (value) => `"${dateText(value as number)}"`
        : (value) => stringJson(date(value as number));
    }
    case "DOUBLE":
      return (value) => floatingJson(value as number, doubleText);
    case "FLOAT":
      return (value) => floatingJson(value as number, floatText);
    case "BINARY":
      return (value) => `"${Buffer.from(value as Uint8Array).toString("base64")}"`;
    default:
      if (!isIntervalType(type)) return String;
      return (value) => `"${anyIntervalText(value, type)}"`;
  }
}

/** The text of the keys of a MAP. Spark has numbers there for times, dates and INTERVALs. */
export function keyTextOf(type: DataType, zone: TimeZone): (key: Value) => string {
  switch (type) {
    case "STRING":
    case "DATE":
    case "TIMESTAMP":
    case "TIMESTAMP_NTZ":
      return String;
    case "DOUBLE":
      return (key) => doubleText(key as number);
    case "FLOAT":
      return (key) => floatText(key as number);
    case "BINARY":
      return (key) => Buffer.from(key as Uint8Array).toString("base64");
    default:
      if (isSqlInterval(type)) return String;
      if (type === "INTERVAL") return (key) => anyIntervalText(key, type);
      return isDecimal(type) ? (key) => decimalText(key as bigint, type.scale) : jsonValueWriter(type, zone);
  }
}

/** A string as JSON. Spark writes the hex digits of escaped control characters in upper case. */
export function stringJson(text: string): string {
  const json = JSON.stringify(text);
  return json.includes("\\u00") ? json.replace(/\\\\|\\u00../g, upperDigits) : json;
}

function upperDigits(escaped: string): string {
  return escaped.startsWith("\\u") ? `\\u${escaped.slice(2).toUpperCase()}` : escaped;
}

/** A time without a zone: what stands before the zone of UTC. */
function localIso(time: Micros): string {
  return timestampIso(time, UTC).replace(/Z$|[+-]\d\d:\d\d$/, "");
}

function orNull(write: WriteValue): WriteValue {
  return (value) => value === null ? "null" : write(value);
}

/** Times repeat, since all calls of a minute have the same one, so the last text is cached. */
function timestampWriter(write: (time: Micros) => string): WriteValue {
  let last: Value = null;
  let text = "";
  return (value) => {
    if (value !== last) {
      text = write(value as Micros);
      last = value;
    }
    return text;
  };
}

function floatingJson(value: number, text: (value: number) => string): string {
  return Number.isFinite(value) ? text(value) : `"${text(value)}"`;
}
