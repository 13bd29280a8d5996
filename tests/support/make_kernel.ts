/**
 * Makes `lib/records/json/json_kernel.wasm.ts` from the AssemblyScript beside it: `deno task kernel`. A test makes it
 * anew and compares, so that the two never part.
 */
import asc from "assemblyscript/asc";
import { Buffer } from "node:buffer";

const SOURCES = new URL("../../lib/records/json/", import.meta.url);
const MODULE = new URL("../../lib/records/json/json_kernel.wasm.ts", import.meta.url);
const OPTIONS = ["-O3", "--noAssert", "--runtime", "stub", "--enable", "simd", "--importMemory"];

/** The module that holds what the source is compiled to. */
export async function generatedKernel(): Promise<string> {
  let wasm: Uint8Array | undefined;
  const { error, stderr } = await asc.main(["json_kernel.ts", ...OPTIONS, "--outFile", "json_kernel.wasm"], {
    readFile: (name) => /^\w+_kernel\.ts$/.test(name) ? Deno.readTextFile(sourceOf(name)) : null,
    writeFile: (_name, content) => {
      if (typeof content !== "string") wasm = content;
    },
    listFiles: () => [],
  });
  if (error !== null || wasm === undefined) throw new Error(`The kernel does not compile:\n${stderr}`);
  return "// Generated from json_kernel.as by `deno task kernel`; do not edit.\n" +
    `export const JSON_KERNEL =\n  "${Buffer.from(wasm).toString("base64")}";\n`;
}

/** The compiler knows the sources as `.ts`, which Deno would take for its own. */
function sourceOf(name: string): URL {
  return new URL(name.replace(/\.ts$/, ".as"), SOURCES);
}

if (import.meta.main) await Deno.writeTextFile(MODULE, await generatedKernel());
