/**
 * Notes on a record, taken while it is read: its key, its event time, and whether it matches the calls schema. The
 * scanner has already located its members, so only the requested ones are parsed.
 */
import type { TimeZone } from "../base/time_zone.ts";
import { CALL_FIELDS, callProblem } from "../records/call.ts";
import { JsonScanner, type Members } from "../records/json/json_scan.ts";
import type { NoteRecord } from "../records/splitting/input_item.ts";
import { millisOf } from "../records/values/micros.ts";
import { parseTimestamp } from "../records/values/timestamp.ts";
import { type SortKey, sortKeyOf } from "./sorting/sort_key.ts";

/** Which notes to take. */
export interface NoteOptions {
  /** The key field, as `a.b` for a nested field, or undefined for no keys. */
  readonly keyField: string | undefined;
  /** Whether a key is the JSON of its field; by default, it is the text of one. */
  readonly keyAsJson?: boolean;
  /** The schema of the records: police calls, or any. */
  readonly schema: "calls" | "any";
  /** Whether to note the event time. */
  readonly withEventTime: boolean;
  /** The field to sort records by, in the same notation as the key field. */
  readonly sortField?: string | undefined;
  readonly zone: TimeZone;
}

/** The notes on a record. */
export interface RecordNotes {
  /** Null if the field is missing or null, or no key is wanted. */
  readonly key: Uint8Array | null;
  /** Whether it has the key field. */
  readonly hasKeyField: boolean;
  /** Its `call_date_time` in milliseconds; undefined if it is missing or invalid, or not wanted. */
  readonly eventMs: number | undefined;
  /** Its sort key; undefined if it does not have that field, or is not sorted. */
  readonly sortKey: SortKey | undefined;
  /** Why it does not match the calls schema; undefined if it does, or is not checked. */
  readonly problem: string | undefined;
}

/** The field with the event time of a call. */
export const EVENT_TIME_FIELD = "call_date_time";

const [QUOTE, BACKSLASH, OPEN_BRACE] = [0x22, 0x5c, 0x7b];
const text = new TextDecoder();
const utf8 = new TextEncoder();

/** Returns a function that takes the notes. */
export function recordNoter(
  { keyField, keyAsJson = false, schema, withEventTime, sortField, zone }: NoteOptions,
): NoteRecord<RecordNotes> {
  const keyOf = fieldFinder(keyField);
  const sortedBy = fieldFinder(sortField);
  const timeName = quoted(EVENT_TIME_FIELD);
  return (record, members) => {
    const key = keyOf(record, members);
    const time = withEventTime ? valueOf(record, members, timeName) : undefined;
    const sort = sortedBy(record, members);
    return {
      key: key === undefined ? null : keyAsJson ? jsonBytes(key) : keyBytes(key),
      hasKeyField: key !== undefined,
      eventMs: time === undefined ? undefined : timeMs(time, zone),
      sortKey: sort === undefined ? undefined : sortKeyOf(sort, zone),
      problem: schema === "any" || isCall(record, members)
        ? undefined
        : callProblem(JSON.parse(text.decode(record))),
    };
  };
}

/** Finds the value of a field, as JSON; undefined if there is no such field, or none is wanted. */
type FieldFinder = (record: Uint8Array, members: Members) => Uint8Array | undefined;

/** A field name may contain a dot; if there is no such field, the part before the dot is the outer field. */
function fieldFinder(field: string | undefined): FieldFinder {
  if (field === undefined) return () => undefined;
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

/** The value of the last member of that name, which wins over duplicates; names with escapes are not found. */
function valueOf(record: Uint8Array, members: Members, name: Uint8Array): Uint8Array | undefined {
  for (let index = members.count - 1; index >= 0; index--) {
    if (!isNamed(record, members, index, name)) continue;
    return record.subarray(members.valueStart(index), members.valueEnd(index));
  }
  return undefined;
}

function quoted(name: string): Uint8Array {
  return utf8.encode(JSON.stringify(name));
}

function isNamed(record: Uint8Array, members: Members, index: number, name: Uint8Array): boolean {
  const start = members.nameStart(index);
  if (members.nameEnd(index) - start !== name.length) return false;
  for (let at = 0; at < name.length; at++) if (record[start + at] !== name[at]) return false;
  return true;
}

/** Null for null. */
function jsonBytes(json: Uint8Array): Uint8Array | null {
  return text.decode(json) === "null" ? null : json;
}

/** The content of a string, the JSON of any other value; null for null. */
function keyBytes(json: Uint8Array): Uint8Array | null {
  if (json[0] !== QUOTE) return jsonBytes(json);
  const content = json.subarray(1, -1);
  return content.includes(BACKSLASH) ? utf8.encode(JSON.parse(text.decode(json)) as string) : content;
}

function timeMs(json: Uint8Array, zone: TimeZone): number | undefined {
  const time = json[0] === QUOTE ? parseTimestamp(JSON.parse(text.decode(json)) as string, zone) : null;
  return time === null ? undefined : millisOf(time);
}

const CALL_NAMES = CALL_FIELDS.map(quoted);

/** Whether a record has exactly the fields of a call, as strings in the usual order; others are checked in detail. */
function isCall(record: Uint8Array, members: Members): boolean {
  if (members.count !== CALL_NAMES.length) return false;
  for (let index = 0; index < CALL_NAMES.length; index++) {
    if (record[members.valueStart(index)] !== QUOTE || !isNamed(record, members, index, CALL_NAMES[index]!)) {
      return false;
    }
  }
  return true;
}
