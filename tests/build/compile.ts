/**
 * Makes an executable of a bundle. It has the permissions that the task `sfcrime` gives the program.
 *
 * Deno puts the bundle behind a runtime, which it downloads once for each platform; `DENORT_BIN` names one for the
 * platform that builds.
 */
import { programFlags } from "../support/task.ts";
import { type Bundle, runDeno } from "./bundle.ts";
import { AS_IT_IS } from "./bundled.ts";

/** @throws {DenoFailed} If there is no runtime for the platform. */
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
}
