import { deepEqual, equal } from "assert";
import { join } from "node:path";
import { build } from "../support/compiled.ts";
import { tempDir } from "../support/temp_dir.ts";

Deno.test("A runtime that does not start the program is named, and no executable is left", async () => {
  await using directory = await tempDir();
  // A program, but no runtime of Deno.
  const runtime = "/bin/false";
  const { success, stdout, stderr } = await build("compile", {
    args: ["--output", join(directory.path, "sfcrime")],
    environment: { DENORT_BIN: runtime },
  });
  deepEqual([success, stdout], [false, ""]);
  const [line, hint] = stderr.split("\n");
  equal(line, `The executable does not start with the runtime ${runtime} (DENORT_BIN).`);
  equal(hint?.replace(/[\d.]+$/, "N"), "The runtime has to be of this version of Deno: N");
  deepEqual([...Deno.readDirSync(directory.path)], []);
});
