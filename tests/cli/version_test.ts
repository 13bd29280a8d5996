import { deepEqual, equal, match } from "assert";
import denoJson from "../../deno.json" with { type: "json" };
import { run } from "../support/program.ts";
import { succeedInProcess } from "../support/program_in_process.ts";

Deno.test("version tells the version, the platform and the runtime; --json for programs", async () => {
  const { code, stdout } = await run(["version", "--json"], { fromSource: true });
  equal(code, 0);
  deepEqual(JSON.parse(stdout), {
    version: denoJson.version,
    commit: null,
    modified: false,
    platform: Deno.build.target,
    runtime: `Deno ${Deno.version.deno} (V8 ${Deno.version.v8})`,
  });
  match(
    (await succeedInProcess(["version"])).stdout,
    /^sfcrime \d+\.\d+\.\d+\ncommit {4}.*\nplatform {2}.*\nruntime {3}Deno .*\n$/,
  );
});
