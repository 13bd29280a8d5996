/**
 * The list of the complete files in a directory: one line of JSON per batch, appended once all its files are
 * in place. So the last line shows how far the sink has got, and a reader that wants only complete batches
 * reads the files listed there.
 */
import { join } from "node:path";
import { SfcrimeError, writeError, writing } from "../../base/errors.ts";
import type { SinkBatch } from "../sink.ts";

/** A batch. */
export interface ManifestLine {
  readonly batch: number;
  /** The paths of its files, relative to the directory. */
  readonly files: readonly string[];
  readonly rows: number;
  /**
   * The offsets that the batch read, or their hash if they would be too long; older versions did not store
   * them.
   */
  readonly offsets?: unknown;
}

interface Header {
  readonly query: string;
}

/** The name of the file; readers of the directory skip names that begin with an underscore. */
export const MANIFEST_FILE = "_manifest.ndjson";

/** See the module's description. */
export class Manifest {
  readonly path: string;
  readonly #header: Header;
  readonly lines: ManifestLine[];
  /** Whether the directory had no manifest when it was opened. */
  readonly isNew: boolean;
  /** Whether the file ends with a complete line. */
  #isWhole: boolean;

  private constructor(
    path: string,
    header: Header,
    { lines, isNew, isWhole }: Pick<Manifest, "lines" | "isNew"> & { readonly isWhole: boolean },
  ) {
    this.path = path;
    this.#header = header;
    this.lines = lines;
    this.isNew = isNew;
    this.#isWhole = isWhole;
  }

  /**
   * Reads the manifest of a directory, if it has one. It is written by {@link begin}.
   *
   * @param requireNew Throws if the directory cannot be used as a new one.
   * @throws {SfcrimeError} OUTPUT if the directory contains the rows of another query, or the manifest is
   * corrupt.
   */
  static async open(directory: string, queryId: string, requireNew: () => Promise<void>): Promise<Manifest> {
    const path = join(directory, MANIFEST_FILE);
    const text = await Deno.readTextFile(path).catch((error: unknown) => {
      if (error instanceof Deno.errors.NotFound) return "";
      throw writeError(error instanceof Deno.errors.NotADirectory ? directory : path, error);
    });
    // A line that a crash truncated has no line break, and its batch is run again.
    const whole = text.slice(0, text.lastIndexOf("\n") + 1).split("\n").filter((line) => line !== "");
    if (whole.length === 0) {
      await requireNew();
      return new Manifest(path, { query: queryId }, { lines: [], isNew: true, isWhole: false });
    }
    const header = parseLine(path, 1, whole[0]!, isHeader);
    const lines = whole.slice(1).map((line, index) => parseLine(path, index + 2, line, isManifestLine));
    if (header.query !== queryId) {
      throw new SfcrimeError("OUTPUT", `${directory} contains the rows of a different query or checkpoint.`, {
        hint: "Choose an empty directory, or use the checkpoint that these rows belong to.",
      });
    }
    return new Manifest(path, header, { lines, isNew: false, isWhole: text.endsWith("\n") });
  }

  /** Creates the file if it is missing, and removes a line that a crash truncated. */
  async begin(): Promise<void> {
    if (this.#isWhole) return;
    await this.#rewrite();
    this.#isWhole = true;
  }

  /** The last complete batch. */
  get lastBatch(): SinkBatch | undefined {
    const last = this.lines.at(-1);
    if (last === undefined) return undefined;
    const { batch: batchId, offsets } = last;
    return { batchId, ...(offsets === undefined ? {} : { offsets: JSON.stringify(offsets) }) };
  }

  /** Adds a complete batch. */
  async add(line: ManifestLine): Promise<void> {
    this.lines.push(line);
    await write(this.path, `${JSON.stringify(line)}\n`, { append: true });
  }

  /** Adds a complete batch, and removes all earlier ones. */
  async replace(line: ManifestLine): Promise<void> {
    this.lines.splice(0, this.lines.length, line);
    await this.#rewrite();
  }

  async #rewrite(): Promise<void> {
    const text = [this.#header, ...this.lines].map((line) => `${JSON.stringify(line)}\n`).join("");
    const fresh = `${this.path}.new`;
    await Deno.remove(fresh).catch(() => {});
    await write(fresh, text, { createNew: true });
    await writing(this.path, () => Deno.rename(fresh, this.path));
    await syncDirectory(join(this.path, ".."));
  }
}

/**
 * Writes and syncs. A file to append to has to exist, and a new file must not, so that no link is followed.
 */
async function write(
  path: string,
  text: string,
  how: { readonly append: true } | { readonly createNew: true },
): Promise<void> {
  await writing(path, async () => {
    using file = await Deno.open(path, { write: true, ...how });
    const bytes = new TextEncoder().encode(text);
    for (let at = 0; at < bytes.length;) at += await file.write(bytes.subarray(at));
    await file.sync();
  });
}

function parseLine<T>(path: string, number: number, line: string, is: (value: unknown) => value is T): T {
  try {
    const value: unknown = JSON.parse(line);
    if (is(value)) return value;
  } catch {
    // Reported below, like any other invalid line.
  }
  throw new SfcrimeError(
    "OUTPUT",
    `${path}:${number}: this line is corrupt, so it is unknown which rows are complete.`,
    { hint: "Restore the file from a backup, or choose an empty directory with a new checkpoint." },
  );
}

function isHeader(value: unknown): value is Header {
  return typeof (value as Partial<Header> | null)?.query === "string";
}

function isManifestLine(value: unknown): value is ManifestLine {
  const { batch, files } = (value ?? {}) as Partial<ManifestLine>;
  return typeof batch === "number" && Array.isArray(files);
}

/** Makes new names in a directory survive a power failure. */
export async function syncDirectory(path: string): Promise<void> {
  if (Deno.build.os === "windows") return;
  using directory = await Deno.open(path);
  await directory.sync();
}
