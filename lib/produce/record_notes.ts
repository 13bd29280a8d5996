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
  /** The field that becomes the key, as `a.b` where it is in another, or undefined for records without one. */
  readonly keyField: string | undefined;
  /** What the records are: police calls, or anything. */
  readonly schema: "calls" | "any";
  /** Whether the event time is wanted. */
  readonly withEventTime: boolean;
  readonly zone: TimeZone;
}

/** What was noted. */
export interface RecordNotes {
  /** Null where it has no such field, or none is wanted, or it is null. */
  readonly key: Uint8Array | null;
  /** Whether it has the field that becomes the key. */
  readonly hasKeyField: boolean;
  /** Milliseconds of its `call_date_time`; undefined where it has none that can be read, or none is wanted. */
  readonly eventMs: number | undefined;
  /** Why it does not match the calls schema; undefined where it does, or need not. */
  readonly problem: string | undefined;
}

/** The field that says when a call came in. */
const EVENT_TIME_FIELD = "call_date_time";

const [QUOTE, BACKSLASH] = [0x22, 0x5c];
const text = new TextDecoder();
const utf8 = new TextEncoder();

/** Makes the notes of records. */
export function recordNoter({ keyField, schema, withEventTime, zone }: NoteOptions): NoteRecord<RecordNotes> {
  const keyOf = keyField === undefined ? () => undefined : keyFinder(keyField);
  const timeName = quoted(EVENT_TIME_FIELD);
  return (record, members) => {
    const key = keyOf(record, members);
    const time = withEventTime ? find(record, members, timeName) : undefined;
    return {
      key: key ?? null,
      hasKeyField: key !== undefined,
      eventMs: time === undefined ? undefined : timeMs(record, members, time, zone),
      problem: schema === "any" || isCall(record, members)
        ? undefined
        : callProblem(JSON.parse(text.decode(record))),
    };
  };
}

/** Finds a key, which is null where the field is; undefined where there is no such field. */
type KeyFinder = (record: Uint8Array, members: Members) => Uint8Array | null | undefined;

/** A field may have a point in its name; else what stands in front of it is the field that holds it. */
function keyFinder(field: string): KeyFinder {
  const name = quoted(field);
  const [first, ...path] = field.split(".");
  const outer = quoted(first!);
  return (record, members) => {
    const own = find(record, members, name);
    if (own !== undefined) return keyBytes(record, members, own);
    const holder = path.length === 0 ? undefined : find(record, members, outer);
    return holder === undefined ? undefined : innerKey(valueAt(record, members, holder), path);
  };
}

function innerKey(holder: unknown, path: readonly string[]): Uint8Array | null | undefined {
  let value = holder;
  for (const name of path) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, name)) return undefined;
    value = (value as Readonly<Record<string, unknown>>)[name];
  }
  if (value === null) return null;
  return utf8.encode(typeof value === "string" ? value : JSON.stringify(value));
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

function valueAt(record: Uint8Array, members: Members, index: number): unknown {
  return JSON.parse(text.decode(record.subarray(members.valueStart(index), members.valueEnd(index))));
}

function timeMs(record: Uint8Array, members: Members, index: number, zone: TimeZone): number | undefined {
  const value = valueAt(record, members, index);
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
