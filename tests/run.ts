/**
 * All checks and tests, and at the end one line with their sum: `N passed, N failed`. A check such as the formatter
 * counts as one. The lines before it name the tests that failed, with their errors, and those that were skipped, with
 * what they need. Where there is more than one processor, four steps run at a time, as many of them mostly wait; what
 * a step says is printed when it ends.
 *
 * `--quick` leaves out what starts a Kafka, a Spark or the program itself. `--only unit,lint` runs these steps.
 */
import { join } from "node:path";
import { parseArgs } from "node:util";
import { chosenSteps } from "./support/chosen_steps.ts";
import { closingLines, type EndedStep } from "./support/closing_lines.ts";
import { inLanes } from "./support/lanes.ts";
import { runStep, type Step } from "./support/step.ts";
import { say } from "./support/say.ts";
import { testFilesIn } from "./support/test_files.ts";

const LANES = navigator.hardwareConcurrency > 1 ? 4 : 1;

const LOCKED = ["--lock=tests/deno.lock", "--frozen"];
const TEST = ["test", ...LOCKED, "--allow-all", "--no-check", "--permit-no-files"];
const UNIT = "tests/unit";
const KAFKA = "tests/kafka";
const CLI = "tests/cli";
const FAULT = "tests/fault";
/** Some of their tests print counts, or how to repeat them: `-q` would keep that back. */
const SPARK = ["tests/spark", "tests/fuzz"];
const GOLDEN = "tests/golden";
const LEFT_OUT = [UNIT, GOLDEN, KAFKA, CLI, FAULT, ...SPARK];

const CHECKS: readonly Step[] = [
  { name: "format", args: ["fmt", "--check"] },
  { name: "lint", args: ["lint", "-q"] },
  { name: "types", args: ["check", "-q", "--doc", ...LOCKED, "main.ts", "lib", "tests"] },
  { name: "examples", args: [...TEST, "-q", "--doc", "lib"], hasTests: true },
];
const OTHER_TESTS = stepOf(
  "others",
  testFilesIn("tests").filter((path) => !LEFT_OUT.some((folder) => path.startsWith(`${folder}/`))),
);
const GOLDEN_TESTS = stepOf("goldens", testFilesIn(GOLDEN));
const UNIT_TESTS = stepOf("unit", testFilesIn(UNIT));
const FAULT_TESTS = stepOf("fault", testFilesIn(FAULT));

/** A step that runs test files, and prints nothing of those that pass. */
function stepOf(name: string, files: readonly string[]): Step {
  return { name, args: [...TEST, "-q"], files, hasTests: true };
}

/** The tests of Spark: those that run queries on it, with servers of their own, and those that ask it for answers. */
function testsOfSpark(): Step[] {
  const runsQueries = (path: string) => Deno.readTextFileSync(path).includes("/spark_connect.ts");
  const files = SPARK.flatMap(testFilesIn);
  return [
    stepOf("spark-queries", files.filter(runsQueries)),
    {
      name: "spark-answers",
      args: TEST,
      files: files.filter((path) => !runsQueries(path)),
      hasTests: true,
      needsSpark: true,
    },
  ];
}

/** How test files ask for the servers that they run on, and their steps. */
const SHARED_SERVERS = {
  "sharedKafka()": "kafka",
  "sharedCluster()": "kafka-cluster",
  "equippedKafka()": "kafka-listeners",
  "newestKafka()": "kafka-newest",
} as const;
type SharedServers = keyof typeof SHARED_SERVERS;

/** The tests of Kafka, by the servers that they share. */
function testsOfKafka(): Step[] {
  const filesOf = Object.groupBy(testFilesIn(KAFKA), (path) => serversOf(path));
  return (Object.keys(SHARED_SERVERS) as SharedServers[]).map((servers) => ({
    ...stepOf(SHARED_SERVERS[servers], filesOf[servers] ?? []),
    ...servers === "sharedKafka()" ? { needsKafka: true } : {},
  }));
}

