/** The program as its users run it: a process of its own, from the source, a bundle, or compiled. */
import { join } from "node:path";
import { AS_IT_IS, MAIN, moduleOf } from "../build/bundled.ts";
import { AS_NEEDED, loadingFlags, programFlags, ROOT } from "./task.ts";

/** How a run is started. */
export interface RunOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** What stands on stdin; without it stdin is empty. */
  readonly stdin?: string | Uint8Array;
  /** The compiled program, or another one, to be run instead. */
  readonly executable?: string;
  /** The source is run in any case, even if there is a bundle to be tested. */
  readonly fromSource?: true;
  /** After which time a run has gone wrong, where that is longer than usual. */
  readonly msMax?: number;
}

/** What a run left behind. */
export interface RunResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A command line, with where and how it runs. */
export interface CommandLine {
  readonly words: readonly [string, ...string[]];
  readonly options: Deno.CommandOptions;
}

/**
 * The variable that names the directory of a bundle to run in place of the source, which takes two thirds of the CPU
 * time to start; where it is empty, the source is run.
 */
export const TESTED_BUNDLE = "TESTED_BUNDLE";

/** The bundle that is to be tested, if there is one. */
export function testedBundle(): string | undefined {
  return Deno.env.get(TESTED_BUNDLE) || undefined;
}

/** The file with the parts of the program that tests run in their own process; a bundle to be tested has it. */
export const PROGRAM_PARTS = "tests/support/program_parts.ts";

/**
 * The words that start the program in any directory, with the permissions of the task `sfcrime` and no others: from
 * the source, or from the bundle that is to be tested.
 */
export function programWords(args: readonly string[] = []): [string, ...string[]] {
  const bundle = testedBundle();
  if (bundle === undefined) return sourceWords(args);
  return [
    Deno.execPath(),
    "run",
    "-q",
    ...AS_IT_IS,
    AS_NEEDED,
    ...programFlags(),
    join(bundle, moduleOf(MAIN)),
    ...args,
  ];
}

/** Programs of the tests that run parts of the program, in a process that can be killed; a bundle has them. */
export const SCRIPTS = ["tests/fault/crash_child.ts", "tests/support/append_forever.ts"] as const;

/** The words that start one of these, from the source or from the bundle that is to be tested. */
export function scriptWords(
  script: (typeof SCRIPTS)[number],
  args: readonly string[],
): [string, ...string[]] {
  const bundle = testedBundle();
  const how = bundle === undefined
    ? ["--no-check", "--config", join(ROOT, "deno.json"), join(ROOT, script)]
    : [...AS_IT_IS, AS_NEEDED, join(bundle, moduleOf(script))];
  return [Deno.execPath(), "run", "-q", "--allow-all", "--no-prompt", ...how, ...args];
}

function sourceWords(args: readonly string[]): [string, ...string[]] {
  return [Deno.execPath(), "run", "-q", ...loadingFlags(), ...programFlags(), join(ROOT, MAIN), ...args];
}

/** The command line that starts the program, or the executable that is given. */
export function commandLine(
  args: readonly string[],
  { cwd, env, executable, fromSource }: RunOptions,
): CommandLine {
  const words = fromSource ? sourceWords(args) : programWords(args);
  return {
    words: executable === undefined ? words : [executable, ...args],
    options: {
      // Nothing of the tester's own settings may leak in.
      clearEnv: true,
      env: { ...inherited(), ...AS_ON_TERMINAL, ...env },
      ...(cwd === undefined ? {} : { cwd }),
    },
  };
}

/** Lines of the log have no times, as on a terminal, so that what they say can be compared. */
export const AS_ON_TERMINAL = { SFCRIME_LOGGING_TIME: "never" } as const;

function command(args: readonly string[], options: RunOptions, streams: Deno.CommandOptions): Deno.Command {
  const { words: [program, ...rest], options: how } = commandLine(args, options);
  return new Deno.Command(program, { ...streams, ...how, args: rest });
}

function inherited(): Record<string, string> {
  const names = ["PATH", "HOME", "DENO_DIR", "XDG_CACHE_HOME", "TMPDIR", "DENO_TLS_CA_STORE", "DENO_CERT"];
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = Deno.env.get(name);
      return value === undefined ? [] : [[name, value]];
    }),
  );
}

/** A run that takes longer has gone wrong, unless it says otherwise. */
const RUN_MS_MAX = 120_000;

/** Ends a process that goes on for too long, so that no test waits forever. */
export function bound(
  child: Deno.ChildProcess,
  { msMax = RUN_MS_MAX }: Pick<RunOptions, "msMax"> = {},
): void {
  const timer = setTimeout(() => child.kill("SIGKILL"), msMax);
  void child.status.finally(() => clearTimeout(timer));
}

/** Runs the program to its end. */
export async function run(args: readonly string[], options: RunOptions = {}): Promise<RunResult> {
  const child = command(args, options, {
    stdin: options.stdin === undefined ? "null" : "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  bound(child, options);
  if (options.stdin !== undefined) {
    const bytes = typeof options.stdin === "string" ? new TextEncoder().encode(options.stdin) : options.stdin;
    const writer = child.stdin.getWriter();
    // A program that refuses its input may be gone before it has read all of it.
    await writer.write(bytes).then(() => writer.close()).catch(() => {});
  }
  const { code, stdout, stderr } = await child.output();
  return { code, stdout: new TextDecoder().decode(stdout), stderr: new TextDecoder().decode(stderr) };
}

/** A run that is still going on; what it prints is gathered as it comes. */
export interface RunningProgram {
  readonly pid: number;
  readonly stdout: string;
  readonly stderr: string;
  /** Waits until what was printed so far satisfies the condition; fails when the program ends before. */
  until(condition: (printed: { readonly stdout: string; readonly stderr: string }) => boolean): Promise<void>;
  kill(signal: Deno.Signal): void;
  /** Waits for the end. */
  ended(): Promise<RunResult>;
}

/** Starts the program and leaves it running; the caller ends it. */
export function start(args: readonly string[], options: RunOptions = {}): RunningProgram {
  const child = command(args, options, { stdin: "null", stdout: "piped", stderr: "piped" }).spawn();
  bound(child, options);
  const printed = { stdout: "", stderr: "" };
  let wake = Promise.withResolvers<void>();
  const gather = async (stream: ReadableStream<Uint8Array<ArrayBuffer>>, name: "stdout" | "stderr") => {
    for await (const text of stream.pipeThrough(new TextDecoderStream())) {
      printed[name] += text;
      wake.resolve();
      wake = Promise.withResolvers();
    }
  };
  const all = Promise.all([child.status, gather(child.stdout, "stdout"), gather(child.stderr, "stderr")]);
  let isOver = false;
  all.finally(() => {
    isOver = true;
    wake.resolve();
  });
  return {
    pid: child.pid,
    get stdout() {
      return printed.stdout;
    },
    get stderr() {
      return printed.stderr;
    },
    async until(condition) {
      while (!condition(printed)) {
        if (isOver) throw new Error(`The program ended first.\n${printed.stdout}\n${printed.stderr}`);
        await wake.promise;
      }
    },
    kill: (signal) => child.kill(signal),
    async ended() {
      const [{ code }] = await all;
      return { code, ...printed };
    },
  };
}
