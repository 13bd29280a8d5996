/**
 * A place to run the program in: a directory and a topic of its own, on a Kafka or on the embedded broker. What
 * is still running at the end is ended, and the directory is removed.
 */
import { join } from "node:path";
import type { BrokerAddress } from "../../lib/broker/broker.ts";
import { sampleCalls } from "./calls.ts";
import { type InProcessOptions, runInProcess, succeedInProcess } from "./program_in_process.ts";
import { programWords, run, type RunningProgram, type RunOptions, type RunResult, start } from "./program.ts";

let topics = 0;

/** A topic name that no other test has. */
export function freshTopic(): string {
  return `test-${Deno.pid}-${Date.now().toString(36)}-${topics++}`;
}

/** See the module's description. */
export class Workplace implements AsyncDisposable {
  readonly topic: string;
  readonly directory = Deno.makeTempDirSync({ prefix: "sfcrime-work-" });
  readonly #servers: readonly string[];
  readonly #running: RunningProgram[] = [];

  /** Without servers, commands meet the embedded broker. */
  constructor(servers: readonly string[] = [], topic = freshTopic()) {
    this.#servers = servers;
    this.topic = topic;
  }

  /** Its broker. */
  get address(): BrokerAddress {
    return this.#servers.length === 0
      ? { kind: "embedded", path: join(this.directory, ".sfcrime", "broker.db") }
      : { kind: "kafka", servers: this.#servers, clientId: "test", properties: {} };
  }

  /** Runs a verb to its end. */
  run(args: readonly string[], options: RunOptions = {}): Promise<RunResult> {
    return run(this.#words(args), { cwd: this.directory, ...options });
  }

  /** Runs a verb that has to end well, and gives what it printed. */
  async succeed(args: readonly string[], options: RunOptions = {}): Promise<RunResult> {
    const result = await this.run(args, options);
    if (result.code === 0) return result;
    throw new Error(`sfcrime ${args.join(" ")} ended with ${result.code}:\n${result.stderr}`);
  }

  /** Runs a verb to its end in this process. */
  runInProcess(args: readonly string[], options: InProcessOptions = {}): Promise<RunResult> {
    return runInProcess(this.#words(args), { cwd: this.directory, ...options });
  }

  /** The same for a verb that has to end with 0. */
  succeedInProcess(args: readonly string[], options: InProcessOptions = {}): Promise<RunResult> {
    return succeedInProcess(this.#words(args), { cwd: this.directory, ...options });
  }

  /** The values of the topic, as `consume` prints them. */
  async values(): Promise<string[]> {
    const format = ["--exit-at-end", "--format", "value"];
    return lines((await this.succeedInProcess(["consume", "--from", "beginning", ...format])).stdout);
  }

  /** Starts a verb and leaves it running. */
  start(args: readonly string[], options: RunOptions = {}): RunningProgram {
    const program = start(this.#words(args), { cwd: this.directory, ...options });
    this.#running.push(program);
    return program;
  }

  /** Runs a verb inside a bash script, which has its command line as `"$@"`. */
  bash(script: string, args: readonly string[]): Promise<RunResult> {
    const words = ["-c", script, "bash", ...programWords(this.#words(args))];
    return run(words, { cwd: this.directory, executable: "/bin/bash" });
  }

  /** Runs kcat to its end, with the lines of `stdin` to send. */
  async kcat(args: readonly string[], stdin = ""): Promise<string> {
    const words = ["-b", this.#servers.join(","), "-t", this.topic, ...args];
    const { code, stdout, stderr } = await run(words, { executable: "kcat", stdin });
    if (code === 0) return stdout;
    throw new Error(`kcat ${args.join(" ")} ended with ${code}:\n${stderr}`);
  }

  /** All records of the topic, as kcat sees them. */
  async kcatRecords(): Promise<KcatRecord[]> {
    return lines(await this.kcat(["-C", "-e", "-q", "-J"])).map((line) => JSON.parse(line) as KcatRecord);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const program of this.#running) {
      try {
        program.kill("SIGKILL");
      } catch {
        // It has ended, as most do.
      }
    }
    await Promise.all(this.#running.map((program) => program.ended()));
    await Deno.remove(this.directory, { recursive: true });
  }

  #words(args: readonly string[]): string[] {
    const [verb, first = "-"] = args;
    // What follows the name of a topic are files.
    const isToldFiles = args.includes("--input") || args.includes("--source") || !first.startsWith("-");
    const sample = verb === "produce" && !isToldFiles ? ["--input", "sample"] : [];
    const broker = this.#servers.length === 0 ? [] : ["-b", this.#servers.join(",")];
    return [...args, ...sample, ...broker, "--topic", this.topic];
  }
}

/** A record as `kcat -J` prints it. */
export interface KcatRecord {
  readonly partition: number;
  readonly offset: number;
  readonly ts: number;
  readonly key: string | null;
  readonly payload: string | null;
  /** Names and values in turn. */
  readonly headers?: readonly string[];
}

/** The lines of a text, without the end of the last. */
export function lines(text: string): string[] {
  return text.split("\n").slice(0, -1);
}

/** Printed rows in an order of their own. */
export function sortedRows({ stdout }: Pick<RunResult, "stdout">): string[] {
  return lines(stdout).toSorted();
}

/** How often the sample has each type, counted without any of the program. */
export function countsByType(calls = sampleCalls()): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { original_crime_type_name: type } of calls) counts.set(type!, (counts.get(type!) ?? 0) + 1);
  return counts;
}

/** The same from the rows that `analyze by_type --sink ndjson` prints. */
export function printedCounts(stdout: string): Map<string | null, number> {
  return new Map(
    lines(stdout).map((line) => {
      const row = JSON.parse(line) as { original_crime_type_name: string | null; count: number };
      return [row.original_crime_type_name, row.count];
    }),
  );
}
