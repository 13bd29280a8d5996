/** The output formats of records. */
import { quotedIfNeeded } from "../base/text/printable.ts";
import type { ConsumedRecord } from "../broker/broker.ts";
import { isSpace, JsonScanner } from "../records/json/json_scan.ts";

/** The formats of `consume --format`. */
export type RecordFormat = "pretty" | "ndjson" | "value";

const utf8 = new TextEncoder();
const text = new TextDecoder("utf-8", { ignoreBOM: true });
const NEWLINE = utf8.encode("\n");

/** Appends the printed form of a record to `parts`. */
export function printRecord(record: ConsumedRecord, format: RecordFormat, parts: Uint8Array[]): void {
  switch (format) {
    case "value":
      // The raw bytes, even if they are not text.
      if (record.value !== null) parts.push(record.value);
      parts.push(NEWLINE);
      return;
    case "ndjson":
      parts.push(utf8.encode(`${envelope(record)}\n`));
      return;
    case "pretty":
      parts.push(utf8.encode(`${prettyLine(record)}\n`));
      return;
  }
}

/** The envelope is generated, the value's text is copied: parsing and printing it would change numbers. */
function envelope({ topic, partition, offset, timestampMs, key, value }: ConsumedRecord): string {
  const place = {
    topic,
    partition,
    offset,
    timestamp: new Date(timestampMs).toISOString(),
    key: key === null ? null : text.decode(key),
  };
  return `${JSON.stringify(place).slice(0, -1)},"value":${value === null ? "null" : valueJson(value)}}`;
}

const scanner = new JsonScanner();

/** JSON unchanged, without white space between its tokens, so that it fits on one line; anything else as a string. */
function valueJson(value: Uint8Array): string {
  let [start, end] = [0, value.length];
  while (isSpace(value[start])) start++;
  while (end > start && isSpace(value[end - 1])) end--;
  const isJson = scanner.scan(value, start, true, end) === "value" && scanner.end === end;
  return isJson ? text.decode(scanner.value) : JSON.stringify(text.decode(value));
}

/** Placeholders for a missing key and value; a key or value with this text is quoted. */
const NO_KEY = "-";
const NO_VALUE = "<null>";

function prettyLine({ partition, offset, timestampMs, key, value }: ConsumedRecord): string {
  const time = new Date(timestampMs).toISOString().replace("T", " ").replace("Z", "");
  const shownKey = key === null ? NO_KEY : quotedIfNeeded(text.decode(key), [NO_KEY]);
  const shownValue = value === null ? NO_VALUE : quotedIfNeeded(text.decode(value), [NO_VALUE]);
  return `${partition}:${offset}  ${time}  ${shownKey}  ${shownValue}`;
}
