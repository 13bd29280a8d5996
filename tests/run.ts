/**
 * All checks and tests, and at the end one line with their sum: `N passed, N failed`. A check such as the formatter
 * counts as one. Where there is more than one processor, two steps run at a time; what a step says is printed when it
 * ends.
 *
 * `--quick` leaves out what starts a Kafka, a Spark or the program itself.
 */
import { join } from "node:path";
import { parseArgs } from "node:util";
import { inLanes } from "./support/lanes.ts";
import { runStep, type Step, type Sum } from "./support/step.ts";

const LANES = Math.min(2, navigator.hardwareConcurrency);

const TEST = ["test", "-q", "--allow-all", "--no-check", "--permit-no-files"];
const UNIT = "tests/unit";
/** Folders whose tests start other programs, those that take the longest first. */
const SLOW = ["tests/kafka", "tests/cli", "tests/spark", "tests/fault", "tests/fuzz"];

const QUICK_STEPS: readonly Step[] = [
  { name: "format", args: ["fmt", "--check"] },
  { name: "lint", args: ["lint", "-q"] },
  { name: "types", args: ["check", "-q", "main.ts", "lib", "tests"] },
  { name: "examples", args: ["test", "-q", "--doc", "--allow-all", "lib"], hasTests: true },
  testsIn(UNIT),
  { name: "other tests", args: [...TEST, `--ignore=${[UNIT, ...SLOW].join(",")}`, "tests"], hasTests: true },
];

function testsIn(folder: string): Step {
  return {
    name: folder.replace("tests/", "tests of "),
    args: [...TEST, folder],
    hasTests: true,
    ...(folder === "tests/kafka" ? { needsKafka: true } : {}),
  };
}

const utf8 = new TextEncoder();

function say(text: string): void {
  for (let rest = utf8.encode(text); rest.length > 0;) rest = rest.subarray(Deno.stdout.writeSync(rest));
}

const { values: { quick } } = parseArgs({ options: { quick: { type: "boolean", default: false } } });
const steps = quick ? QUICK_STEPS : [...QUICK_STEPS, ...SLOW.map(testsIn)];
const directory = await Deno.makeTempDir({ prefix: "sfcrime-tests-" });
const interruption = new AbortController();
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  Deno.addSignalListener(signal, () => interruption.abort());
}

/** Runs a step and prints what it has said, in one piece. */
async function run(step: Step, index: number): Promise<Sum> {
  const { name } = step;
  say(`── ${name} …\n`);
  const startedMs = performance.now();
  const options = { directory: join(directory, String(index)), signal: interruption.signal };
  const { sum, output, isInterrupted } = await runStep(step, options);
  const seconds = ((performance.now() - startedMs) / 1_000).toFixed(0);
  const how = isInterrupted ? "interrupted" : `${sum.passed} passed, ${sum.failed} failed in ${seconds} s`;
  say(`\n── ${name}\n${output}── ${name}: ${how}\n`);
  return sum;
}

let sums: readonly Sum[] = [];
try {
  sums = await inLanes(steps.map((step, index) => () => run(step, index)), LANES);
} finally {
  await Deno.remove(directory, { recursive: true });
}
const [passed, failed, skipped] = (["passed", "failed", "skipped"] as const).map((kind) =>
  sums.reduce((total, sum) => total + sum[kind], 0)
);
say(`${passed} passed, ${failed} failed${skipped === 0 ? "" : `, ${skipped} skipped`}\n`);
Deno.exit(failed === 0 ? 0 : 1);
