/** What an input is split into. */
import type { Members } from "./json_scan.ts";

/** Where a record stands in its input. */
export interface InputPosition {
  /** Counted from 1, broken ones included. */
  readonly record: number;
  /** Counted from 1. */
  readonly line: number;
  /** Bytes in front of it, after decompression. */
  readonly offset: number;
}

/** A JSON object, without white space, and what was noted of it. Its bytes are good until the next chunk. */
export interface GoodItem<Notes> {
  readonly kind: "record";
  readonly position: InputPosition;
  readonly bytes: Uint8Array;
  readonly notes: Notes;
}

/** What could not be read as a JSON object. */
export interface BrokenItem {
  readonly kind: "broken";
  readonly position: InputPosition;
  /** Its first bytes; all of them, unless there are very many. */
  readonly bytes: Uint8Array;
  /** Bytes in all. */
  readonly length: number;
  readonly reason: string;
  /** What would let it through, where there is anything. */
  readonly hint?: string;
  /** Whether its end could not be told, so that there may be whole records in it. */
  readonly mayHoldRecords: boolean;
}

/** One element of the input. */
export type InputItem<Notes = unknown> = GoodItem<Notes> | BrokenItem;

/** Looks at a record while the places of its members are known. */
export type NoteRecord<Notes> = (record: Uint8Array, members: Members) => Notes;
