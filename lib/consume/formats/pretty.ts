/**
 * Records for people: one a line, with its place, time, key, headers and value. On a terminal they are coloured, and
 * JSON that is longer than a line is indented below it.
 */
import { quotedIfNeeded } from "../../base/text/printable.ts";
import type { ConsumedRecord } from "../../broker/broker.ts";
import type { RecordHeader } from "../../broker/record_batch/encode.ts";
import { displayWidth } from "../../sinks/rows/cell_text.ts";
import { compactJson } from "./json_formats.ts";
import { jsonText, paint } from "./json_text.ts";
import type { TerminalStyle } from "./record_printer.ts";
import { textOf, timeText } from "./record_text.ts";

/** Placeholders for a missing key and value; a key or value with this text is quoted. */
const NO_KEY = "-";
const NO_VALUE = "<null>";

/** Between the parts of a line. */
const GAP = "  ";

/** A record, with its line breaks. @param terminal Undefined for a line without colour. */
export function prettyLine(record: ConsumedRecord, terminal?: TerminalStyle): string {
  const color = terminal?.color === true;
  const head = headOf(record, color).join(GAP);
  const json = terminal === undefined || record.value === null ? undefined : compactJson(record.value);
  if (json === undefined) return `${head}${GAP}${partText(record.value, NO_VALUE)}\n`;
  const width = displayWidth(headOf(record, false).join(GAP)) + GAP.length + displayWidth(json);
  if (width <= terminal!.columns) return `${head}${GAP}${jsonText(json, { color, isIndented: false })}\n`;
  const value = jsonText(json, { color, isIndented: true });
  return `${head}${value.includes("\n") ? "\n" : GAP}${value}\n`;
}

function headOf({ partition, offset, timestampMs, key, headers }: ConsumedRecord, color: boolean): string[] {
  const time = timeText(timestampMs).replace("T", " ").replace("Z", "");
  return [
    paint(`${partition}:${offset}`, "dim", color),
    paint(time, "dim", color),
    paint(partText(key, NO_KEY), "key", color),
    ...headers.length === 0 ? [] : [paint(headersText(headers), "dim", color)],
  ];
}

function headersText(headers: readonly RecordHeader[]): string {
  const shown = headers.map(({ key, value }) => `${quotedIfNeeded(key)}=${partText(value, NO_VALUE)}`);
  return `[${shown.join(", ")}]`;
}

function partText(bytes: Uint8Array | null, none: string): string {
  return bytes === null ? none : quotedIfNeeded(textOf(bytes), [none]);
}
