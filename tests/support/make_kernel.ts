/**
 * Makes the WebAssembly modules of `lib/` from the AssemblyScript beside them: `deno task kernel`. A test makes them
 * anew and compares, so that the two never part.
 */
import asc from "assemblyscript/asc";
import { Buffer } from "node:buffer";

const LIB = new URL("../../lib/", import.meta.url);
const OPTIONS = ["-O3", "--noAssert", "--runtime", "stub", "--enable", "simd,relaxed-simd", "--importMemory"];

/** A source, and the constant that holds what it is compiled to. */
export interface Kernel {
  /** The folder in `lib/`. */
  readonly folder: string;
  /** The name of the source and of its module, without `.as` and `.wasm.ts`. */
  readonly name: string;
  readonly constant: string;
}

/** All kernels. */
export const KERNELS: readonly Kernel[] = [
  { folder: "records/json/kernel/", name: "json_kernel", constant: "JSON_KERNEL" },
  { folder: "records/splitting/", name: "split_kernel", constant: "SPLIT_KERNEL" },
  { folder: "broker/record_batch/", name: "encode_kernel", constant: "ENCODE_KERNEL" },
  { folder: "broker/record_batch/", name: "crc32c_kernel", constant: "CRC32C_KERNEL" },
  { folder: "stream/groups/kernel/", name: "group_kernel", constant: "GROUP_KERNEL" },
  { folder: "sinks/rows/kernel/", name: "line_kernel", constant: "LINE_KERNEL" },
];

/** The module that holds what a source is compiled to. */
export function moduleOf({ folder, name }: Kernel): URL {
  return new URL(`${folder}${name}.wasm.ts`, LIB);
}

/** The content of that module. */
export async function generatedKernel({ folder, name, constant }: Kernel): Promise<string> {
  let wasm: Uint8Array | undefined;
  const { error, stderr } = await asc.main([`${folder}${name}.ts`, ...OPTIONS, "--outFile", `${name}.wasm`], {
    readFile: (file) => /^[\w/]+_kernel\.ts$/.test(file) ? Deno.readTextFile(sourceOf(file)) : null,
    writeFile: (_name, content) => {
      if (typeof content !== "string") wasm = content;
    },
    listFiles: () => [],
  });
  if (error !== null || wasm === undefined) throw new Error(`${name}.as does not compile:\n${stderr}`);
  return `// Generated from ${name}.as by \`deno task kernel\`; do not edit.\n` +
    `export const ${constant} =\n  "${Buffer.from(wasm).toString("base64")}";\n`;
}

/** The compiler knows the sources as `.ts`, which Deno would take for its own; their paths begin in `lib/`. */
function sourceOf(file: string): URL {
  return new URL(file.replace(/\.ts$/, ".as"), LIB);
}

if (import.meta.main) {
  for (const kernel of KERNELS) await Deno.writeTextFile(moduleOf(kernel), await generatedKernel(kernel));
}
