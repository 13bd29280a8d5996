import { deepEqual, equal, match, ok } from "assert";
import denoJson from "../../deno.json" with { type: "json" };
import { REFERENCE } from "../../lib/config/reference/reference.ts";
import { run } from "../support/program.ts";
import { runInProcess } from "../support/program_in_process.ts";
import { startOnTerminal } from "../support/terminal.ts";

const GLOBAL_FLAGS = [
  "--config",
  "-b, --bootstrap-server",
  "--topic",
  "--data-dir",
  "-X, --property",
  "--log-level",
  "--log-format",
  "--quiet",
  "--no-color",
  "-h, --help",
  "--version",
];

Deno.test("Help of the program names every verb and the flags of all, that of a verb its own: on stdout, nothing else", async () => {
  const program = await run(["--help"]);
  equal(program.code, 0);
  equal(program.stderr, "");
  for (const flag of GLOBAL_FLAGS) ok(program.stdout.includes(`  ${flag}`), flag);
  const verbs = verbsOf(program.stdout);
  ok(["analyze", "config", "consume", "help", "produce", "version"].every((verb) => verbs.includes(verb)));
  for (const verb of verbs) {
    const { code, stdout, stderr } = await runInProcess([verb, "--help"]);
    equal(code, 0, stderr);
    equal(stderr, "");
    match(stdout, new RegExp(`^Usage: sfcrime ${verb}\\b`));
    match(stdout, /^ {2}-h, --help/m);
    for (const flag of GLOBAL_FLAGS.filter((flag) => flag !== "-h, --help")) {
      ok(!stdout.includes(`\n  ${flag} `), `${verb} ${flag}`);
    }
    match(stdout, /^Options of all commands, .*: sfcrime --help$/m, verb);
  }
  const analyze = (await runInProcess(["analyze", "--help"])).stdout;
  for (const flag of ["--trigger", "--sink", "--workers", "--starting-offsets"]) {
    ok(analyze.includes(`  ${flag} `));
  }
  match(
    analyze,
    new RegExp(`--trigger <trigger>[^(]{0,200}\\(default:\\s+${REFERENCE.analyze.trigger.default}\\)`),
  );
});

/** The verbs that a help text lists. */
function verbsOf(help: string): string[] {
  const [list = ""] = help.split("\nCommands:\n")[1]?.split("\n\n") ?? [];
  return [...list.matchAll(/^ {2}([a-z-]+)/gm)].map(([, verb]) => verb!);
}

Deno.test("-h after the command is its help too", async () => {
  const { code, stdout } = await runInProcess(["topic", "create", "-h"]);
  equal(code, 0);
  match(stdout, /^Usage: sfcrime topic create \[options\] <name>/);
});

Deno.test("Help is as wide as the terminal, up to 100 columns; on a narrow one descriptions are below", async () => {
  for (
    const [verb, columns, widest] of [["produce", 120, 100], ["ui", 64, 64], ["ui", 41, 41]] as const
  ) {
    const terminal = startOnTerminal([verb, "--help"], { columns, rows: 400, env: { NO_COLOR: "1" } });
    equal(await terminal.ended(), 0);
    const lines = terminal.everything();
    ok(Math.max(...lines.map((line) => line.length)) <= widest, lines.join("\n"));
    ok(Math.max(...lines.map((line) => line.length)) > widest - 12, lines.join("\n"));
    deepEqual(terminal.wrapped(), []);
  }
});

Deno.test("On a terminal the headings of help are bold, and with --no-color or NO_COLOR they are not", async () => {
  const bold = "\x1b[1mOptions:";
  const size = { columns: 100, rows: 400 };
  const raw = async (args: readonly string[], env: Readonly<Record<string, string>> = {}) => {
    const terminal = startOnTerminal(args, { ...size, env });
    equal(await terminal.ended(), 0);
    return terminal.raw;
  };
  ok((await raw(["topic", "--help"])).includes(bold));
  ok(!(await raw(["topic", "--help", "--no-color"])).includes("\x1b[1m"));
  ok(!(await raw(["topic", "--help"], { NO_COLOR: "1" })).includes("\x1b[1m"));
});

Deno.test("--version prints the version of deno.json", async () => {
  const { code, stdout, stderr } = await run(["--version"]);
  equal(code, 0);
  equal(stdout, `${denoJson.version}\n`);
  equal(stderr, "");
});

Deno.test("Without a verb there is help, on stderr, and the exit code of wrong usage", async () => {
  for (const args of [[], ["topic"], ["config"]]) {
    const { code, stdout, stderr } = await runInProcess(args);
    equal(code, 2);
    equal(stdout, "");
    match(stderr, /^Usage: sfcrime/);
  }
});
