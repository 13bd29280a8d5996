import { deepEqual, equal, ok } from "assert";
import { join } from "node:path";
import { ROOT } from "../support/task.ts";
import { tempDir } from "../support/temp_dir.ts";

/** Runs a command of Deno with a cache of its own, and gives what it printed. */
async function deno(args: readonly string[], cache: string): Promise<string> {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [...args],
    cwd: ROOT,
    env: { DENO_DIR: cache },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).output();
  equal(code, 0, new TextDecoder().decode(stderr));
  return new TextDecoder().decode(stdout);
}

/** The directories of packages below a directory. */
async function packagesBelow(directory: string): Promise<string[]> {
  const entries = await Array.fromAsync(Deno.readDir(directory));
  if (entries.some(({ name }) => name === "package.json")) return [directory];
  const folders = entries.filter((entry) => entry.isDirectory).map(({ name }) => join(directory, name));
  return (await Promise.all(folders.map(packagesBelow))).flat();
}

/** The directories of the packages that the program imports, and of those that they need. */
async function packagesOfProgram(cache: string): Promise<string[]> {
  const { npmPackages } = JSON.parse(await deno(["info", "--no-lock", "--json", "main.ts"], cache)) as {
    npmPackages: Readonly<Record<string, { readonly localPath: string }>>;
  };
  return Object.values(npmPackages).map(({ localPath }) => localPath);
}

/** The packages in a lock file, and what they contain. */
function locked(path: string): Readonly<Record<string, { readonly integrity: string }>> {
  return JSON.parse(Deno.readTextFileSync(join(ROOT, path))).npm;
}

Deno.test("On a fresh machine the demo downloads the packages of the program, and no others", async () => {
  await using cache = await tempDir();
  await deno(["task", "-q", "demo"], cache.path);
  const downloaded = await packagesBelow(join(cache.path, "npm"));
  deepEqual(downloaded.toSorted(), (await packagesOfProgram(cache.path)).toSorted());
  ok(downloaded.length > 10);
});

Deno.test("The packages of the program are the same in both lock files", () => {
  const ofTests = locked("tests/deno.lock");
  for (const [name, { integrity }] of Object.entries(locked("deno.lock"))) {
    equal(ofTests[name]?.integrity, integrity, name);
  }
});
