/**
 * Records as lines of JSON: `ndjson` for reading, where a value that is JSON stands as it is, and `envelope` for writing
 * back, which has every byte of a record.
 */
import { Buffer } from "node:buffer";
import type { ConsumedRecord } from "../../broker/broker.ts";
import { isSpace, JsonScanner } from "../../records/json/json_scan.ts";
import { exactText, optionalText, textOf, timeText } from "./record_text.ts";

/** The record as an object; the value's text is copied: parsing and printing it would change numbers. */
export function readableLine(
  { topic, partition, offset, timestampMs, key, headers, value }: ConsumedRecord,
): string {
  const place = {
    topic,
    partition,
    offset,
    timestamp: timeText(timestampMs),
    key: optionalText(key),
    ...headers.length === 0 ? {} : {
      headers: headers.map(({ key, value }) => ({ key, value: optionalText(value) })),
    },
  };
  return `${JSON.stringify(place).slice(0, -1)},"value":${value === null ? "null" : valueJson(value)}}\n`;
}

/** JSON unchanged, without white space between its tokens, so that it fits on one line; anything else as a string. */
function valueJson(value: Uint8Array): string {
  return compactJson(value) ?? JSON.stringify(textOf(value));
}

const scanner = new JsonScanner();

/** A value that is JSON, without white space between its tokens; undefined if it is not. */
export function compactJson(value: Uint8Array): string | undefined {
  let [start, end] = [0, value.length];
  while (isSpace(value[start])) start++;
  while (end > start && isSpace(value[end - 1])) end--;
  const isJson = scanner.scan(value, start, true, end) === "value" && scanner.end === end;
  return isJson ? textOf(scanner.value) : undefined;
}

/** Bytes in an envelope: text is a string, anything else base64. */
type EnvelopeBytes = string | null | { readonly base64: string };

const TIMESTAMP_TYPES = ["CreateTime", "LogAppendTime"] as const;

/** The record as an object that `produce` makes the same record of. */
export function envelopeLine(record: ConsumedRecord): string {
  const { topic, partition, offset, timestampMs, timestampType, key, headers, value } = record;
  return `${
    JSON.stringify({
      topic,
      partition,
      offset,
      timestamp: timestampMs,
      timestampType: TIMESTAMP_TYPES[timestampType],
      key: envelopeBytes(key),
      headers: headers.map(({ key, value }) => ({ key, value: envelopeBytes(value) })),
      value: envelopeBytes(value),
    })
  }\n`;
}

function envelopeBytes(bytes: Uint8Array | null): EnvelopeBytes {
  if (bytes === null) return null;
  return exactText(bytes) ?? { base64: Buffer.from(bytes).toString("base64") };
}
