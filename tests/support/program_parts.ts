/** What `program_in_process.ts` needs of the program, as a module of its own, so that a bundle can have it as well. */
export { configureLogging } from "../../lib/base/log.ts";
export { outputTo } from "../../lib/base/files/output.ts";
export { systemHost } from "../../lib/base/host.ts";
export { runProgram } from "../../lib/cli/program.ts";
