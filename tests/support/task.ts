/** The tasks of `deno.json`, which say how the program is started. */
import { join } from "node:path";

/** The directory of the project. */
export const ROOT = new URL("../../", import.meta.url).pathname;

/** The command line of a task, in words. */
export function taskWords(name: string): string[] {
  const { tasks } = JSON.parse(Deno.readTextFileSync(join(ROOT, "deno.json"))) as {
    tasks: Record<string, string>;
  };
  return [...tasks[name]!.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain!);
}

/** A module is loaded when it is first imported, so a command loads its own only. */
export const AS_NEEDED = "--unstable-lazy-dynamic-imports";

/** How the task `sfcrime` loads the modules of the program. */
const LOADING = ["--lock=deno.lock", "--frozen", AS_NEEDED];

/** The other flags of the task `sfcrime`: the permissions of the program, and those for V8. */
export function programFlags(): string[] {
  const words = taskWords("sfcrime");
  const before = ["deno", "run", ...LOADING];
  if (before.some((word, index) => words[index] !== word) || words.at(-1) !== "main.ts") {
    throw new Error(`The task sfcrime is not ${before.join(" ")} … main.ts`);
  }
  return words.slice(before.length, -1);
}

/** The flags with which modules are loaded in the same way, in any directory. */
export function loadingFlags(): string[] {
  const [, ...others] = LOADING;
  return ["--config", join(ROOT, "deno.json"), "--lock", join(ROOT, "deno.lock"), ...others];
}
