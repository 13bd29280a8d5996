/**
 * Rows as CSV by RFC 4180, except for line breaks: these are `\n`, as Spark writes them; Spark would take any others
 * inside a field for the line breaks of the file. NULL is an empty field and an empty string is `""`; times are ISO
 * 8601 with a zone, structures are JSON (only what is downloaded has any: the sink refuses them). If there is only one column, NULL is also `""`, since most readers
 * skip empty lines.
 */
import type { TimeZone } from "../../base/time_zone.ts";
import type { DataType, Row, Schema, Value } from "../../records/data_type.ts";
import { jsonValueWriter } from "../../stream/values/json_text.ts";

/** Characters that require quotes. */
const SPECIAL = /[",\r\n]/;

/** See the module's description; lines end with their line break. */
export interface CsvLines {
  /** The names of the columns. */
  readonly header: string;
  row(row: Readonly<Row>): string;
}

/** Makes the lines of rows with a schema. */
export function csvLines(schema: Schema, zone: TimeZone): CsvLines {
  const noValue = schema.length === 1 ? fieldText("") : "";
  const fields = schema.map(({ type }) => {
    const textOf = textWriter(type, zone);
    return (value: Value): string => value === null ? noValue : textOf(value);
  });
  return {
    header: `${schema.map(({ name }) => fieldText(name)).join(",")}\n`,
    row: (row) => `${fields.map((field, index) => field(row[index]!)).join(",")}\n`,
  };
}

/** A writer for the fields of one type that are not NULL. */
function textWriter(type: DataType, zone: TimeZone): (value: Value) => string {
  if (type === "STRING") return (value) => fieldText(value as string);
  const jsonOf = jsonValueWriter(type, zone);
  if (typeof type !== "string" && type.kind !== "DECIMAL") return (value) => fieldText(jsonOf(value));
  // Times and numbers have no character that requires quotes, not even those that JSON has as strings.
  return (value) => {
    const json = jsonOf(value);
    return json.startsWith('"') ? json.slice(1, -1) : json;
  };
}

function fieldText(text: string): string {
  return text === "" || SPECIAL.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
