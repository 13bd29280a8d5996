import { deepEqual, equal, match, ok } from "assert";
import { type SampleCall, sampleCalls } from "../../support/calls.ts";
import { readmeCommands, ReadmeShell } from "../../support/readme.ts";

const ROOT = new URL("../../../", import.meta.url);
const COMMANDS = readmeCommands(Deno.readTextFileSync(new URL("README.md", ROOT)));

const CALLS = sampleCalls().slice(0, 2_000);
const mostFrequent = [...Map.groupBy(CALLS, typeOf)].map(([type, calls]) => [type, calls.length] as const)
  .toSorted(([, left], [, right]) => right - left)[0]!;

/** What the commands of the page have to print after 2,000 calls, in their order. */
const EXPECTED: readonly ((stdout: string) => void)[] = [
  (stdout) => equal(stdout, ""),
  (stdout) => deepEqual(idsIn(stdout), CALLS.slice(-3).map(({ crime_id }) => crime_id)),
  (stdout) => match(stdout, new RegExp(`\\| *${mostFrequent[0]}\\| *${mostFrequent[1]}\\|\n`)),
  (stdout) => deepEqual(stdout.trim().split("\n").map((line) => typeIn(line)), CALLS.slice(0, 3).map(typeOf)),
  (stdout) => match(stdout, /\|\{\d{4}-\d\d-\d\d \d\d:00\.\.\.\| *\d+\|/),
];

function typeOf(call: SampleCall): string {
  return call.original_crime_type_name!;
}

function typeIn(row: string): string {
  return typeOf(JSON.parse(row) as SampleCall);
}

/** The ids of the calls in `consume`'s lines. */
function idsIn(stdout: string): string[] {
  return [...stdout.matchAll(/"crime_id":"(\d+)"/g)].map((found) => found[1]!);
}

Deno.test("Every command of README for the embedded broker prints what it should, in the order of the page", async (t) => {
  await using shell = await ReadmeShell.open();
  const commands = COMMANDS.filter(({ how }) => how === "embedded");
  equal(commands.length, EXPECTED.length);
  for (const [index, { command }] of commands.entries()) {
    await t.step(command, async () => {
      const { code, stdout, stderr } = await shell.run(command);
      equal(code, 0, stderr);
      ok(!stderr.includes("warning"), stderr);
      EXPECTED[index]!(stdout);
    });
  }
});

Deno.test("The tasks that README names are there, and it names the version of Deno that CI has", () => {
  const { tasks } = JSON.parse(Deno.readTextFileSync(new URL("deno.json", ROOT)));
  const version = /deno@([\d.]+) task/.exec(Deno.readTextFileSync(new URL(".ci/run", ROOT)))![1];
  const named = COMMANDS.filter(({ how }) => how === "tasks").map(({ command }) => {
    const [, ofReadme, task] = /^npx -y deno@([\d.]+) task (\w+)$/.exec(command)!;
    equal(ofReadme, version);
    ok(task! in tasks, task);
    return task;
  });
  equal(named.join(" "), "demo test compile");
});

Deno.test("The task demo prints both tables and a summary", async () => {
  const { code, stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["task", "-q", "demo"],
    cwd: ROOT,
    stdin: "null",
  }).output();
  equal(code, 0);
  for (const part of ["Calls by type", "Calls with their disposition", "Summary"]) {
    ok(new TextDecoder().decode(stdout).includes(part), part);
  }
});
