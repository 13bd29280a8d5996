/**
 * All checks and tests, one after the other, and at the end one line with their sum:
 * `N passed, N failed`. A check such as the formatter counts as one.
 *
 * `--quick` leaves out what needs a Kafka, a Spark or the compiled program.
 */
import { parseArgs } from "node:util";

interface Step {
  readonly name: string;
  readonly args: readonly string[];
  /** Whether it reports tests of its own. */
  readonly hasTests?: true;
}

const { values: { quick } } = parseArgs({ options: { quick: { type: "boolean", default: false } } });
const directory = await Deno.makeTempDir({ prefix: "sfcrime-tests-" });
const quickFolders = ["tests/unit", "tests/property", "tests/golden", "tests/contract", "tests/stream"];
const slowFolders = ["tests/cli", "tests/kafka"];

const STEPS: readonly Step[] = [
  { name: "format", args: ["fmt", "--check"] },
  { name: "lint", args: ["lint", "-q"] },
  { name: "types", args: ["check", "-q", "main.ts", "lib", "tests"] },
  { name: "examples", args: ["test", "-q", "--doc", "--allow-all", "lib"], hasTests: true },
  {
    name: "tests",
    args: [
      "test",
      "-q",
      "--allow-all",
      "--no-check",
      ...await present(quick ? quickFolders : [...quickFolders, ...slowFolders]),
    ],
    hasTests: true,
  },
];

const utf8 = new TextEncoder();

function say(line: string): void {
  Deno.stdout.writeSync(utf8.encode(`${line}\n`));
}

async function present(folders: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  for (const folder of folders) if (await hasTests(folder)) found.push(folder);
  return found;
}

async function hasTests(folder: string): Promise<boolean> {
  try {
    for await (const entry of Deno.readDir(folder)) {
      if (entry.isDirectory ? await hasTests(`${folder}/${entry.name}`) : entry.name.endsWith("_test.ts")) {
        return true;
      }
    }
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  return false;
}

/** Runs a step and counts what passed and failed in it. */
async function runStep(
  { name, args, hasTests }: Step,
): Promise<{ passed: number; failed: number; skipped: number }> {
  say(`\n── ${name}`);
  const report = `${directory}/${name}.xml`;
  const [verb, ...rest] = args;
  const all = hasTests === true ? [verb!, `--junit-path=${report}`, ...rest] : [...args];
  const { success } = await new Deno.Command(Deno.execPath(), { args: all, stdin: "null" }).spawn().status;
  if (hasTests !== true) return { passed: success ? 1 : 0, failed: success ? 0 : 1, skipped: 0 };
  const counted = await countIn(report);
  // A file that cannot be loaded fails without being a test.
  if (!success && counted.failed === 0) counted.failed = 1;
  return counted;
}

async function countIn(report: string): Promise<{ passed: number; failed: number; skipped: number }> {
  const xml = await Deno.readTextFile(report).catch(() => "");
  const sum = (name: string) =>
    [...xml.matchAll(/<testsuite [^>]*>/g)].reduce(
      (total, [tag]) => total + Number(new RegExp(` ${name}="(\\d+)"`).exec(tag)?.[1] ?? 0),
      0,
    );
  const failed = sum("failures") + sum("errors");
  const skipped = sum("disabled") + sum("skipped");
  return { passed: sum("tests") - failed - skipped, failed, skipped };
}

const total = { passed: 0, failed: 0, skipped: 0 };
try {
  for (const step of STEPS) {
    const startedMs = performance.now();
    const { passed, failed, skipped } = await runStep(step);
    total.passed += passed;
    total.failed += failed;
    total.skipped += skipped;
    const seconds = ((performance.now() - startedMs) / 1_000).toFixed(0);
    say(`── ${step.name}: ${passed} passed, ${failed} failed in ${seconds} s`);
  }
} finally {
  await Deno.remove(directory, { recursive: true });
}
const skippedToo = total.skipped === 0 ? "" : `, ${total.skipped} skipped`;
say(`${total.passed} passed, ${total.failed} failed${skippedToo}`);
Deno.exit(total.failed === 0 ? 0 : 1);
