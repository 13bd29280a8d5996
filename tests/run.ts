/**
 * All checks and tests, one after the other, and at the end one line with their sum: `N passed, N failed`. A
 * check such as the formatter counts as one.
 *
 * `--quick` leaves out what starts a Kafka, a Spark or the program itself.
 */
import { parseArgs } from "node:util";
import { startKafka } from "./support/kafka.ts";

interface Step {
  readonly name: string;
  readonly args: readonly string[];
  /** Whether it reports tests of its own. */
  readonly hasTests?: true;
  readonly needsKafka?: true;
}

interface Sum {
  passed: number;
  failed: number;
  skipped: number;
}

/** Folders whose tests start other programs. */
const SLOW = ["tests/cli", "tests/fault", "tests/fuzz", "tests/kafka", "tests/spark"];

const TEST = ["test", "-q", "--allow-all", "--no-check", "--permit-no-files"];
const QUICK_STEPS: readonly Step[] = [
  { name: "format", args: ["fmt", "--check"] },
  { name: "lint", args: ["lint", "-q"] },
  { name: "types", args: ["check", "-q", "main.ts", "lib", "tests"] },
  { name: "examples", args: ["test", "-q", "--doc", "--allow-all", "lib"], hasTests: true },
  { name: "tests", args: [...TEST, `--ignore=${SLOW.join(",")}`, "tests"], hasTests: true },
];
const SLOW_STEPS: readonly Step[] = SLOW.filter(isThere).map((folder) => ({
  name: folder.replace("tests/", "tests of "),
  args: [...TEST, folder],
  hasTests: true,
  ...(folder === "tests/kafka" ? { needsKafka: true } : {}),
}));

const { values: { quick } } = parseArgs({ options: { quick: { type: "boolean", default: false } } });
const directory = await Deno.makeTempDir({ prefix: "sfcrime-tests-" });
const utf8 = new TextEncoder();

function isThere(folder: string): boolean {
  return [...Deno.readDirSync("tests")].some(({ name }) => `tests/${name}` === folder);
}

function say(line: string): void {
  Deno.stdout.writeSync(utf8.encode(`${line}\n`));
}

/** Runs a step and counts what passed and failed in it. */
async function runStep(step: Step): Promise<Sum> {
  const { name, args, hasTests, needsKafka } = step;
  say(`\n── ${name}`);
  const report = `${directory}/${name.replaceAll(" ", "-")}.xml`;
  const [verb, ...rest] = args;
  const all = hasTests === true ? [verb!, `--junit-path=${report}`, ...rest] : [...args];
  // One Kafka for all files; each of them would start its own.
  const given = Deno.env.get("KAFKA_BOOTSTRAP_SERVERS");
  const kafka = needsKafka === true && given === undefined ? await startKafka() : undefined;
  try {
    const env: Record<string, string> = kafka === undefined
      ? {}
      : { KAFKA_BOOTSTRAP_SERVERS: kafka.servers.join(",") };
    const child = new Deno.Command(Deno.execPath(), { args: all, env, stdin: "null" }).spawn();
    const { success } = await child.status;
    if (hasTests !== true) return { passed: success ? 1 : 0, failed: success ? 0 : 1, skipped: 0 };
    const counted = await countIn(report);
    // A file that cannot be loaded fails without being a test.
    if (!success && counted.failed === 0) counted.failed = 1;
    return counted;
  } finally {
    await kafka?.stop();
  }
}

async function countIn(report: string): Promise<Sum> {
  const xml = await Deno.readTextFile(report).catch(() => "");
  const suites = [...xml.matchAll(/<testsuite [^>]*>/g)];
  const sum = (name: string) =>
    suites.reduce((total, [tag]) => total + Number(new RegExp(` ${name}="(\\d+)"`).exec(tag)?.[1] ?? 0), 0);
  const failed = sum("failures") + sum("errors");
  const skipped = sum("disabled") + sum("skipped");
  return { passed: sum("tests") - failed - skipped, failed, skipped };
}

const total: Sum = { passed: 0, failed: 0, skipped: 0 };
try {
  for (const step of quick ? QUICK_STEPS : [...QUICK_STEPS, ...SLOW_STEPS]) {
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
