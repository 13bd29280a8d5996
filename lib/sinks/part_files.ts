/** The parts in the directory of a sink, as they lie there. */
import { join } from "node:path";
import { SfcrimeError, writeError } from "../base/errors.ts";
import { MANIFEST_FILE } from "./manifest.ts";

/**
 * Holds a directory without a manifest to having no parts: nobody knows whose they are, and they would be removed.
 *
 * @throws {SfcrimeError} OUTPUT
 */
export async function requireNoParts(directory: string): Promise<void> {
  for await (const file of partsIn(directory)) {
    throw new SfcrimeError(
      "OUTPUT",
      `${directory} holds ${file}, but no ${MANIFEST_FILE} that tells whose it is.`,
      {
        hint: "Choose an empty directory, or bring the manifest back.",
      },
    );
  }
}

/** The parts that are in a directory and those below it, by their paths from there on. */
export async function* partsIn(directory: string, inside = ""): AsyncIterable<string> {
  for (const entry of await entriesOf(join(directory, inside))) {
    if (entry.name.startsWith("_")) continue;
    const file = join(inside, entry.name);
    // A directory inside that has a manifest of its own is another query's.
    if (entry.isDirectory) {
      if (!await hasManifest(join(directory, file))) yield* partsIn(directory, file);
    } else if (/^part-\d+-\d+\.(json|csv|parquet)$/.test(entry.name)) yield file;
  }
}

/** What is in a directory; nothing where there is none. */
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
