/** A directory that is gone when its scope is left: `await using directory = await tempDir();`. */
import { join } from "node:path";
import { whenTrue } from "./when_true.ts";

/** See the module's description. */
export interface TempDir extends AsyncDisposable {
  readonly path: string;
  /** Writes a file into it and gives the path. */
  write(name: string, content: string | Uint8Array): Promise<string>;
}

/** Makes a directory of its own; with `inMemory`, where it takes no time to force a file to the disk. */
export async function tempDir({ inMemory = false } = {}): Promise<TempDir> {
  const prefix = "sfcrime-test-";
  const path = inMemory ? await memoryDirectory(prefix) : await Deno.makeTempDir({ prefix });
  return {
    path,
    async write(name, content) {
      const file = join(path, name);
      await (typeof content === "string" ? Deno.writeTextFile(file, content) : Deno.writeFile(file, content));
      return file;
    },
    [Symbol.asyncDispose]: () => whenTrue(() => isRemoved(path)),
  };
}

/** Linux keeps this in memory. */
const MEMORY = "/dev/shm";

/** The variable that names a directory in memory for the tests of a step, which is removed with all that is in it. */
export const STEP_MEMORY = "STEP_MEMORY";

/** Makes a directory in memory, where there is such a place. Whoever asks for it removes it. */
export async function memoryDirectory(prefix: string): Promise<string> {
  const dir = Deno.env.get(STEP_MEMORY) ?? MEMORY;
  return await Deno.makeTempDir({ prefix, dir }).catch(() => Deno.makeTempDir({ prefix }));
}

/** Removes a directory; false if a thread that was ended is still making or closing files in it. */
async function isRemoved(path: string): Promise<boolean> {
  try {
    await Deno.remove(path, { recursive: true });
    return true;
  } catch (error) {
    if (/not empty/i.test(String(error))) return false;
    throw error;
  }
}
