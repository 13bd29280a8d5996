/** How the modules of a bundle are named and loaded: apart from what makes one, which loads esbuild. */

/** The entry of the program. */
export const MAIN = "main.ts";

/** The module that a file is the entry of; all of them are in one directory. */
export function moduleOf(file: string): string {
  return `${nameOf(file)}.js`;
}

/** The same without the ending. */
export function nameOf(file: string): string {
  return file.replace(/\.ts$/, "").replaceAll("/", "-");
}

/** Flags of `deno` for a bundle: there is nothing left to resolve, and types are checked by other tasks. */
export const AS_IT_IS: readonly string[] = [
  "--no-check",
  "--no-config",
  "--no-lock",
  "--node-modules-dir=none",
];
