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
    [Symbol.asyncDispose]: () => Deno.remove(path, { recursive: true }),
  };
}
