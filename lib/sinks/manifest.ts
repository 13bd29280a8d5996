/**
 * Which files of a directory are whole: one line of JSON for each batch, appended once all its files are in
 * place. So the last line says how far the sink has got, and a reader that wants whole batches reads the
 * files of the lines only.
 */
import { join } from "node:path";
import { SfcrimeError, writeError } from "../base/errors.ts";

/** One batch. */
export interface ManifestLine {
  readonly batch: number;
  /** Paths of its files, from the directory on. */
  readonly files: readonly string[];
  readonly rows: number;
  /** The offsets that it has read, or their hash where that would be long; older versions did not note them. */
  readonly offsets?: unknown;
}

interface Header {
  readonly query: string;
}

/** The name of the file; readers of the directory pass over names that begin so. */
export const MANIFEST_FILE = "_manifest.ndjson";

/** See the module's description. */
export class Manifest {
  readonly path: string;
  readonly #header: Header;
  readonly lines: ManifestLine[];
  /** Whether the directory had none when it was opened. */
  readonly isNew: boolean;
  /** Whether the file ends with a whole line. */
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
   * Reads the manifest of a directory, which may have none yet. {@link begin} writes.
   *
   * @param requireNew Throws where the directory is not one to begin in.
   * @throws {SfcrimeError} OUTPUT when the directory holds the rows of another query, or the manifest is damaged.
   */
  static async open(
    directory: string,
    queryId: string,
    requireNew: () => Promise<void>,
  ): Promise<Manifest> {
    const path = join(directory, MANIFEST_FILE);
    const text = await Deno.readTextFile(path).catch((error: unknown) => {
      if (error instanceof Deno.errors.NotFound) return "";
      throw writeError(error instanceof Deno.errors.NotADirectory ? directory : path, error);
    });
    // A line that was cut off by a crash has no end, and its batch comes again.
    const whole = text.slice(0, text.lastIndexOf("\n") + 1).split("\n").filter((line) => line !== "");
    if (whole.length === 0) {
      await requireNew();
      return new Manifest(path, { query: queryId }, { lines: [], isNew: true, isWhole: false });
    }
    const header = parseLine(path, 1, whole[0]!, isHeader);
    const lines = whole.slice(1).map((line, index) => parseLine(path, index + 2, line, isManifestLine));
    if (header.query !== queryId) {
      throw new SfcrimeError("OUTPUT", `${directory} holds the rows of another run of a query.`, {
        hint: "Its checkpoint is another one, or was deleted. Choose an empty directory, or that checkpoint.",
      });
    }
    return new Manifest(path, header, { lines, isNew: false, isWhole: text.endsWith("\n") });
  }

  /** Begins the file where there is none, and takes away a line that was cut off by a crash. */
  async begin(): Promise<void> {
    if (this.#isWhole) return;
    await this.#rewrite();
    this.#isWhole = true;
  }

  /** The last batch that is whole. */
  get lastBatch(): ManifestLine | undefined {
    return this.lines.at(-1);
  }

  /** Marks a batch as whole. */
  async add(line: ManifestLine): Promise<void> {
    this.lines.push(line);
    await write(this.path, `${JSON.stringify(line)}\n`, { append: true });
  }

  /** Marks a batch as whole, and all before it as gone. */
  async replace(line: ManifestLine): Promise<void> {
    this.lines.splice(0, this.lines.length, line);
    await this.#rewrite();
  }

  async #rewrite(): Promise<void> {
    const text = [this.#header, ...this.lines].map((line) => `${JSON.stringify(line)}\n`).join("");
    const fresh = `${this.path}.new`;
    await Deno.remove(fresh).catch(() => {});
    await write(fresh, text, { createNew: true });
    await moveFile(fresh, this.path);
    await syncDirectory(join(this.path, ".."));
  }
}

/** Writes and syncs. A file that is to be there is never made, and one that is to be new is no link to another. */
async function write(
  path: string,
  text: string,
  how: { readonly append: true } | { readonly createNew: true },
): Promise<void> {
  try {
    using file = await Deno.open(path, { write: true, ...how });
    const bytes = new TextEncoder().encode(text);
    for (let at = 0; at < bytes.length;) at += await file.write(bytes.subarray(at));
    await file.sync();
  } catch (cause) {
    throw writeError(path, cause);
  }
}

function parseLine<T>(path: string, number: number, line: string, is: (value: unknown) => value is T): T {
  try {
    const value: unknown = JSON.parse(line);
    if (is(value)) return value;
  } catch {
    // Told below, as any other line that is none of ours.
  }
  throw new SfcrimeError(
    "OUTPUT",
    `${path}: line ${number} is damaged, so it is not known which rows are whole.`,
    {
      hint: "Choose an empty directory with a new checkpoint, or bring the file back from a copy.",
    },
  );
}

function isHeader(value: unknown): value is Header {
  return typeof (value as Partial<Header> | null)?.query === "string";
}

function isManifestLine(value: unknown): value is ManifestLine {
  const { batch, files } = (value ?? {}) as Partial<ManifestLine>;
  return typeof batch === "number" && Array.isArray(files);
}

/** Gives a file its name. @throws {SfcrimeError} DISK_FULL or OUTPUT */
export async function moveFile(from: string, to: string): Promise<void> {
  try {
    await Deno.rename(from, to);
  } catch (cause) {
    throw writeError(to, cause);
  }
}

/** Makes new names in a directory last through a loss of power. */
export async function syncDirectory(path: string): Promise<void> {
  if (Deno.build.os === "windows") return;
  using directory = await Deno.open(path);
  await directory.sync();
}
