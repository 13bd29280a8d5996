/**
 * Builds the program as a single executable for this platform: `deno task compile`, or with `--output PATH`. Beside
 * it, it writes the licences of what is inside.
 */
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { say } from "../support/say.ts";
import { bundleProgram, DenoFailed } from "./bundle.ts";
import { compileBundle } from "./compile.ts";
import { allLicences } from "./parts.ts";
import { sourceState } from "./source_state.ts";

const { values: { output } } = parseArgs({ options: { output: { type: "string", default: "sfcrime" } } });
const executable = resolve(output);
const licences = `${output}-licences.txt`;

const directory = await Deno.makeTempDir({ prefix: "sfcrime-build-" });
try {
  const bundle = await bundleProgram(directory, { state: await sourceState() });
  await compileBundle(bundle, { executable });
  await Deno.writeTextFile(licences, await allLicences(bundle));
  const megabytes = (Deno.statSync(executable).size / 1e6).toFixed(1);
  say(`Built ${output} (${megabytes} MB). The licences of its parts are in ${licences}.`);
} catch (error) {
  if (!(error instanceof DenoFailed)) throw error;
  Deno.stderr.writeSync(new TextEncoder().encode(error.message));
  Deno.exitCode = 1;
} finally {
  await Deno.remove(directory, { recursive: true });
}
