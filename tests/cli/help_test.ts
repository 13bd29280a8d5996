import { equal, match, ok } from "assert";
import denoJson from "../../deno.json" with { type: "json" };
import { REFERENCE } from "../../lib/config/reference.ts";
import { run } from "../support/program.ts";
import { runInProcess } from "../support/program_in_process.ts";

const VERBS = ["demo", "produce", "consume", "analyze", "spark-job", "topic", "config"];
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

Deno.test("Help of the program names every verb, and that of a verb every flag: on stdout, nothing else", async () => {
  const program = await run(["--help"]);
  equal(program.code, 0);
  equal(program.stderr, "");
  for (const verb of VERBS) match(program.stdout, new RegExp(`^  ${verb} +\\S`, "m"));
  const helps = await Promise.all(VERBS.map((verb) => runInProcess([verb, "--help"])));
  for (const [index, { code, stdout, stderr }] of helps.entries()) {
    equal(code, 0, stderr);
    equal(stderr, "");
    match(stdout, new RegExp(`^Usage: sfcrime ${VERBS[index]}\\b`));
    for (const flag of GLOBAL_FLAGS) ok(stdout.includes(`  ${flag}`), `${VERBS[index]} ${flag}`);
  }
  const analyze = helps[VERBS.indexOf("analyze")]!.stdout;
  for (const flag of ["--trigger", "--sink", "--workers", "--starting-offsets"]) {
    ok(analyze.includes(`  ${flag} `));
  }
  match(
    analyze,
    new RegExp(`--trigger <trigger>[^(]{0,200}\\(default:\\s+${REFERENCE.analyze.trigger.default}\\)`),
  );
});

Deno.test("-h after the command is its help too", async () => {
  const { code, stdout } = await runInProcess(["topic", "create", "-h"]);
  equal(code, 0);
  match(stdout, /^Usage: sfcrime topic create \[options\] <name>/);
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
