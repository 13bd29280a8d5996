/**
 * Writes rows as JSON straight into bytes: the same texts as `json_text.ts`, which is the reference, without a string
 * for each value. A query with many rows would spend most of its time on those strings.
 */
import type { TimeZone } from "../../base/time_zone.ts";
import type { DataType, Row, Schema, Value } from "../../records/data_type.ts";
import type { Micros } from "../../records/values/micros.ts";
import { viewOf } from "../../records/values/text_view.ts";
import { jsonValueWriter, keyTextOf, stringJson } from "../../stream/values/json_text.ts";
import { addInteger, addLong } from "./number_bytes.ts";
import { FixedText, SHORT_TEXT_LENGTH_MAX, type TextBytes, UNIT_BYTES_MAX } from "./text_bytes.ts";
import { DateBytes, TimestampBytes } from "./time_bytes.ts";

/** Adds a value. */
export type AddValue = (value: Value, out: TextBytes) => void;

/** Adds the columns of a row as the members of an object, which is left open. */
export type AddRow = (row: Readonly<Row>, out: TextBytes) => void;

const [NULL, TRUE, FALSE] = [new FixedText("null"), new FixedText("true"), new FixedText("false")];
const [QUOTE, COMMA, COLON, LIST_START, LIST_END, OBJECT_START, OBJECT_END] = [
  0x22,
  0x2c,
  0x3a,
  0x5b,
  0x5d,
  0x7b,
  0x7d,
];

/** A writer for rows of one schema. */
export function jsonRowAdder(schema: Schema, zone: TimeZone): AddRow {
  const columns = schema.map(({ type }, index) => ({
    start: new FixedText(memberStart(schema, index)),
    add: jsonAdder(type, zone),
  }));
  return (row, out) => {
    for (let index = 0; index < columns.length; index++) {
      const { start, add } = columns[index]!;
      out.add(start);
      add(row[index]!, out);
    }
  };
}

/** What stands before the value of a column. */
export function memberStart(schema: Schema, index: number): string {
  return `${index === 0 ? "{" : ","}${JSON.stringify(schema[index]!.name)}:`;
}

/** The end of an object. @param tags Further members, as `,"name":value` */
export function objectEnd(tags = ""): FixedText {
  return new FixedText(`${tags}}`);
}

/** A writer for values of one type, or NULL. */
export function jsonAdder(type: DataType, zone: TimeZone): AddValue {
  const add = adderOf(type, zone);
  return (value, out) => value === null ? out.add(NULL) : add(value, out);
}

function adderOf(type: DataType, zone: TimeZone): AddValue {
  if (typeof type !== "string") {
    switch (type.kind) {
      case "DECIMAL":
        return asciiAdder(type, zone);
      case "ARRAY":
        return arrayAdder(jsonAdder(type.element, zone));
      case "MAP":
        return mapAdder(keyTextOf(type.key, zone), jsonAdder(type.value, zone));
      case "STRUCT":
        return structAdder(jsonRowAdder(type.fields, zone));
    }
  }
  switch (type) {
    case "STRING":
      return addText;
    case "BOOLEAN":
      return (value, out) => out.add(value === true ? TRUE : FALSE);
    case "TINYINT":
    case "SMALLINT":
    case "INT":
      return (value, out) => addInteger(value as number, out);
    case "BIGINT":
      return (value, out) => addLong(value as bigint, out);
    case "TIMESTAMP": {
      const times = new TimestampBytes(zone);
      return (value, out) => times.add(value as Micros, out);
    }
    case "DATE": {
      const dates = new DateBytes();
      return (value, out) => dates.add(value as number, out);
    }
    default:
      return asciiAdder(type, zone);
  }
}

/** Types with texts in ASCII that are hard to make. */
function asciiAdder(type: DataType, zone: TimeZone): AddValue {
  const textOf = jsonValueWriter(type, zone);
  return (value, out) => out.addAscii(textOf(value));
}

function arrayAdder(add: AddValue): AddValue {
  return (value, out) => {
    const elements = value as readonly Value[];
    out.addByte(LIST_START);
    for (let index = 0; index < elements.length; index++) {
      if (index > 0) out.addByte(COMMA);
      add(elements[index]!, out);
    }
    out.addByte(LIST_END);
  };
}

function mapAdder(keyText: (key: Value) => string, add: AddValue): AddValue {
  return (value, out) => {
    const entries = value as readonly Value[][];
    out.addByte(OBJECT_START);
    for (let index = 0; index < entries.length; index++) {
      if (index > 0) out.addByte(COMMA);
      addString(keyText(entries[index]![0]!), out);
      out.addByte(COLON);
      add(entries[index]![1]!, out);
    }
    out.addByte(OBJECT_END);
  };
}

function structAdder(addFields: AddRow): AddValue {
  return (value, out) => {
    addFields(value as Row, out);
    out.addByte(OBJECT_END);
  };
}

/** Units of UTF-16 that are written as they are, as one byte. */
const PLAIN = Uint8Array.from(
  { length: 128 },
  (_, unit) => Number(JSON.stringify(String.fromCharCode(unit)).length === 3),
);

/** A text, which may be a view. */
function addText(value: Value, out: TextBytes): void {
  if (typeof value === "string") return addString(value, out);
  const view = viewOf(value)!;
  const { bytes: from, start, end } = view;
  out.reserve(end - start + 2);
  const { bytes } = out;
  let at = out.length;
  bytes[at++] = QUOTE;
  for (let index = start; index < end; index++) {
    const byte = from[index]!;
    if (byte < 0x80 && PLAIN[byte] === 0) return addString(String(view), out);
    bytes[at++] = byte;
  }
  bytes[at++] = QUOTE;
  out.length = at;
}

/** Texts are short, and a loop takes less than the calls that would find escapes and encode them. */
function addString(text: string, out: TextBytes): void {
  const { length } = text;
  if (length > SHORT_TEXT_LENGTH_MAX) return out.addText(stringJson(text));
  out.reserve(length * UNIT_BYTES_MAX + 2);
  const { bytes } = out;
  let at = out.length;
  bytes[at++] = QUOTE;
  for (let index = 0; index < length; index++) {
    const unit = text.charCodeAt(index);
    if (unit < 0x80) {
      if (PLAIN[unit] === 0) return out.addText(stringJson(text));
      bytes[at++] = unit;
    } else if (unit < 0x800) {
      bytes[at++] = 0xc0 | unit >> 6;
      bytes[at++] = 0x80 | unit & 0x3f;
    } else if (unit < 0xd800 || unit > 0xdfff) {
      bytes[at++] = 0xe0 | unit >> 12;
      bytes[at++] = 0x80 | unit >> 6 & 0x3f;
      bytes[at++] = 0x80 | unit & 0x3f;
    } else {
      // A pair of surrogates, which is one character.
      return out.addText(stringJson(text));
    }
  }
  bytes[at++] = QUOTE;
  out.length = at;
}
