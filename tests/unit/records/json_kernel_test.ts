import { ok } from "assert";
import { generatedKernel } from "../../support/make_kernel.ts";

Deno.test("The committed kernel is the one that its source makes", async () => {
  const committed = await Deno.readTextFile(
    new URL("../../../lib/records/json/json_kernel.wasm.ts", import.meta.url),
  );
  ok(committed === await generatedKernel(), "Run deno task kernel.");
});
