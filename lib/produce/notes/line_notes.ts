/** Notes on a record that is just bytes, such as a line: what is its key, and what is left as its value. */
import { Buffer } from "node:buffer";
import type { RecordNotes } from "./record_notes.ts";

/** How a record is read. */
export interface LineNoteOptions {
  /** What stands between the key and the value; undefined if there are no keys. */
  readonly keyDelimiter: Uint8Array | undefined;
  /** A value that is this is null. */
  readonly nullValue: Uint8Array | undefined;
  /** The key of all records, if they have none of their own. */
  readonly key: Uint8Array | null;
}

/** Returns a function that takes the notes. */
export function lineNoter(
  { keyDelimiter, nullValue, key }: LineNoteOptions,
): (record: Uint8Array) => RecordNotes {
  const rest = { hasKeyField: true, eventMs: undefined, sortKey: undefined, problem: undefined };
  const valueOf = (value: Uint8Array) =>
    nullValue !== undefined && Buffer.compare(value, nullValue) === 0 ? null : value;
  return (record) => {
    if (keyDelimiter === undefined) return { ...rest, key, own: { value: valueOf(record) } };
    const at = Buffer.from(record.buffer, record.byteOffset, record.length).indexOf(keyDelimiter);
    if (at < 0) return { ...rest, key: null, unfit: "it has no key: its delimiter is missing" };
    const value = record.subarray(at + keyDelimiter.length);
    return { ...rest, key: record.subarray(0, at), own: { value: valueOf(value) } };
  };
}
