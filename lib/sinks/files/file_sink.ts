/**
 * Writes rows to a directory of files, exactly once. A batch is committed in three steps:
 * 1. its parts are written to `_tmp/` and synced,
 * 2. they are renamed into place,
 * 3. the batch is added to the manifest; in complete mode it replaces the previous one, whose parts are
 * removed.
 *
 * The names of parts contain the number of their batch. Parts that a crash left behind, of a batch that is
 * not in the manifest, are removed when the directory is opened again, so that even a reader that ignores the
 * manifest then sees each row once.
 */
import { dirname, join, resolve } from "node:path";
import { SfcrimeError, writing } from "../../base/errors.ts";
import { FileLock } from "../../base/files/file_lock.ts";
import { OPEN_PARTS_BYTES_MAX, OPEN_PARTS_MAX, PART_ROWS_MAX } from "../../base/bounds.ts";
import type { Row } from "../../records/data_type.ts";
import type { OutputMode } from "../../sql/plan.ts";
import { Manifest, syncDirectory } from "./manifest.ts";
import { partsIn, requireNoParts } from "./part_files.ts";
import type { PartFormat, PartWriter } from "./part_writer.ts";
import type { Partitioning } from "./partitioning.ts";
import { ALL_VALUES, type RowChunk, type Sink, type SinkBatch } from "../sink.ts";

/** The directory for parts that are still being written. */
const TEMPORARY = "_tmp";

/** The lock that lets only one process at a time write to a directory. */
const LOCK_FILE = "_writer.lock";

/** The options of a file sink. */
export interface FileSinkOptions {
  readonly directory: string;
  readonly outputMode: OutputMode;
  readonly format: PartFormat;
  /** Partitions rows into subdirectories; absent if they are not partitioned. */
  readonly partitioning?: Partitioning;
  /** The maximum number of rows in one file. */
  readonly partRowsMax?: number;
  /** The maximum number of open files. */
  readonly openPartsMax?: number;
}

/** A part that is being written. */
interface Part {
  readonly writer: PartWriter;
  rows: number;
}

/** See the module's description. */
export class FileSink implements Sink {
  readonly description: string;
  readonly place: string;
  readonly format = ALL_VALUES;
  readonly exactlyOnce = true;
  readonly #options: FileSinkOptions;
  #lock: FileLock | undefined;
  #manifest: Manifest | undefined;
  #batch: SinkBatch = { batchId: 0 };
  /** The open part of each subdirectory, in order of last use. */
  readonly #open = new Map<string, Part>();
  /** The number of parts of the batch in each subdirectory. */
  readonly #partCounts = new Map<string, number>();
  /** Paths relative to the directory. */
  #files: string[] = [];
  #rows = 0;

  constructor(options: FileSinkOptions) {
    this.#options = options;
    this.description = `the ${options.format.extension} files in ${options.directory}`;
    this.place = resolve(options.directory);
  }

  get isNew(): boolean {
    return this.#manifest?.isNew === true;
  }

