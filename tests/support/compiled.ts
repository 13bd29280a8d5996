/**
 * What the tasks `compile` and `release` build, in a directory of the test's. Where `DENORT_BIN` names the runtime to
 * put into the executable, the `deno` beside that one builds it: the two belong together.
 */
import { dirname, join } from "node:path";
import { denoDirectory } from "./cache.ts";
import { ROOT, taskWords } from "./task.ts";
import { tempDir } from "./temp_dir.ts";

/** How a task that builds ended. */
export interface BuildResult {
  readonly success: boolean;
  readonly stdout: string;
  readonly stderr: string;
}

/** Builds the executable at `path`, and the list of licences beside it; fails with what the build said. */
export async function compileTo(path: string): Promise<void> {
  const { success, stderr } = await build("compile", { args: ["--output", path] });
  if (!success) throw new Error(stderr);
}

/**
 * Runs a task that builds, with arguments of its own. Another `deno` than this one has the packages of this one, but
 * caches of its own: each version empties those of another, and a program that starts meanwhile complains on stderr.
 */
export async function build(
  task: "compile" | "release",
  { args, environment = {} }: {
    readonly args: readonly string[];
    readonly environment?: Readonly<Record<string, string>>;
  },
): Promise<BuildResult> {
  const [program, ...words] = taskWords(task);
  if (program !== "deno") throw new Error(`The task ${task} is not deno …`);
  const runtime = Deno.env.get("DENORT_BIN");
  await using caches = await tempDir();
  await Deno.symlink(join(denoDirectory(), "npm"), join(caches.path, "npm"));
  const { success, stdout, stderr } = await new Deno.Command(
    runtime === undefined ? Deno.execPath() : join(dirname(runtime), "deno"),
    {
      args: [...words, ...args],
      cwd: ROOT,
      env: {
        ...runtime === undefined ? {} : { DENO_TLS_CA_STORE: "system,mozilla", DENO_DIR: caches.path },
        ...environment,
      },
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    },
  ).output();
  const [out, err] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes)) as [string, string];
  return { success, stdout: out, stderr: err };
}
