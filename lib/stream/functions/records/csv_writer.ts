/** Lines of CSV as Spark's `to_csv` writes them. */
import type { TimeZone } from "../../../base/time_zone.ts";
import { lineOptions } from "../../../sql/functions/nested/csv_signatures.ts";
import type { Column, Row, Schema, Value } from "../../../records/data_type.ts";
import type { Micros } from "../../../records/values/micros.ts";
import { flagOf, type Options } from "../../../sql/functions/nested/format_options.ts";
import { jsonValueWriter } from "../../values/json_text.ts";
import { formatsOf } from "./formats.ts";

/** A value that is not NULL as text. */
type TextOf = (value: Value) => string;

/** Writes rows; NULL where there is no value in the line. */
export function csvWriter(columns: Schema, options: Options, zone: TimeZone): (row: Row) => string | null {
  const { separator, quote, escape, escapeOfEscape, nullValue } = lineOptions(options);
  const quotesAll = flagOf(options, "quoteAll", false);
  const escapesQuotes = flagOf(options, "escapeQuotes", true);
  const trimsStart = flagOf(options, "ignoreLeadingWhiteSpace", true);
  const trimsEnd = flagOf(options, "ignoreTrailingWhiteSpace", true);
  const empty = options.get("emptyvalue") ?? '""';
  const writers = columns.map((column) => textWriter(column, options, zone));
  const quoted = (text: string) => {
    let inner = "";
    for (const character of text) {
      if (character === quote) inner += escape;
      else if (character === escape && escapeOfEscape !== "\0") inner += escapeOfEscape;
      inner += character;
    }
    return `${quote}${inner}${quote}`;
  };
  const cell = (text: string) => {
    const trimmed = trimmedText(text, trimsStart, trimsEnd);
    if (trimmed === "") return empty;
    const isSpecial = trimmed.includes(separator) || /[\r\n]/.test(trimmed) ||
      escapesQuotes && trimmed.includes(quote);
    return quotesAll || isSpecial ? quoted(trimmed) : trimmed;
  };
  return (row) => {
    if (row.length === 1 && row[0] === null && nullValue === "") return null;
    return row.map((value, index) => value === null ? nullValue : cell(writers[index]!(value))).join(
      separator,
    );
  };
}

/** As Java trims: everything up to a blank. */
function trimmedText(text: string, start: boolean, end: boolean): string {
  let [from, to] = [0, text.length];
  if (start) { while (from < to && text[from]! <= " ") from++; }
  if (end) { while (to > from && text[to - 1]! <= " ") to--; }
  return text.slice(from, to);
}

function textWriter({ type }: Column, options: Options, zone: TimeZone): TextOf {
  if (type === "STRING") return (value) => value as string;
  if (type === "BINARY") return (value) => bytesText(value as Uint8Array);
  const { zone: ownZone, writeDate, writeTimestamp } = formatsOf(options, zone);
  if (type === "DATE" && writeDate !== undefined) return (value) => writeDate(value as number);
  if (type === "TIMESTAMP" && writeTimestamp !== undefined) return (value) => writeTimestamp(value as Micros);
  const json = jsonValueWriter(type, ownZone);
  return (value) => {
    const text = json(value);
    return text.startsWith('"') ? text.slice(1, -1) : text;
  };
}

/** `[41 FF]` */
function bytesText(bytes: Uint8Array): string {
  return `[${[...bytes].map((byte) => byte.toString(16).toUpperCase().padStart(2, "0")).join(" ")}]`;
}