/** @throws {Error} If a test file asks for none of them. */
function serversOf(path: string): SharedServers {
  const text = Deno.readTextFileSync(path);
  const found = (Object.keys(SHARED_SERVERS) as SharedServers[]).find((servers) => text.includes(servers));
  if (found === undefined) throw new Error(`${path} has none of ${Object.keys(SHARED_SERVERS).join(", ")}.`);
  return found;
}

/**
 * The tests of commands on the embedded broker, in two steps, so that neither is the last for long. A registry takes
 * seconds of CPU time to start, so all that ask for one are in the first.
 */
function testsOfCli(): Step[] {
  const asksRegistry = (path: string) => Deno.readTextFileSync(path).includes("/schema_registry.ts");
  const { true: asking = [], false: others = [] } = Object.groupBy(
    testFilesIn(CLI),
    (path) => asksRegistry(path) ? "true" : "false",
  );
  const half = (rest: number) => others.filter((_, index) => index % 2 === rest);
  return [stepOf("cli-1", [...asking, ...half(1)]), stepOf("cli-2", half(0))];
}

const { values: { quick, only } } = parseArgs({
  options: { quick: { type: "boolean", default: false }, only: { type: "string" } },
});
const directory = await Deno.makeTempDir({ prefix: "sfcrime-tests-" });
const bundle = join(directory, "bundle");
/** Tests start the bundle of the program, which starts faster than its source. */
const build: Step = {
  name: "bundle",
  args: ["run", "-q", ...LOCKED, "--allow-all", "tests/support/make_bundle.ts", bundle],
};
/** Whether the bundle is there, once its step has ended; without it, the source is tested. */
const isBuilt = Promise.withResolvers<boolean>();
if (quick) isBuilt.resolve(false);
const [ofKafka, ...ofClusters] = testsOfKafka();
/** The longest ones begin first, and the shortest last, so that none of them is waited for alone at the end. */
const all = quick ? [...CHECKS, UNIT_TESTS, GOLDEN_TESTS, OTHER_TESTS] : [
  build,
  ...testsOfSpark(),
  ofKafka!,
  GOLDEN_TESTS,
  OTHER_TESTS,
  ...ofClusters,
  UNIT_TESTS,
  FAULT_TESTS,
  ...testsOfCli(),
  ...CHECKS,
];
const steps = await whichOf(all);
const interruption = new AbortController();
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  Deno.addSignalListener(signal, () => interruption.abort());
}

/** The steps that were asked for; ends the process where there is no such step. */
async function whichOf(all: readonly Step[]): Promise<readonly Step[]> {
  try {
    return only === undefined ? all : chosenSteps(all, { only, needed: build });
  } catch (error) {
    await Deno.remove(directory);
    say((error as Error).message);
    Deno.exit(2);
  }
}

/** Runs a step and prints what it has said, in one piece. */
async function run(step: Step, index: number): Promise<EndedStep> {
  const { name } = step;
  const begins = !interruption.signal.aborted;
  if (begins) say(`── ${name} …`);
  const hasBundle = step.hasTests === true && await isBuilt.promise;
  const startedMs = performance.now();
  const result = await runStep(step, {
    directory: join(directory, String(index)),
    signal: interruption.signal,
    ...(hasBundle ? { bundle } : {}),
  });
  const { sum, output, isInterrupted } = result;
  if (step === build) isBuilt.resolve(sum.failed === 0);
  const seconds = ((performance.now() - startedMs) / 1_000).toFixed(0);
  const how = isInterrupted ? "interrupted" : `${sum.passed} passed, ${sum.failed} failed in ${seconds} s`;
  if (begins) say(`\n── ${name}\n${output}── ${name}: ${how}`);
  return { name, ...result };
}

const ended = await inLanes(steps.map((step, index) => () => run(step, index)), LANES);
await Deno.remove(directory, { recursive: true }).catch((error) => say(`${directory} is left: ${error}`));
for (const line of closingLines(ended)) say(line);
Deno.exit(ended.every(({ sum }) => sum.failed === 0) ? 0 : 1);
