/** Puts faults back in a copy of the program, and simulates seeds there until one finds something. */
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Edit, Mutant } from "./mutants.ts";
import type { Kind } from "./scenario.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const COPIED = ["deno.json", "deno.lock", "lib", "config", "tests/simulation", "tests/support"];

/** What the seeds have found. */
export interface Found {
  /** How many were simulated. */
  readonly seeds: number;
  readonly finding: string;
}

/** A file of the program with an edit. @throws {Error} If the file does not have its text once. */
function edited(text: string, { file, before, after }: Edit): string {
  const parts = text.split(before);
  if (parts.length !== 2) throw new Error(`${file} has ${parts.length - 1} times: ${before}`);
  return parts.join(after);
}

/** Makes a copy of the program in an empty directory. */
export async function copyProgram(directory: string): Promise<void> {
  for (const name of COPIED) await copy(join(ROOT, name), join(directory, name));
}

/** Puts a fault into a copy of the program; it is there until what is returned is disposed of. */
export async function putBack({ edits }: Pick<Mutant, "edits">, directory: string): Promise<AsyncDisposable> {
  const before = new Map<string, string>();
  for (const edit of edits) {
    const path = join(directory, edit.file);
    const text = await Deno.readTextFile(path);
    if (!before.has(path)) before.set(path, text);
    await Deno.writeTextFile(path, edited(text, edit));
  }
  return {
    async [Symbol.asyncDispose]() {
      for (const [path, text] of before) await Deno.writeTextFile(path, text);
    },
  };
}

/** Simulates seeds with a copy of the program until one finds something; undefined if none does. */
export async function findIn(
  directory: string,
  { kind = "mixed", seed, seedsMax }: {
    readonly kind?: Kind | undefined;
    readonly seed: number;
    readonly seedsMax: number;
  },
): Promise<Found | undefined> {
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", "tests/simulation/find.ts", kind, String(seed), String(seedsMax)],
    cwd: directory,
  }).output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
  const text = new TextDecoder().decode(stdout);
  return text === "" ? undefined : JSON.parse(text);
}

async function copy(from: string, to: string): Promise<void> {
  if ((await Deno.stat(from)).isFile) {
    await Deno.mkdir(dirname(to), { recursive: true });
    return await Deno.copyFile(from, to);
  }
  for await (const { name } of Deno.readDir(from)) await copy(join(from, name), join(to, name));
}
