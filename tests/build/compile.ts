/**
 * Makes an executable of a bundle. It has the permissions that the task `sfcrime` gives the program.
 *
 * Deno puts the bundle behind a runtime, which it downloads once for each platform; `DENORT_BIN` names one for the
 * platform that builds.
 */
import { programFlags } from "../support/task.ts";
import { type Bundle, DenoFailed, runDeno } from "./bundle.ts";
import { AS_IT_IS } from "./bundled.ts";

/** @throws {DenoFailed} If there is no runtime for the platform, or, on this one, the executable does not start. */
export async function compileBundle(
  { directory, main, files }: Bundle,
  { executable, triple = Deno.build.target }: { readonly executable: string; readonly triple?: string },
): Promise<void> {
  const included = files.flatMap((file) => ["--include", file]);
  const args = [
    ...["compile", ...AS_IT_IS, "--no-code-cache", "--target", triple, ...programFlags()],
    ...["--output", executable, ...included, main],
  ];
  const environment = Deno.env.toObject();
  if (triple !== Deno.build.target) delete environment.DENORT_BIN;
  await runDeno(args, { cwd: directory, environment });
  if (triple === Deno.build.target) await requireStart(executable, environment.DENORT_BIN);
}

/** A runtime of another version of Deno does not find the program behind it, which Deno does not notice. */
async function requireStart(executable: string, runtime: string | undefined): Promise<void> {
  const { success } = await new Deno.Command(executable, { args: ["--version"], stdin: "null" }).output();
  if (success) return;
  await Deno.remove(executable);
  const which = runtime === undefined ? "that Deno downloaded" : `${runtime} (DENORT_BIN)`;
  throw new DenoFailed(
    `The executable does not start with the runtime ${which}.\n` +
      `The runtime has to be of this version of Deno: ${Deno.version.deno}.\n`,
  );
}
