/** How the program ends on a terminal, for the source and the executable alike. */
import { deepEqual, equal, ok } from "assert";
import { tempDir } from "../support/temp_dir.ts";
import { startOnTerminal, type TerminalRun } from "../support/terminal.ts";
import { runWell } from "./answers.ts";

/** A command that goes on until it is stopped, and what it has printed when it is at its work. */
export interface Command {
  readonly args: readonly string[];
  readonly atWork: RegExp;
}

/** Those that go on for long. */
export const COMMANDS: readonly Command[] = [
  { args: ["demo"], atWork: /Passing Call/ },
  // A replay of the compressed sample keeps it in a temporary file.
  {
    args: ["produce", "--topic", "replayed", "--input", "sample", "--speedup", "1000"],
    atWork: /\d records {2}[1-9]/,
  },
  { args: ["consume", "--from", "beginning"], atWork: /crime_id/ },
  { args: ["analyze", "--trigger", "200ms"], atWork: /with_disposition\S* {2}.* {2}batch 0/ },
];

interface Ending {
  readonly name: string;
  readonly end: (run: TerminalRun) => void;
  readonly code: number;
  /** Whether the terminal is gone then. */
  readonly takesTerminal?: true;
  readonly mayBeMissed?: true;
}

/** How often an ending that may be missed is tried, to be seen once. */
const TRIES_MAX = 5;

const [HUP, INT, USR1, USR2, PIPE, TERM, CONT, STOP] = [1, 2, 10, 12, 13, 15, 18, 19] as const;

const ENDINGS: readonly Ending[] = [
  { name: "Ctrl-C", end: (run) => run.type("\x03"), code: 0 },
  { name: "SIGTERM", end: (run) => run.kill(TERM), code: 0 },
  { name: "SIGHUP", end: (run) => run.kill(HUP), code: 0 },
  { name: "a window that is closed", end: (run) => run.hangUp(), code: 0, takesTerminal: true },
  {
    // Both come in the same moment; a run that is quick may have ended well between them.
    name: "a second one",
    end: (run) => [STOP, INT, TERM, CONT].forEach((signal) => run.kill(signal)),
    code: 130,
    mayBeMissed: true,
  },
];

/** Ends the command in every way, each after signals that must not end it. */
export async function checkEndings({ args, atWork }: Command, executable?: string): Promise<void> {
  await using directory = await tempDir();
  await using temporary = await tempDir();
  const options = {
    cwd: directory.path,
    env: { TMPDIR: temporary.path },
    ...(executable === undefined ? {} : { executable }),
  };
  await runWell(["produce", "--limit", "50"], options);
  /** Ends one run, checks what it leaves behind, and gives its exit code. */
  const endOne = async ({ name, end, takesTerminal }: Ending) => {
    const run = startOnTerminal(args, { ...options, columns: 100, rows: 40 });
    await run.until(() => atWork.test(run.raw));
    for (const harmless of [USR1, USR2, PIPE]) run.kill(harmless);
    end(run);
    const code = await run.ended();
    const what = `sfcrime ${args.join(" ")}, ended by ${name} with ${code}:\n${run.raw}`;
    ok(!/NotCapable|Uncaught|defect/.test(run.raw), what);
    deepEqual([...Deno.readDirSync(temporary.path)].map((entry) => entry.name), [], what);
    if (takesTerminal !== true) requireUndone(run.raw, what);
    return { code, what };
  };
  for (const ending of ENDINGS) {
    let ended = await endOne(ending);
    for (let tries = 1; ending.mayBeMissed && ended.code === 0 && tries < TRIES_MAX; tries++) {
      ended = await endOne(ending);
    }
    equal(ended.code, ending.code, ended.what);
  }
}

/** What was made of the terminal is undone: its alternate screen is left, and its cursor is shown. */
function requireUndone(raw: string, what: string): void {
  for (const [begun, undone] of [["\x1b[?1049h", "\x1b[?1049l"], ["\x1b[?25l", "\x1b[?25h"]] as const) {
    ok(raw.lastIndexOf(undone) >= raw.lastIndexOf(begun), what);
  }
}
