/**
 * The program without a process of its own: the command line of a test's process, with output, environment and working
 * directory of its own. It starts in no time; what the process itself does (permissions, signals, pipes, the end of its
 * threads) takes a real one, by `program.ts`.
 */
import { join } from "node:path";
import process from "node:process";
import { moduleOf } from "../build/bundled.ts";
import { AS_ON_TERMINAL, PROGRAM_PARTS, type RunOptions, type RunResult, testedBundle } from "./program.ts";
import { ROOT } from "./task.ts";

const bundle = testedBundle();
/** Of the bundle that is to be tested, if there is one: its threads start in a third of the CPU time. */
const { configureLogging, outputTo, runProgram, systemHost }: typeof import("./program_parts.ts") =
  await import(
    `file://${bundle === undefined ? join(ROOT, PROGRAM_PARTS) : join(bundle, moduleOf(PROGRAM_PARTS))}`
  );

/** How a run is started. */
export type InProcessOptions = Pick<RunOptions, "cwd" | "env" | "stdin">;

/** Runs take turns: there is one working directory. */
let turn: Promise<unknown> = Promise.resolve();

/** Runs the program to its end. */
export function runInProcess(args: readonly string[], options: InProcessOptions = {}): Promise<RunResult> {
  const result = turn.then(() => runNow(args, options));
  turn = result.catch(() => {});
  return result;
}

/** The same for what has to end with 0. */
export async function succeedInProcess(
  args: readonly string[],
  options: InProcessOptions = {},
): Promise<RunResult> {
  const result = await runInProcess(args, options);
  if (result.code === 0) return result;
  throw new Error(`sfcrime ${args.join(" ")} ended with ${result.code}:\n${result.stderr}`);
}

async function runNow(
  args: readonly string[],
  { cwd = ".", env: given = {}, stdin = "" }: InProcessOptions,
): Promise<RunResult> {
  const env: Readonly<Record<string, string>> = { ...AS_ON_TERMINAL, ...given };
  const before = Deno.cwd();
  const stdout: Uint8Array[] = [];
  let stderr = "";
  // A new process has not read its settings yet.
  configureLogging({ level: "info", format: "text", writeLine: () => {} });
  // By Node's name: a package in Playwright keeps what `process.cwd()` says until this is called.
  process.chdir(cwd);
  try {
    const code = await runProgram(args, {
      host: systemHost,
      processorCount: navigator.hardwareConcurrency,
      exportsTelemetry: false,
      processUsage: () => ({ cpuMicros: 0, residentBytes: 0 }),
      stdin: () => new Blob([stdin as BlobPart]).stream(),
      stdinIsTerminal: false,
      keys: () => {
        throw new Error("The program reads keys, without a terminal.");
      },
      stdout: outputTo({
        write: (bytes) => {
          stdout.push(bytes.slice());
          return Promise.resolve(bytes.length);
        },
      }, "stdout"),
      writeError: (text) => void (stderr += text),
      stdoutIsTerminal: false,
      stderrIsTerminal: false,
      canShow: () => false,
      showView: () => undefined,
      sizeOf: () => undefined,
      // An empty variable counts as unset.
      environment: Object.fromEntries(Object.entries(env).filter(([, value]) => value !== "")),
      isSet: (variable) => (env[variable] ?? "") !== "",
      onInterrupt: () => () => {},
      // Here, an error that nobody catches ends the test.
      onUncaught: () => {},
      exitNow: (code) => {
        throw new Error(`The program ends at once, with ${code}.`);
      },
    });
    return { code, stdout: new TextDecoder().decode(await new Blob(stdout as BlobPart[]).bytes()), stderr };
  } finally {
    process.chdir(before);
  }
}
