/** From a JSON object to the record that is sent: its key, its timestamp, and whether it is a call at all. */
import { callProblem } from "../records/call.ts";
import { MICROS_PER_MILLI, parseTimestamp } from "../records/timestamp.ts";
import type { TimeZone } from "../base/time_zone.ts";
import type { ProducerRecord } from "../broker/record_batch/encode.ts";

/** How records are made. */
export interface RecordOptions {
  /** The field that becomes the key, or undefined for records without one. */
  readonly keyField: string | undefined;
  readonly timestamp: "now" | "event";
  readonly zone: TimeZone;
}

/** The field that says when a call came in. */
const EVENT_TIME_FIELD = "call_date_time";

const utf8 = new TextEncoder();
const text = new TextDecoder();

/** A record, with what was noticed about it. */
export interface MadeRecord {
  readonly record: ProducerRecord;
  /** Why it is not a call as the schema has it. */
  readonly problem: string | undefined;
}

/**
 * Makes a record of a compact JSON object, which becomes its value as it is.
 *
 * @param nowMs Its timestamp, unless it takes that of the event and has one.
 */
export function makeRecord(object: Uint8Array, options: RecordOptions, nowMs: number): MadeRecord {
  const fields = JSON.parse(text.decode(object)) as Record<string, unknown>;
  const eventMs = options.timestamp === "event" ? eventTimeMs(fields, options.zone) : undefined;
  return {
    record: { key: keyOf(fields, options.keyField), value: object, timestampMs: eventMs ?? nowMs },
    problem: callProblem(fields),
  };
}

function keyOf(fields: Readonly<Record<string, unknown>>, field: string | undefined): Uint8Array | null {
  const value = field === undefined ? undefined : fields[field];
  if (value === undefined || value === null) return null;
  return utf8.encode(typeof value === "string" ? value : JSON.stringify(value));
}

/** Milliseconds of a call's `call_date_time`, or undefined where it has none that can be read. */
export function eventTimeMs(fields: Readonly<Record<string, unknown>>, zone: TimeZone): number | undefined {
  const value = fields[EVENT_TIME_FIELD];
  const micros = typeof value === "string" ? parseTimestamp(value, zone) : null;
  return micros === null ? undefined : Math.floor(micros / MICROS_PER_MILLI);
}

/** The same, of a compact JSON object. */
export function eventTimeMsOf(object: Uint8Array, zone: TimeZone): number | undefined {
  return eventTimeMs(JSON.parse(text.decode(object)) as Record<string, unknown>, zone);
}
