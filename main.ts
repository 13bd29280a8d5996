/** The entry of the program: the command line, wired to the process. */
import { processIo } from "./lib/cli/io.ts";
import { runProgram } from "./lib/cli/program.ts";

if (import.meta.main) Deno.exit(await runProgram(Deno.args, processIo()));
