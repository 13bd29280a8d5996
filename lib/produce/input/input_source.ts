/** What `produce` reads from, once it has been opened and checked. */
import type { InputItem, InputPosition, SplitterOf } from "../../records/splitting/input_item.ts";

/** How to read an input. */
export interface ReadOptions {
  /** Ends reading early, without an error, when it is aborted. */
  readonly signal: AbortSignal;
  /** The number of records in inputs before this one. */
  readonly recordsBefore?: number;
  /** Called when an input that goes on growing has no more for now; an error of it ends reading. */
  readonly onWaiting?: () => void;
}

/** See the module's description. */
export interface InputSource {
  /** For people: a path, `stdin`, or `the built-in sample`. */
  readonly name: string;
  /** The size of the file in bytes, compressed or not; undefined for stdin. */
  readonly sizeBytes: number | undefined;
  /** Bytes read so far, of those that {@link sizeBytes} counts. */
  readonly bytesRead: number;
  /** Whether the input can be read from its beginning again. */
  readonly repeatable: boolean;
  /** Whether a later run can read again what this one has read. */
  readonly resumable: boolean;
  /** Whether all records of a chunk have to be confirmed before the next one is requested. */
  readonly confirmsChunks?: boolean;
  /** Where a later run goes on, as a sentence ends, if that is not where this one was stopped. */
  readonly continuation?: string;
  /**
   * The items of the input, in chunks. A chunk must be consumed before the next one is requested, and the bytes of its
   * records are valid until then.
   */
  items<Notes, Block = never>(
    splitterOf: SplitterOf<Notes, Block>,
    options: ReadOptions,
  ): AsyncIterable<Iterable<InputItem<Notes, Block>>>;
  /** The input that a record is in, and its number there. */
  placeOf(position: Pick<InputPosition, "record">): InputPlace;
}

/** A record of an input. */
export interface InputPlace {
  readonly name: string;
  /** Counted from 1, including broken records. */
  readonly record: number;
}
