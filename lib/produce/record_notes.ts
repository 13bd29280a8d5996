/**
 * What is noted of a record while it is read: its key, its event time, and whether it is a call at all. The
 * scanner has just passed over its members, so nothing is parsed for that but what is asked for.
 */
import type { TimeZone } from "../base/time_zone.ts";
import { CALL_FIELDS, callProblem } from "../records/call.ts";
import type { Members } from "../records/json_scan.ts";
import type { NoteRecord } from "../records/input_item.ts";
import { MICROS_PER_MILLI, parseTimestamp } from "../records/timestamp.ts";

/** What to note. */
export interface NoteOptions {
  /** The field that becomes the key, or undefined for records without one. */
  readonly keyField: string | undefined;
  /** Whether the event time is wanted. */
  readonly withEventTime: boolean;
  readonly zone: TimeZone;
}

/** What was noted. */
export interface RecordNotes {
  readonly key: Uint8Array | null;
  /** Milliseconds of its `call_date_time`; undefined where it has none that can be read, or none is wanted. */
  readonly eventMs: number | undefined;
  /** Why it is not a call as the schema has it; undefined where it is one. */
  readonly problem: string | undefined;
}

/** The field that says when a call came in. */
const EVENT_TIME_FIELD = "call_date_time";

const [QUOTE, BACKSLASH] = [0x22, 0x5c];
const text = new TextDecoder();
const utf8 = new TextEncoder();

/** Makes the notes of records. */
export function recordNoter({ keyField, withEventTime, zone }: NoteOptions): NoteRecord<RecordNotes> {
  const keyName = keyField === undefined ? undefined : quoted(keyField);
  const timeName = quoted(EVENT_TIME_FIELD);
  return (record, members) => {
    const key = keyName === undefined ? undefined : find(record, members, keyName);
    const time = withEventTime ? find(record, members, timeName) : undefined;
    return {
      key: key === undefined ? null : keyBytes(record, members, key),
      eventMs: time === undefined ? undefined : timeMs(record, members, time, zone),
      problem: isCall(record, members) ? undefined : callProblem(JSON.parse(text.decode(record))),
    };
  };
}

function quoted(name: string): Uint8Array {
  return utf8.encode(JSON.stringify(name));
}

/** The last member of that name, which is the one that counts; names with escapes are not found. */
function find(record: Uint8Array, members: Members, name: Uint8Array): number | undefined {
  for (let index = members.count - 1; index >= 0; index--) {
    if (isNamed(record, members, index, name)) return index;
  }
  return undefined;
}

function isNamed(record: Uint8Array, members: Members, index: number, name: Uint8Array): boolean {
  const start = members.nameStart(index);
  if (members.nameEnd(index) - start !== name.length) return false;
  for (let at = 0; at < name.length; at++) if (record[start + at] !== name[at]) return false;
  return true;
}

/** A string's content, anything else's JSON; null has none. */
function keyBytes(record: Uint8Array, members: Members, index: number): Uint8Array | null {
  const [start, end] = [members.valueStart(index), members.valueEnd(index)];
  if (record[start] !== QUOTE) {
    const json = record.subarray(start, end);
    return text.decode(json) === "null" ? null : json;
  }
  const content = record.subarray(start + 1, end - 1);
  return content.includes(BACKSLASH)
    ? utf8.encode(JSON.parse(text.decode(record.subarray(start, end))))
    : content;
}

function timeMs(record: Uint8Array, members: Members, index: number, zone: TimeZone): number | undefined {
  const value: unknown = JSON.parse(
    text.decode(record.subarray(members.valueStart(index), members.valueEnd(index))),
  );
  const micros = typeof value === "string" ? parseTimestamp(value, zone) : null;
  return micros === null ? undefined : Math.floor(micros / MICROS_PER_MILLI);
}

const CALL_NAMES = CALL_FIELDS.map(quoted);

/** Whether every field of a call is there once, in the usual order, and a string; others are asked in detail. */
function isCall(record: Uint8Array, members: Members): boolean {
  if (members.count !== CALL_NAMES.length) return false;
  for (let index = 0; index < CALL_NAMES.length; index++) {
    if (record[members.valueStart(index)] !== QUOTE || !isNamed(record, members, index, CALL_NAMES[index]!)) {
      return false;
    }
  }
  return true;
}
