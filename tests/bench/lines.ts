/** The lines of files, however large they are. */
import { join } from "node:path";

const READ_BYTES = 4_194_304;

/** The lines of a file, or of the parts that Spark has written into a directory; empty ones are left out. */
export function* linesOf(path: string): Iterable<string> {
  if (!Deno.statSync(path).isDirectory) return yield* linesOfFile(path);
  for (const { name } of Deno.readDirSync(path)) {
    if (name.startsWith("part-")) yield* linesOfFile(join(path, name));
  }
}

function* linesOfFile(path: string): Iterable<string> {
  using file = Deno.openSync(path);
  const utf8 = new TextDecoder();
  const bytes = new Uint8Array(READ_BYTES);
  let rest = "";
  for (;;) {
    const size = file.readSync(bytes);
    if (size === null) break;
    const lines = (rest + utf8.decode(bytes.subarray(0, size), { stream: true })).split("\n");
    rest = lines.pop()!;
    yield* lines.filter((line) => line !== "");
  }
  if (rest !== "") yield rest;
}
