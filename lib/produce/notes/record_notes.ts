/**
 * Notes on a record, taken while it is read: its key, its event time, and whether it matches the calls schema. The
 * scanner has already located its members, so only the requested ones are parsed.
 */
import type { TimeZone } from "../../base/time_zone.ts";
import type { RecordHeader } from "../../broker/record_batch/encode.ts";
import { CALL_FIELDS, callProblem } from "../../records/call.ts";
import type { Members } from "../../records/json/json_scan.ts";
import { stringBytes } from "../../records/json/text/string_bytes.ts";
import type { NoteRecord } from "../../records/splitting/input_item.ts";
import { millisOf } from "../../records/values/micros.ts";
import { parseTimestamp } from "../../records/values/timestamp.ts";
import { type SortKey, sortKeyOf } from "./sort_key.ts";
import { fieldFinder, isNamed, quoted } from "./fields.ts";
import { keyTemplate } from "./key_template.ts";

/** Which notes to take. */
export interface NoteOptions {
  /** The key field, as `a.b` for a nested field, or undefined for no keys. */
  readonly keyField: string | undefined;
  /** The text of the keys, with `{field}` for the text of a field; instead of a key field. */
  readonly keyTemplate?: string | undefined;
  /** Whether a key is the JSON of its field; by default, it is the text of one. */
  readonly keyAsJson?: boolean;
  /** The schema of the records: police calls, or any. */
  readonly schema: "calls" | "any";
  /** Whether to note the event time. */
  readonly withEventTime: boolean;
  /** The field with the event time, in the same notation as the key field; by default, that of calls. */
  readonly timeField?: string | undefined;
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
  /** Its event time in milliseconds since the epoch; undefined if it is missing or invalid, or not wanted. */
  readonly eventMs: number | undefined;
  /** Its sort key; undefined if it does not have that field, or is not sorted. */
  readonly sortKey: SortKey | undefined;
  /** Why it does not match the calls schema; undefined if it does, or is not checked. */
  readonly problem: string | undefined;
  /** Why it cannot be sent, as a sentence ends; absent if it can. */
  readonly unfit?: string;
  /** What to send, if that is not the record as it stands. */
  readonly own?: OwnParts;
  /** The dead letter that it is from. */
  readonly letter?: LetterNotes;
  /** The record alone, if its input has more about it. */
  readonly row?: Uint8Array;
}

/** By what a dead letter is known, and where its record belongs. */
export interface LetterNotes {
  readonly id: string;
  /** Undefined if the letter does not say. */
  readonly topic: string | undefined;
}

/** The parts of a record that its input names one by one. */
export interface OwnParts {
  readonly value: Uint8Array | null;
  readonly headers?: readonly RecordHeader[];
  readonly partition?: number | undefined;
}

/** The field with the event time of a call. */
export const EVENT_TIME_FIELD = "call_date_time";

const QUOTE = 0x22;
const text = new TextDecoder();

/** Returns a function that takes the notes. */
export function recordNoter(
  { keyField, keyTemplate: template, keyAsJson = false, schema, withEventTime, timeField, sortField, zone }:
    NoteOptions,
): NoteRecord<RecordNotes> {
  const keyOf = template === undefined ? fieldFinder(keyField) : keyTemplate(template);
  const sortedBy = fieldFinder(sortField);
  const timeOf = fieldFinder(withEventTime ? timeField ?? EVENT_TIME_FIELD : undefined);
  return (record, members) => {
    const key = keyOf(record, members);
    const time = timeOf(record, members);
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

/** Null for null. */
function jsonBytes(json: Uint8Array): Uint8Array | null {
  return text.decode(json) === "null" ? null : json;
}

/** The content of a string, the JSON of any other value; null for null. */
export function keyBytes(json: Uint8Array): Uint8Array | null {
  return json[0] === QUOTE ? stringBytes(json) : jsonBytes(json);
}

/** A time: a text, or milliseconds since the epoch; undefined if it is neither. */
export function timeMs(json: Uint8Array, zone: TimeZone): number | undefined {
  if (json[0] !== QUOTE) return millisIn(text.decode(json));
  const time = parseTimestamp(JSON.parse(text.decode(json)) as string, zone);
  return time === null ? undefined : millisOf(time);
}

function millisIn(json: string): number | undefined {
  const number: unknown = JSON.parse(json);
  return Number.isSafeInteger(number) && (number as number) >= 0 ? number as number : undefined;
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
