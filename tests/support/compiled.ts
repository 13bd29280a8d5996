/**
 * The executable, built as `deno task compile` builds it, but into a directory of the test's. Where
 * `DENORT_BIN` names the runtime to put into it, the `deno` beside that one builds it: the two belong together.
 */
import { dirname, join } from "node:path";
import { ROOT, taskWords } from "./task.ts";

/** Builds the executable at `path`; fails with what the compiler said. */
export async function compileTo(path: string): Promise<void> {
  const [program, ...args] = taskWords("compile");
  const output = args.indexOf("--output");
  if (program !== "deno" || output < 0) throw new Error("The task compile is not deno compile … --output …");
  args[output + 1] = path;
  const runtime = Deno.env.get("DENORT_BIN");
  const { success, stderr } = await new Deno.Command(
    runtime === undefined ? Deno.execPath() : join(dirname(runtime), "deno"),
    {
      args,
      cwd: ROOT,
      env: runtime === undefined ? {} : { DENO_TLS_CA_STORE: "system,mozilla" },
      stdin: "null",
      stdout: "null",
      stderr: "piped",
    },
  ).output();
  if (!success) throw new Error(`deno compile failed:\n${new TextDecoder().decode(stderr)}`);
}
