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
  { args: ["produce", "--topic", "replayed", "--speedup", "1000"], atWork: /\d records {2}[1-9]/ },
  { args: ["consume", "--from", "beginning"], atWork: /crime_id/ },
  { args: ["analyze", "--trigger", "200ms"], atWork: /with_disposition batch 0/ },
];

interface Ending {
  readonly name: string;
  readonly end: (run: TerminalRun) => void;
  readonly code: number;
}

const [HUP, INT, USR1, USR2, PIPE, TERM, CONT, STOP] = [1, 2, 10, 12, 13, 15, 18, 19] as const;

const ENDINGS: readonly Ending[] = [
  { name: "Ctrl-C", end: (run) => run.type("\x03"), code: 0 },
  { name: "SIGTERM", end: (run) => run.kill(TERM), code: 0 },
  { name: "SIGHUP", end: (run) => run.kill(HUP), code: 0 },
  { name: "a window that is closed", end: (run) => run.hangUp(), code: 0 },
  {
    // Both come in the same moment, so that nothing can end between them.
    name: "a second one",
    end: (run) => [STOP, INT, TERM, CONT].forEach((signal) => run.kill(signal)),
    code: 130,
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
  for (const { name, end, code } of ENDINGS) {
    const what = `sfcrime ${args.join(" ")}, ended by ${name}`;
    const run = startOnTerminal(args, { ...options, columns: 100, rows: 40 });
    await run.until(() => atWork.test(run.raw));
    for (const harmless of [USR1, USR2, PIPE]) run.kill(harmless);
    end(run);
    equal(await run.ended(), code, `${what}:\n${run.raw}`);
    ok(!/NotCapable|Uncaught|defect/.test(run.raw), `${what}:\n${run.raw}`);
    deepEqual([...Deno.readDirSync(temporary.path)].map((entry) => entry.name), [], what);
    // What was made of the terminal is undone, as far as there still is one.
    if (name === "a window that is closed") continue;
    for (const mode of ["\x1b[?1049", "\x1b[?25"]) {
      const [on, off] = mode.endsWith("25") ? ["l", "h"] : ["h", "l"];
      ok(run.raw.lastIndexOf(mode + off) >= run.raw.lastIndexOf(mode + on), `${what}:\n${run.raw}`);
    }
  }
}
