/**
 * Bundles the program for several test files: `deno run --allow-all tests/support/make_bundle.ts DIRECTORY`. The
 * bundle also has the parts of the program that run in a test's process, and the scripts that tests start.
 */
import { bundleProgram } from "../build/bundle.ts";
import { PROGRAM_PARTS, SCRIPTS } from "./program.ts";

const [directory] = Deno.args;
await Deno.mkdir(directory!, { recursive: true });
await bundleProgram(directory!, { others: [PROGRAM_PARTS, ...SCRIPTS] });
