/**
 * An external merge sort, for more records than fit in memory: chunks are sorted in memory and written to files, called
 * runs, which are merged when they are read. Input that fits in memory needs no file.
 *
 * The files are in a private temporary directory, which is removed when the sort is closed or the program ends.
 */
import { join } from "node:path";
import { SORT_RUN_BYTES_MAX, SORT_RUNS_MAX, SORT_SHARED_BYTES } from "../../base/bounds.ts";
import { writeError } from "../../base/errors.ts";
import { type Temporary, temporaryDirectory } from "../../base/files/temporary.ts";
import { compareEntries, readRun, RunWriter, type SortEntry } from "./sort_run.ts";

/** What a sort may take; tests sort little with less. */
export interface SortBounds {
  /** Bytes of records in memory, estimated, and one record more. */
  readonly runBytesMax: number;
  /** Runs that are merged at a time. */
  readonly runsMax: number;
}

/** What an entry in memory takes besides the bytes of its record and its text. */
const ENTRY_BYTES = 300;

/** How many entries are merged until others may do something. */
const ENTRIES_AT_ONCE = 10_000;

/** See the module's description. */
export class ExternalSort {
  readonly #bounds: SortBounds;
  #entries: SortEntry[] = [];
  #bytes = 0;
  #directory: Temporary | undefined;
  /** Paths, in the order of the records that they have. */
  #runs: string[] = [];
  #runsMade = 0;
  #length = 0;
  /**
   * Records are copied behind each other into pieces of memory that they share, and those of the next run into the
   * same: fresh memory for each would grow until it is collected.
   */
  readonly #pieces: Uint8Array[] = [];
  #piece = 0;
  #pieceAt = 0;

  constructor(bounds: SortBounds = { runBytesMax: SORT_RUN_BYTES_MAX, runsMax: SORT_RUNS_MAX }) {
    this.#bounds = bounds;
  }

  /** The number of records. */
  get length(): number {
    return this.#length;
  }

  /** The number of files that they are in. */
  get runs(): number {
    return this.#runs.length;
  }

  /** Takes a record; its bytes are copied. @throws {SfcrimeError} DISK_FULL, OUTPUT */
  add({ key, position, value }: SortEntry): void {
    this.#entries.push({ key: { ...key, text: this.#keep(key.text) }, position, value: this.#keep(value) });
    this.#length++;
    this.#bytes += ENTRY_BYTES + key.text.length + value.length;
    if (this.#bytes >= this.#bounds.runBytesMax) this.#spill();
  }

  /**
   * All records have been added.
   *
   * @throws {SfcrimeError} DISK_FULL, OUTPUT
   */
  async end(signal: AbortSignal): Promise<void> {
    this.#entries.sort(compareEntries);
    const { runsMax } = this.#bounds;
    while (this.#runs.length > runsMax && !signal.aborted) {
      const [first, rest] = [this.#runs.slice(0, runsMax), this.#runs.slice(runsMax)];
      const merged = await this.#write(merge(first.map(readRun)), signal);
      for (const path of first) Deno.removeSync(path);
      this.#runs = [...rest, merged];
    }
  }

  /** The records in order, as often as it is asked for. Each is valid until the next is asked for. */
  entries(): Iterable<SortEntry> {
    const inMemory = this.#entries.values();
    return this.#runs.length === 0 ? inMemory : merge([...this.#runs.map(readRun), inMemory]);
  }

  close(): void {
    this.#entries = [];
    this.#pieces.length = 0;
    this.#directory?.remove();
  }

  #keep(bytes: Uint8Array): Uint8Array {
    const left = (this.#pieces[this.#piece]?.length ?? 0) - this.#pieceAt;
    if (left < bytes.length && this.#piece < this.#pieces.length) {
      this.#piece++;
      this.#pieceAt = 0;
      return this.#keep(bytes);
    }
    this.#pieces[this.#piece] ??= new Uint8Array(Math.max(SORT_SHARED_BYTES, bytes.length));
    const kept = this.#pieces[this.#piece]!.subarray(this.#pieceAt, this.#pieceAt + bytes.length);
    kept.set(bytes);
    this.#pieceAt += bytes.length;
    return kept;
  }

  #spill(): void {
    const run = this.#newRun();
    try {
      for (const entry of this.#entries.sort(compareEntries)) run.add(entry);
    } finally {
      run.end();
    }
    this.#runs.push(run.path);
    this.#entries = [];
    this.#bytes = 0;
    this.#piece = this.#pieceAt = 0;
  }

  async #write(entries: Iterable<SortEntry>, signal: AbortSignal): Promise<string> {
    const run = this.#newRun();
    try {
      let written = 0;
      for (const entry of entries) {
        run.add(entry);
        if (++written % ENTRIES_AT_ONCE === 0) await turn();
        if (signal.aborted) break;
      }
    } finally {
      run.end();
    }
    return run.path;
  }

  #newRun(): RunWriter {
    try {
      this.#directory ??= temporaryDirectory("sfcrime-sort-");
      return new RunWriter(join(this.#directory.path, String(this.#runsMade++)));
    } catch (cause) {
      throw writeError(this.#directory?.path ?? "temporary files (see TMPDIR)", cause);
    }
  }
}

/** Lets others do something. */
function turn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}

/** A source of entries in order, and the one that is its next. */
interface Head {
  entry: SortEntry;
  readonly rest: Iterator<SortEntry, unknown, undefined>;
}

/** Merges what is in order, by a heap of what comes next of each. */
function* merge(sources: readonly Iterator<SortEntry, unknown, undefined>[]): Generator<SortEntry> {
  const heap: Head[] = [];
  try {
    for (const rest of sources) {
      const { value, done } = rest.next();
      if (done !== true) heap.push({ entry: value, rest });
    }
    heap.sort((left, right) => compareEntries(left.entry, right.entry));
    while (heap.length > 0) {
      const head = heap[0]!;
      yield head.entry;
      const { value, done } = head.rest.next();
      if (done !== true) head.entry = value;
      else {
        const last = heap.pop()!;
        if (heap.length > 0) heap[0] = last;
      }
      sink(heap);
    }
  } finally {
    for (const { rest } of heap) rest.return?.();
  }
}

/** Brings the first of a heap to its place. */
function sink(heap: Head[]): void {
  for (let at = 0;;) {
    let least = at;
    for (const child of [2 * at + 1, 2 * at + 2]) {
      const isLess = child < heap.length && compareEntries(heap[child]!.entry, heap[least]!.entry) < 0;
      if (isLess) least = child;
    }
    if (least === at) return;
    [heap[at], heap[least]] = [heap[least]!, heap[at]!];
    at = least;
  }
}
