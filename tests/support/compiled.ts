/**
 * The executable, built as `deno task compile` builds it, but into a directory of the test's. Where `DENORT_BIN` names
 * the runtime to put into it, the `deno` beside that one builds it: the two belong together.
 */
import { dirname, join } from "node:path";
import { ROOT, taskWords } from "./task.ts";

/** Builds the executable at `path`, and the list of licences beside it; fails with what the build said. */
export async function compileTo(path: string): Promise<void> {
  const [program, ...args] = taskWords("compile");
  if (program !== "deno") throw new Error("The task compile is not deno …");
  const runtime = Deno.env.get("DENORT_BIN");
  const { success, stderr } = await new Deno.Command(
    runtime === undefined ? Deno.execPath() : join(dirname(runtime), "deno"),
    {
      args: [...args, "--output", path],
      cwd: ROOT,
      env: runtime === undefined ? {} : { DENO_TLS_CA_STORE: "system,mozilla" },
      stdin: "null",
      stdout: "null",
      stderr: "piped",
    },
  ).output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
}
