/**
 * A sorted input: by a field of its records, or by event time. It is read to its end first; each record keeps its
 * position in the input.
 */
import { JsonScanner } from "../../records/json/json_scan.ts";
import type { BrokenItem, GoodItem, NoteRecord, SplitterOf } from "../../records/splitting/input_item.ts";
import { RecordSplitter } from "../../records/splitting/record_splitter.ts";
import { microsOfMillis } from "../../records/values/micros.ts";
import { ExternalSort, type SortBounds } from "./external_sort.ts";
import type { InputSource } from "../input/input_source.ts";
import type { RecordNotes } from "../notes/record_notes.ts";
import { FIRST_KEY, LAST_KEY, type SortKey, timeKey } from "../notes/sort_key.ts";

/** The sort order of records. */
export type SortOrder =
  /** By event time; records without one come first, because their pause is unknown. */
  | "time"
  /** By the sort field; records without a value come last. */
  | "field";

/** How to read the input. */
export interface SortedInputOptions {
  readonly order: SortOrder;
  readonly note: NoteRecord<RecordNotes>;
  /** Splits the input into JSON objects with those notes; by default, it is JSON. */
  readonly splitterOf?: SplitterOf<RecordNotes>;
  readonly signal: AbortSignal;
  /** Takes a broken item while the input is read. */
  readonly onBroken: (item: BrokenItem) => Promise<void> | void;
  readonly bounds?: SortBounds;
}

/** See the module's description. */
export class SortedInput {
  readonly #sort: ExternalSort;
  readonly #note: NoteRecord<RecordNotes>;
  #first: GoodItem<RecordNotes> | undefined;
  #withoutField = 0;
  #withoutValue = 0;
  #failure: unknown;

  private constructor({ note, bounds }: SortedInputOptions) {
    this.#sort = new ExternalSort(bounds);
    this.#note = note;
  }

  /**
   * Reads the whole input, and sorts it; broken items are passed on immediately, and not kept.
   *
   * @throws {SfcrimeError} DISK_FULL or OUTPUT where what is in memory cannot be written to a temporary file.
   */
  static async of(input: InputSource, options: SortedInputOptions): Promise<SortedInput> {
    const sorted = new SortedInput(options);
    try {
      await sorted.#read(input, options);
      await sorted.#sort.end(options.signal);
      return sorted;
    } catch (error) {
      sorted.close();
      throw error;
    }
  }

  /** The number of records, without the broken ones. */
  get length(): number {
    return this.#sort.length;
  }

  /** The number of records whose sort field is missing or null. */
  get withoutValue(): number {
    return this.#withoutValue;
  }

  /** The first record of the input, if no record has the sort field. */
  get lacking(): GoodItem<RecordNotes> | undefined {
    return this.#withoutField === this.length ? this.#first : undefined;
  }

  /** Why the input could not be read to its end, if so. */
  get failure(): unknown {
    return this.#failure;
  }

  /** The records in order; can be iterated repeatedly. Each is valid until the next one is requested. */
  *items(): Iterable<GoodItem<RecordNotes>> {
    const scanner = new JsonScanner();
    for (const { position, value: bytes } of this.#sort.entries()) {
      scanner.scan(bytes, 0);
      yield { kind: "record", position, bytes, notes: this.#note(bytes, scanner) };
    }
  }

  close(): void {
    this.#sort.close();
  }

  async #read(input: InputSource, options: SortedInputOptions): Promise<void> {
    const { order, note, signal, onBroken, splitterOf = (start) => new RecordSplitter(note, start) } =
      options;
    for await (const items of this.#untilFailure(input.items(splitterOf, { signal }))) {
      for (const item of items) {
        if (item.kind === "broken") await onBroken(item);
        else this.#add(item, order);
      }
    }
  }

  #add(item: GoodItem<RecordNotes>, order: SortOrder): void {
    const { position, bytes, notes } = item;
    this.#first ??= { ...item, bytes: bytes.slice() };
    const key = order === "time" ? keyOfTime(notes) : notes.sortKey ?? LAST_KEY;
    if (notes.sortKey === undefined) this.#withoutField++;
    if (key.kind === LAST_KEY.kind) this.#withoutValue++;
    this.#sort.add({ key, position, value: bytes });
  }

  /** Records before a failure are valid, and are sent before the failure is reported. */
  async *#untilFailure<T>(all: AsyncIterable<T>): AsyncIterable<T> {
    try {
      yield* all;
    } catch (error) {
      this.#failure = error;
    }
  }
}

function keyOfTime({ eventMs }: RecordNotes): SortKey {
  return eventMs === undefined ? FIRST_KEY : timeKey(microsOfMillis(eventMs));
}
