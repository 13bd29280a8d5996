import { ok } from "assert";
import { generatedKernel, KERNELS, moduleOf } from "../../support/make_kernel.ts";

for (const kernel of KERNELS) {
  Deno.test(`The committed ${kernel.folder}${kernel.name}.wasm.ts is the one that its source makes`, async () => {
    const committed = await Deno.readTextFile(moduleOf(kernel));
    ok(committed === await generatedKernel(kernel), "Run deno task kernel.");
  });
}
