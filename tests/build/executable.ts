/**
 * Builds the program as a single executable: `deno task compile`, or with `--output PATH`. Beside it, it writes
 * the licences of what is inside. The executable has the permissions that the task `sfcrime` gives the program.
 */
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { ASSETS } from "../../lib/ui/page/assets.ts";
import { say } from "../support/say.ts";
import { programFlags, ROOT } from "../support/task.ts";
import { type Bundle, bundleProgram, DenoFailed, runDeno } from "./bundle.ts";
import { AS_IT_IS } from "./bundled.ts";
import { licencesText, packagesIn } from "./licences.ts";

const { values: { output } } = parseArgs({ options: { output: { type: "string", default: "sfcrime" } } });
const executable = resolve(output);
const licences = `${output}-licences.txt`;

const directory = await Deno.makeTempDir({ prefix: "sfcrime-build-" });
try {
  const bundle = await bundleProgram(directory);
  await compile(bundle);
  const own = await Deno.readTextFile(join(ROOT, "LICENSE"));
  await Deno.writeTextFile(
    licences,
    licencesText(own, { packages: await packagesIn(bundle), ofPage: ASSETS["licences.txt"]!.body }),
  );
  const megabytes = (Deno.statSync(executable).size / 1e6).toFixed(1);
  say(`Built ${output} (${megabytes} MB). The licences of its parts are in ${licences}.`);
} catch (error) {
  if (!(error instanceof DenoFailed)) throw error;
  Deno.stderr.writeSync(new TextEncoder().encode(error.message));
  Deno.exitCode = 1;
} finally {
  await Deno.remove(directory, { recursive: true });
}

async function compile({ directory, main, files }: Bundle): Promise<void> {
  const included = files.flatMap((file) => ["--include", file]);
  await runDeno(
    ["compile", ...AS_IT_IS, "--no-code-cache", ...programFlags(), "--output", executable, ...included, main],
    directory,
  );
}
