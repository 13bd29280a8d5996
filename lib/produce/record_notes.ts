/**
 * What is noted of a record while it is read: its key, its event time, and whether it is a call at all. The
 * scanner has just passed over its members, so nothing is parsed for that but what is asked for.
 */
import type { TimeZone } from "../base/time_zone.ts";
import { CALL_FIELDS, callProblem } from "../records/call.ts";
import { JsonScanner, type Members } from "../records/json_scan.ts";
import type { NoteRecord } from "../records/input_item.ts";
import { MICROS_PER_MILLI, parseTimestamp } from "../records/timestamp.ts";
import { type SortKey, sortKeyOf } from "./sort_key.ts";

/** What to note. */
export interface NoteOptions {
  /** The field that becomes the key, as `a.b` where it is in another, or undefined for records without one. */
  readonly keyField: string | undefined;
  /** What the records are: police calls, or anything. */
  readonly schema: "calls" | "any";
  /** Whether the event time is wanted. */
  readonly withEventTime: boolean;
  /** The field by which records are sorted, named as that of the key. */
  readonly sortField?: string | undefined;
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
  /** By what it is sorted; undefined where it does not have that field, or none is wanted. */
  readonly sortKey: SortKey | undefined;
  /** Why it does not match the calls schema; undefined where it does, or need not. */
  readonly problem: string | undefined;
}

/** The field that says when a call came in. */
export const EVENT_TIME_FIELD = "call_date_time";

const [QUOTE, BACKSLASH, OPEN_BRACE] = [0x22, 0x5c, 0x7b];
const text = new TextDecoder();
const utf8 = new TextEncoder();

/** Makes the notes of records. */
export function recordNoter(
  { keyField, schema, withEventTime, sortField, zone }: NoteOptions,
): NoteRecord<RecordNotes> {
  const keyOf = finderOf(keyField);
  const sortedBy = finderOf(sortField);
  const timeName = quoted(EVENT_TIME_FIELD);
  return (record, members) => {
    const key = keyOf(record, members);
    const time = withEventTime ? valueOf(record, members, timeName) : undefined;
    const sort = sortedBy(record, members);
    return {
      key: key === undefined ? null : keyBytes(key),
      hasKeyField: key !== undefined,
      eventMs: time === undefined ? undefined : timeMs(time, zone),
      sortKey: sort === undefined ? undefined : sortKeyOf(sort, zone),
      problem: schema === "any" || isCall(record, members)
        ? undefined
        : callProblem(JSON.parse(text.decode(record))),
    };
  };
}

function finderOf(field: string | undefined): FieldFinder {
  return field === undefined ? () => undefined : fieldFinder(field);
}

/** Finds the value of a field, as JSON; undefined where there is no such field. */
type FieldFinder = (record: Uint8Array, members: Members) => Uint8Array | undefined;

/** A field may have a point in its name; else what stands in front of it is the field that holds it. */
function fieldFinder(field: string): FieldFinder {
  const name = quoted(field);
  const [first, ...path] = field.split(".").map(quoted);
  const scanner = new JsonScanner();
  return (record, members) => {
    const own = valueOf(record, members, name);
    if (own !== undefined || path.length === 0) return own;
    let value = valueOf(record, members, first!);
    for (const inner of path) {
      if (value === undefined || value[0] !== OPEN_BRACE) return undefined;
      scanner.scan(value, 0);
      value = valueOf(value, scanner, inner);
    }
    return value;
  };
}

function valueOf(record: Uint8Array, members: Members, name: Uint8Array): Uint8Array | undefined {
  const index = find(record, members, name);
  return index === undefined
    ? undefined
    : record.subarray(members.valueStart(index), members.valueEnd(index));
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
function keyBytes(json: Uint8Array): Uint8Array | null {
  if (json[0] !== QUOTE) return text.decode(json) === "null" ? null : json;
  const content = json.subarray(1, -1);
  return content.includes(BACKSLASH) ? utf8.encode(JSON.parse(text.decode(json)) as string) : content;
}

function timeMs(json: Uint8Array, zone: TimeZone): number | undefined {
  const micros = json[0] === QUOTE ? parseTimestamp(JSON.parse(text.decode(json)) as string, zone) : null;
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
