/**
 * Test files that share an isolate: one module imports them all. What they have in common, which is most of the program,
 * is then loaded and compiled once, and not for each of them. Every file can still be run by itself.
 */
import { join } from "node:path";
import { pathToFileURL } from "node:url";

/** A file with such a line is not imported with others; the line says why. */
const OWN_ISOLATE = /^\/\/ In an isolate of its own: .+$/m;

/** The test files in a folder, and in those inside it, in the order of their paths. */
export function testFilesIn(folder: string): string[] {
  return [...Deno.readDirSync(folder)].flatMap(({ name, isDirectory }) => {
    const path = join(folder, name);
    if (isDirectory) return testFilesIn(path);
    return name.endsWith("_test.ts") ? [path] : [];
  }).toSorted();
}

/** The files to give to `deno test` in place of those: a new one in the directory, and those that want to be alone. */
export async function gathered(files: readonly string[], directory: string): Promise<string[]> {
  const alone = files.filter((file) => OWN_ISOLATE.test(Deno.readTextFileSync(file)));
  const shared = files.filter((file) => !alone.includes(file));
  if (shared.length < 2) return [...files];
  const path = join(directory, "shared_test.ts");
  const imports = shared.map((file) => `import ${JSON.stringify(pathToFileURL(file).href)};\n`);
  await Deno.writeTextFile(path, imports.join(""));
  return [path, ...alone];
}
