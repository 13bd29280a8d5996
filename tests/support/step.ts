/**
 * A step of all tests: a `deno` of its own, with a temporary directory of its own. It is the leader of a process
 * group, so that it can be ended with all that its tests have started.
 */
import { join } from "node:path";
import { startKafka, type TestKafka } from "./kafka.ts";
import { TESTED_BUNDLE } from "./program.ts";
import { SPARK_PORT, type SparkServer, startSpark } from "./spark_server.ts";
import { memoryDirectory, STEP_MEMORY } from "./temp_dir.ts";
import { gathered } from "./test_files.ts";

/** See the module's description. */
export interface Step {
  readonly name: string;
  /** The arguments of `deno`. */
  readonly args: readonly string[];
  /** The test files that it runs, if it runs some of them: those that can, share an isolate. */
  readonly files?: readonly string[];
  /** Whether it reports tests of its own; otherwise it counts as one. */
  readonly hasTests?: true;
  /** Whether its files share a Kafka; each of them would start its own. */
  readonly needsKafka?: true;
  /** Whether its files share a Spark; each of them would start its own. */
  readonly needsSpark?: true;
}

/** How many tests there were. */
export interface Sum {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** What a step has said, and how it ended. */
export interface StepResult {
  readonly sum: Sum;
  readonly output: string;
  readonly isInterrupted: boolean;
}

/** Where a step may write, and what ends it early. */
export interface StepOptions {
  /** Keeps its report and its temporary files; whoever gives it removes it. */
  readonly directory: string;
  readonly signal: AbortSignal;
  /** The bundle of the program that its tests run in place of the source. */
  readonly bundle?: string;
}

const SERVERS = "KAFKA_BOOTSTRAP_SERVERS";

const FAILURE: Sum = { passed: 0, failed: 1, skipped: 0 };

/** Runs a step to its end, or until it is interrupted, which counts as a failure. Never throws. */
export async function runStep(
  step: Step,
  { directory, signal, bundle }: StepOptions,
): Promise<StepResult> {
  if (signal.aborted) return { sum: FAILURE, output: "", isInterrupted: true };
  let kafka: TestKafka | undefined;
  let spark: SparkServer | undefined;
  let memory: string | undefined;
  try {
    await Deno.mkdir(directory);
    memory = await memoryDirectory("sfcrime-step-");
    if (step.needsKafka === true && !Deno.env.has(SERVERS)) kafka = await startKafka();
    if (step.needsSpark === true) spark = await startSpark();
    const report = join(directory, "report.xml");
    const files = await gathered(step.files ?? [], directory);
    const { success, output } = await runGroup([...argsOf(step, report), ...files], {
      env: {
        TMPDIR: directory,
        [STEP_MEMORY]: memory,
        ...serversOf(kafka),
        ...spark === undefined ? {} : { [SPARK_PORT]: String(spark.port) },
        [TESTED_BUNDLE]: bundle ?? "",
      },
      signal,
    });
    const sum = step.hasTests === true
      ? await countIn(report)
      : { passed: success ? 1 : 0, failed: 0, skipped: 0 };
    // A file that cannot be loaded, and a step that was ended, fail without being a test.
    const failed = success ? sum.failed : Math.max(1, sum.failed);
    return { sum: { ...sum, failed }, output, isInterrupted: signal.aborted };
  } catch (error) {
    return { sum: FAILURE, output: `${error}\n`, isInterrupted: signal.aborted };
  } finally {
    await kafka?.stop();
    await spark?.stop();
    if (memory !== undefined) await Deno.remove(memory, { recursive: true });
  }
}

function argsOf({ args: [verb, ...rest], hasTests }: Step, report: string): string[] {
  return [verb!, ...hasTests === true ? [`--junit-path=${report}`] : [], ...rest];
}

function serversOf(kafka: TestKafka | undefined): Record<string, string> {
  return kafka === undefined ? {} : { [SERVERS]: kafka.servers.join(",") };
}

interface GroupOptions {
  readonly env: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

async function runGroup(
  args: readonly string[],
  { env, signal }: GroupOptions,
): Promise<{ readonly success: boolean; readonly output: string }> {
  const child = new Deno.Command(Deno.execPath(), {
    args: [...args],
    env: { ...env },
    detached: true,
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const endAll = () => {
    try {
      Deno.kill(-child.pid, "SIGKILL");
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  };
  signal.addEventListener("abort", endAll);
  if (signal.aborted) endAll();
  let output = "";
  const gather = async (stream: ReadableStream<Uint8Array<ArrayBuffer>>) => {
    for await (const text of stream.pipeThrough(new TextDecoderStream())) output += text;
  };
  try {
    const gathered = Promise.all([gather(child.stdout), gather(child.stderr)]);
    const { success } = await child.status;
    // What is left of the group would keep its output open.
    endAll();
    await gathered;
    return { success, output };
  } finally {
    signal.removeEventListener("abort", endAll);
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