  async look(queryId: string): Promise<SinkBatch | undefined> {
    const { lastBatch } = await this.#readManifest(queryId);
    FileLock.look(this.#lockPath, () => this.#taken());
    return lastBatch;
  }

  async open(queryId: string): Promise<SinkBatch | undefined> {
    const { directory } = this.#options;
    await this.look(queryId);
    await writing(directory, () => Deno.mkdir(directory, { recursive: true }));
    this.#lock = FileLock.take(this.#lockPath, () => this.#taken());
    // It may have changed before it was locked.
    this.#manifest = await this.#readManifest(queryId);
    return this.#manifest.lastBatch;
  }

  async prepare(): Promise<void> {
    const { directory } = this.#options;
    const temporary = join(directory, TEMPORARY);
    await writing(directory, async () => {
      await Deno.remove(temporary, { recursive: true }).catch(() => {});
      await Deno.mkdir(temporary, { recursive: true });
    });
    await this.#manifest!.begin();
    await this.#removeOthers();
  }

  async begin(batch: SinkBatch): Promise<void> {
    this.#requireInPlace();
    await this.#drop();
    this.#batch = batch;
  }

  async write({ rows = [] }: RowChunk): Promise<void> {
    const { partitioning } = this.#options;
    if (partitioning === undefined) return await this.#writeTo("", rows);
    const { directoryOf, rest } = partitioning;
    for (const [subdirectory, part] of Map.groupBy(rows, directoryOf)) {
      await this.#writeTo(subdirectory, part.map(rest));
    }
  }

  async commit(): Promise<void> {
    this.#requireInPlace();
    for (const { writer } of this.#open.values()) await writer.close();
    this.#open.clear();
    await this.#rename();
    const { batchId, offsets } = this.#batch;
    const line = {
      batch: batchId,
      files: this.#files,
      rows: this.#rows,
      ...(offsets === undefined ? {} : { offsets: JSON.parse(offsets) as unknown }),
    };
    if (this.#options.outputMode === "complete") {
      await this.#manifest!.replace(line);
      await this.#removeOthers();
    } else if (line.files.length > 0) {
      await this.#manifest!.add(line);
    }
    this.#forget();
  }

  async close(): Promise<void> {
    if (this.#lock === undefined) return;
    try {
      await this.#drop();
      await Deno.remove(join(this.#options.directory, TEMPORARY), { recursive: true }).catch(() => {});
    } finally {
      this.#lock.release();
      this.#lock = undefined;
    }
  }

  get #lockPath(): string {
    return join(this.#options.directory, LOCK_FILE);
  }

  #taken(): SfcrimeError {
    return new SfcrimeError("OUTPUT", `Another process is writing to ${this.#options.directory}.`, {
      hint: "Stop that process first, or choose another directory.",
    });
  }

  #readManifest(queryId: string): Promise<Manifest> {
    const { directory } = this.#options;
    return Manifest.open(directory, queryId, () => requireNoParts(directory));
  }

  /** Rows must not be written to a directory that was removed or replaced. */
  #requireInPlace(): void {
    if (this.#lock!.isInPlace) return;
    throw new SfcrimeError(
      "OUTPUT",
      `${this.#options.directory} was removed or replaced while the query was running.`,
    );
  }

  async #rename(): Promise<void> {
    const { directory } = this.#options;
    const directories = new Set<string>();
    for (const file of this.#files) {
      const target = join(directory, file);
      await writing(target, async () => {
        await Deno.mkdir(dirname(target), { recursive: true });
        await Deno.rename(join(directory, TEMPORARY, file), target);
      });
      // Every parent directory may be new.
      for (let at = dirname(file); !directories.has(at); at = dirname(at)) directories.add(at);
    }
    for (const changed of directories) {
      await writing(directory, () => syncDirectory(join(directory, changed)));
    }
  }

  async #writeTo(subdirectory: string, rows: readonly Row[]): Promise<void> {
    const { partRowsMax = PART_ROWS_MAX } = this.#options;
    for (let from = 0; from < rows.length;) {
      const part = await this.#partOf(subdirectory);
      const taken = rows.slice(from, from + partRowsMax - part.rows);
      await part.writer.write(taken);
      await this.#closeBeyondBound();
      part.rows += taken.length;
      this.#rows += taken.length;
      from += taken.length;
    }
  }

  /** Flushes rows that are buffered in open parts if they take too much memory, the largest parts first. */
  async #closeBeyondBound(): Promise<void> {
    const parts = [...this.#open.values()].map(({ writer }) => writer);
    const held = () => parts.reduce((sum, { heldBytes = 0 }) => sum + heldBytes, 0);
    if (held() <= OPEN_PARTS_BYTES_MAX) return;
    parts.sort((left, right) => (right.heldBytes ?? 0) - (left.heldBytes ?? 0));
    for (const writer of parts) {
      if (held() <= OPEN_PARTS_BYTES_MAX / 2) return;
      await writer.flush?.();
    }
  }

  /** The open part of a subdirectory, or a new one if it is full. */
  async #partOf(subdirectory: string): Promise<Part> {
    const { partRowsMax = PART_ROWS_MAX, openPartsMax = OPEN_PARTS_MAX } = this.#options;
    const known = this.#open.get(subdirectory);
    if (known !== undefined) {
      this.#open.delete(subdirectory);
      if (known.rows < partRowsMax) {
        this.#open.set(subdirectory, known);
        return known;
      }
      await known.writer.close();
    }
    for (const [unused, { writer }] of this.#open) {
      if (this.#open.size < openPartsMax) break;
      this.#open.delete(unused);
      await writer.close();
    }
    const part = { writer: await this.#newPart(subdirectory), rows: 0 };
    this.#open.set(subdirectory, part);
    return part;
  }

  async #newPart(subdirectory: string): Promise<PartWriter> {
    const { directory, format } = this.#options;
    const number = this.#partCounts.get(subdirectory) ?? 0;
    this.#partCounts.set(subdirectory, number + 1);
    const file = join(subdirectory, `part-${this.#batch.batchId}-${number}.${format.extension}`);
    const path = join(directory, TEMPORARY, file);
    await writing(path, () => Deno.mkdir(dirname(path), { recursive: true }));
    this.#files.push(file);
    return await format.open(path);
  }

  /** Drops a batch that was begun but not committed. */
  async #drop(): Promise<void> {
    for (const { writer } of this.#open.values()) await writer.close().catch(() => {});
    this.#forget();
  }

  #forget(): void {
    this.#open.clear();
    this.#partCounts.clear();
    this.#files = [];
    this.#rows = 0;
  }

  /**
   * Removes the parts that are not in the manifest: those of a batch that was replaced or never committed.
   */
  async #removeOthers(): Promise<void> {
    const { directory } = this.#options;
    const named = new Set(this.#manifest!.lines.flatMap(({ files }) => files));
    await writing(directory, async () => {
      for await (const file of partsIn(directory)) {
        if (!named.has(file)) await Deno.remove(join(directory, file));
      }
    });
  }
}
