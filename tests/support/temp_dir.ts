/** A directory that is gone when its scope is left: `await using directory = await tempDir();`. */
import { join } from "node:path";

/** See the module's description. */
export interface TempDir extends AsyncDisposable {
  readonly path: string;
  /** Writes a file into it and gives the path. */
  write(name: string, content: string | Uint8Array): Promise<string>;
}

/** Makes a directory of its own. */
export async function tempDir(): Promise<TempDir> {
  const path = await Deno.makeTempDir({ prefix: "sfcrime-test-" });
  return {
    path,
    async write(name, content) {
      const file = join(path, name);
      await (typeof content === "string" ? Deno.writeTextFile(file, content) : Deno.writeFile(file, content));
      return file;
    },
    [Symbol.asyncDispose]: () => removeAll(path),
  };
}

const REMOVALS_MAX = 20;
const PAUSE_MS = 100;

/** Removes a directory, in which a thread that was ended may still be making or closing files. */
async function removeAll(path: string): Promise<void> {
  for (let removals = 1;; removals++) {
    try {
      return await Deno.remove(path, { recursive: true });
    } catch (error) {
      if (removals === REMOVALS_MAX || !/not empty/i.test(String(error))) throw error;
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
  }
}
