/**
 * A directory of files, exactly once. The parts of a batch are written under `_tmp/`, renamed into place, and
 * then noted in the manifest. Their names are those of the batch, so a batch that comes again replaces what
 * it had left, and even a reader that knows no manifest sees each row once.
 *
 * In complete mode a batch holds all rows, and replaces the one before.
 */
import { dirname, join } from "node:path";
import { writeError } from "../base/errors.ts";
import { PART_ROWS_MAX } from "../base/bounds.ts";
import type { Row } from "../records/data_type.ts";
import type { OutputMode } from "../sql/plan.ts";
import { Manifest, syncDirectory } from "./manifest.ts";
import type { PartFormat, PartWriter } from "./part_format.ts";
import type { Partitioning } from "./partitioning.ts";
import type { RowChunk, RowFormat, Sink } from "./sink.ts";

/** Under which parts are written until they are whole. */
const TEMPORARY = "_tmp";

/** How a directory is filled. */
export interface FileSinkOptions {
  readonly directory: string;
  readonly outputMode: OutputMode;
  readonly format: PartFormat;
  /** Divides rows into subdirectories, where they are divided. */
  readonly partitioning?: Partitioning;
}

/** A part that is being written. */
interface Part {
  /** From the directory on. */
  readonly file: string;
  readonly writer: PartWriter;
  rows: number;
}

/** See the module's description. */
export class FileSink implements Sink {
  readonly description: string;
  readonly format: RowFormat;
  readonly exactlyOnce = true;
  readonly #options: FileSinkOptions;
  #manifest: Manifest | undefined;
  #batchId = 0;
  /** The open part of each subdirectory. */
  readonly #open = new Map<string, Part>();
  #files: string[] = [];
  #rows = 0;

  constructor(options: FileSinkOptions) {
    this.#options = options;
    this.description = `${options.format.extension} files in ${options.directory}`;
    this.format = options.format.rowFormat;
  }

  async open(queryId: string): Promise<number | undefined> {
    const { directory } = this.#options;
    try {
      await Deno.mkdir(join(directory, TEMPORARY), { recursive: true });
    } catch (cause) {
      throw writeError(directory, cause);
    }
    this.#manifest = await Manifest.open(directory, queryId);
    if (this.#options.outputMode === "complete") await this.#removeOthers();
    return this.#manifest.lastBatch;
  }

  async begin(batchId: number): Promise<void> {
    await this.#drop();
    this.#batchId = batchId;
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
    for (const part of this.#open.values()) await part.writer.close();
    this.#open.clear();
    const { directory, outputMode } = this.#options;
    const directories = new Set([directory]);
    for (const file of this.#files) {
      const target = join(directory, file);
      await Deno.mkdir(dirname(target), { recursive: true });
      await Deno.rename(join(directory, TEMPORARY, file), target);
      directories.add(dirname(target));
    }
    for (const changed of directories) await syncDirectory(changed);
    const line = { batch: this.#batchId, files: this.#files, rows: this.#rows };
    if (outputMode === "complete") {
      await this.#manifest!.replace(line);
      await this.#removeOthers();
    } else {
      await this.#manifest!.add(line);
    }
    this.#files = [];
    this.#rows = 0;
  }

  async close(): Promise<void> {
    await this.#drop();
    await Deno.remove(join(this.#options.directory, TEMPORARY), { recursive: true }).catch(() => {});
  }

  async #writeTo(subdirectory: string, rows: readonly Row[]): Promise<void> {
    if (rows.length === 0) return;
    let part = this.#open.get(subdirectory);
    if (part !== undefined && part.rows >= PART_ROWS_MAX) {
      await part.writer.close();
      part = undefined;
    }
    if (part === undefined) {
      part = await this.#newPart(subdirectory);
      this.#open.set(subdirectory, part);
    }
    part.rows += rows.length;
    this.#rows += rows.length;
    await part.writer.write({ rowCount: rows.length, rows });
  }

  async #newPart(subdirectory: string): Promise<Part> {
    const { directory, format } = this.#options;
    const inside = this.#files.filter((file) => dirname(file) === (subdirectory === "" ? "." : subdirectory));
    const file = join(subdirectory, `part-${this.#batchId}-${inside.length}.${format.extension}`);
    const path = join(directory, TEMPORARY, file);
    await Deno.mkdir(dirname(path), { recursive: true });
    this.#files.push(file);
    return { file, writer: await format.open(path), rows: 0 };
  }

  /** Drops what a batch has left that was begun and not committed. */
  async #drop(): Promise<void> {
    for (const { writer } of this.#open.values()) await writer.close().catch(() => {});
    this.#open.clear();
    this.#files = [];
    this.#rows = 0;
  }

  /** Removes the parts that the manifest does not name: of a batch that was replaced. */
  async #removeOthers(): Promise<void> {
    const { directory } = this.#options;
    const named = new Set(this.#manifest!.lines.flatMap(({ files }) => files));
    for await (const file of partsIn(directory)) {
      if (!named.has(file)) await Deno.remove(join(directory, file));
    }
  }
}

async function* partsIn(directory: string, inside = ""): AsyncIterable<string> {
  for await (const entry of Deno.readDir(join(directory, inside))) {
    if (entry.name.startsWith("_")) continue;
    const file = join(inside, entry.name);
    if (entry.isDirectory) yield* partsIn(directory, file);
    else if (/^part-\d+-\d+\.(json|csv|parquet)$/.test(entry.name)) yield file;
  }
}
