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

/** The flags with which the task `sfcrime` starts the program: its permissions, and those for V8. */
export function programFlags(): string[] {
  const [deno, run, lock, frozen, ...flags] = taskWords("sfcrime");
  const isExpected = deno === "deno" && run === "run" && lock === "--lock=deno.lock" &&
    frozen === "--frozen" &&
    flags.pop() === "main.ts";
  if (!isExpected) throw new Error("The task sfcrime is not deno run --lock=deno.lock --frozen … main.ts");
  return flags;
}
