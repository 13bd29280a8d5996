/** The program inside a shell script: for pipes and redirections, which only a shell makes as users do. */
import { programWords, run, type RunningProgram, type RunOptions, type RunResult, start } from "./program.ts";

/** Defines the array `sfcrime`, to be used as `"${sfcrime[@]}" produce …`. */
function withProgram(script: string): string[] {
  const quoted = programWords().map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(" ");
  return ["-c", `sfcrime=(${quoted})\n${script}`];
}

/** Runs a script of bash to its end. */
export function runScript(script: string, options: RunOptions): Promise<RunResult> {
  return run(withProgram(script), { ...options, executable: "bash" });
}

/** Starts a script of bash; one that ends in `exec "${sfcrime[@]}" …` becomes the program, and gets its signals. */
export function startScript(script: string, options: RunOptions): RunningProgram {
  return start(withProgram(script), { ...options, executable: "bash" });
}
