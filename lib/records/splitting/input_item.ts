/** The items that an input is split into. */
import type { Members } from "../json/json_scan.ts";

/** The position of a record in its input. */
export interface InputPosition {
  /** Counted from 1, including broken records, and those of inputs before this one. */
  readonly record: number;
  /** Counted from 1. */
  readonly line: number;
  /** The byte offset, after decompression. */
  readonly offset: number;
}

/** A JSON object, without white space, and notes about it. Its bytes are valid until the next chunk. */
export interface GoodItem<Notes> {
  readonly kind: "record";
  readonly position: InputPosition;
  readonly bytes: Uint8Array;
  readonly notes: Notes;
}

/** A part of the input that is not a valid JSON object. */
export interface BrokenItem {
  readonly kind: "broken";
  readonly position: InputPosition;
  /** Its first bytes; all of them, unless it is very long. */
  readonly bytes: Uint8Array;
  /** The total number of bytes. */
  readonly length: number;
  readonly reason: string;
  /** What would let it through, where there is anything. */
  readonly hint?: string;
  /** Whether its end is uncertain, so that it may contain whole records. */
  readonly mayHoldRecords: boolean;
}

/** One element of the input, or many at once, where `Block` says what they come in. */
export type InputItem<Notes = unknown, Block = never> =
  | GoodItem<Notes>
  | BrokenItem
  | Block;

/** Takes notes about a record while the positions of its members are known. */
export type NoteRecord<Notes> = (record: Uint8Array, members: Members) => Notes;

/** Where an input begins. */
export interface SplitStart {
  /** The number of records in inputs before it. */
  readonly recordsBefore: number;
}

/**
 * Splits the bytes of an input into items. Push chunks in order, then finish; both return the items that are complete,
 * lazily. All of them have to be consumed before the next chunk.
 */
export interface ItemSplitter<Notes, Block = never> {
  /** The chunk is copied: its memory may be reused. */
  push(chunk: Uint8Array): Iterable<InputItem<Notes, Block>>;
  finish(): Iterable<InputItem<Notes, Block>>;
  /** The number of records so far, with those of inputs before. */
  readonly records: number;
  /** Whether the input is without an end, such as an array. Valid once the whole input has been split. */
  readonly isIncomplete: boolean;
}

/** Makes a splitter for an input. */
export type SplitterOf<Notes, Block = never> = (start: SplitStart) => ItemSplitter<Notes, Block>;
