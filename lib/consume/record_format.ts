/** How a record looks when it is printed. */
import { quotedIfNeeded } from "../base/printable.ts";
import type { ConsumedRecord } from "../broker/broker.ts";

/** The formats of `consume --format`. */
export type RecordFormat = "pretty" | "ndjson" | "value";

const utf8 = new TextEncoder();
const text = new TextDecoder();
const NEWLINE = utf8.encode("\n");

/** Appends the printed form of a record to `parts`. */
export function printRecord(record: ConsumedRecord, format: RecordFormat, parts: Uint8Array[]): void {
  switch (format) {
    case "value":
      // The bytes as they are: what is no text stays what it is.
      if (record.value !== null) parts.push(record.value);
      parts.push(NEWLINE);
      return;
    case "ndjson":
      parts.push(utf8.encode(`${JSON.stringify(asObject(record))}\n`));
      return;
    case "pretty":
      parts.push(utf8.encode(`${prettyLine(record)}\n`));
      return;
  }
}

function asObject({ topic, partition, offset, timestampMs, key, value }: ConsumedRecord) {
  return {
    topic,
    partition,
    offset,
    timestamp: new Date(timestampMs).toISOString(),
    key: key === null ? null : text.decode(key),
    value: value === null ? null : parsedOrText(text.decode(value)),
  };
}

function parsedOrText(value: string): unknown {
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}

/** What stands for no key and no value; a key or a value of these very letters is quoted. */
const NO_KEY = "-";
const NO_VALUE = "<null>";

function prettyLine({ partition, offset, timestampMs, key, value }: ConsumedRecord): string {
  const time = new Date(timestampMs).toISOString().replace("T", " ").replace("Z", "");
  const shownKey = key === null ? NO_KEY : quotedIfNeeded(text.decode(key), [NO_KEY]);
  const shownValue = value === null ? NO_VALUE : quotedIfNeeded(text.decode(value), [NO_VALUE]);
  return `${partition}:${offset}  ${time}  ${shownKey}  ${shownValue}`;
}
