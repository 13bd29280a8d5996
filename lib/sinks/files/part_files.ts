/** The part files in the directory of a sink. */
import { join } from "node:path";
import { SfcrimeError, writeError } from "../../base/errors.ts";
import { MANIFEST_FILE } from "./manifest.ts";

/**
 * Requires that a directory without a manifest has no parts: it is unknown which query wrote them, and they
 * would be removed.
 *
 * @throws {SfcrimeError} OUTPUT
 */
export async function requireNoParts(directory: string): Promise<void> {
  for await (const file of partsIn(directory)) {
    throw new SfcrimeError(
      "OUTPUT",
      `${directory} contains ${file}, but no ${MANIFEST_FILE} that shows which query wrote it.`,
      { hint: "Choose an empty directory, or restore the manifest." },
    );
  }
}

/** The parts in a directory and its subdirectories, as relative paths. */
export async function* partsIn(directory: string, inside = ""): AsyncIterable<string> {
  for (const entry of await entriesOf(join(directory, inside))) {
    if (entry.name.startsWith("_")) continue;
    const file = join(inside, entry.name);
    // A subdirectory with a manifest of its own belongs to another query.
    if (entry.isDirectory) {
      if (!await hasManifest(join(directory, file))) yield* partsIn(directory, file);
    } else if (/^part-\d+-\d+\.(json|csv|parquet)$/.test(entry.name)) yield file;
  }
}

/** The entries of a directory; none if it does not exist. */
async function entriesOf(directory: string): Promise<Deno.DirEntry[]> {
  try {
    return await Array.fromAsync(Deno.readDir(directory));
  } catch (cause) {
    if (cause instanceof Deno.errors.NotFound) return [];
    throw writeError(directory, cause);
  }
}

async function hasManifest(directory: string): Promise<boolean> {
  return (await entriesOf(directory)).some(({ name }) => name === MANIFEST_FILE);
}
