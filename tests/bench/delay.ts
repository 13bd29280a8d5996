/**
 * The delay from a record's CreateTime to its row at the reader of our stdout. Each record carries a number in
 * the place of its type; kcat writes the records one by one and says afterwards when each was created.
 */
import { equal } from "assert";
import { TextLineStream } from "../support/text_lines.ts";
import { generatedCalls } from "./calls/generated_calls.ts";
import { measure, quantile } from "./measure.ts";
import { fromSource } from "./programs.ts";
import type { Workbench } from "./workbench.ts";

const RATE = 1_000;
/**
 * Records at the start that do not count: the program catches up with what was written while it started, and its
 * code and Kafka's are being compiled, which takes both of them some ten seconds.
 */
const WARM_UP_SECONDS = 15;
const WARM_UP_RECORDS = WARM_UP_SECONDS * RATE;

/** In milliseconds. */
export interface Delays {
  readonly p50: number;
  readonly p99: number;
  readonly records: number;
  /** The seconds after the start that they are from. */
  readonly from: number;
  readonly to: number;
}

/** Measures for so many seconds after the warm-up; the delays during the warm-up come second. */
export async function measureDelay(bench: Workbench, seconds: number): Promise<readonly [Delays, Delays]> {
  const topic = await bench.newTopic();
  const count = WARM_UP_RECORDS + seconds * RATE;
  const [program, ...args] = fromSource(
    ...["-b", bench.servers, "--topic", topic, "analyze", "with_disposition"],
    ...["--trigger", "0", "--sink", "ndjson"],
  );
  const analysis = new Deno.Command(program!, {
    args,
    cwd: bench.path,
    stdin: "null",
    stdout: "piped",
    stderr: "null",
  }).spawn();
  try {
    const arrivals = readArrivals(analysis.stdout, count);
    await write(bench.servers, topic, count);
    const arrivedMs = await arrivals;
    const createdMs = await readCreateTimes(bench.servers, topic);
    equal(createdMs.size, count);
    const delaysOf = (from: number, to: number): Delays => {
      const delays = [...arrivedMs].filter(([number]) => number >= from * RATE && number < to * RATE)
        .map(([number, atMs]) => atMs - createdMs.get(number)!);
      return { p50: quantile(delays, 0.5), p99: quantile(delays, 0.99), records: delays.length, from, to };
    };
    return [delaysOf(WARM_UP_SECONDS, WARM_UP_SECONDS + seconds), delaysOf(0, WARM_UP_SECONDS)];
  } finally {
    analysis.kill("SIGINT");
    await analysis.status;
  }
}

function nowMs(): number {
  return performance.timeOrigin + performance.now();
}

/** When each numbered row was there, until all of them are. */
async function readArrivals(
  stdout: ReadableStream<Uint8Array>,
  count: number,
): Promise<Map<number, number>> {
  const arrivedMs = new Map<number, number>();
  for await (const line of stdout.pipeThrough(new TextLineStream())) {
    const row = JSON.parse(line) as { original_crime_type_name: string };
    arrivedMs.set(Number(row.original_crime_type_name), nowMs());
    if (arrivedMs.size === count) return arrivedMs;
  }
  throw new Error(`The analysis ended after ${arrivedMs.size} of ${count} rows`);
}

/** Writes numbered records at the rate; those that a late timer has missed follow at once. */
async function write(servers: string, topic: string, count: number): Promise<void> {
  const child = new Deno.Command("kcat", {
    args: ["-b", servers, "-P", "-t", topic, "-X", "linger.ms=0"],
    stdin: "piped",
    stdout: "null",
    stderr: "null",
  }).spawn();
  const writer = child.stdin.getWriter();
  const lines = [...generatedCalls({ count })].map((chunk) => new TextDecoder().decode(chunk)).join("")
    .split("\n", count);
  const records = lines.map((line, number) =>
    `${JSON.stringify({ ...JSON.parse(line), original_crime_type_name: String(number) })}\n`
  );
  const utf8 = new TextEncoder();
  const startMs = performance.now();
  for (let number = 0; number < count;) {
    const due = Math.min(count, Math.floor((performance.now() - startMs) * RATE / 1_000));
    if (due > number) await writer.write(utf8.encode(records.slice(number, due).join("")));
    number = due;
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  await writer.close();
  await child.status;
}

async function readCreateTimes(servers: string, topic: string): Promise<Map<number, number>> {
  const read = ["kcat", "-b", servers, "-C", "-e", "-q", "-o", "beginning", "-t", topic, "-f", "%T %s\\n"];
  const { stdout } = await measure(read);
  const types = stdout.matchAll(/^(\d+) .*"original_crime_type_name":"(\d+)"/gm);
  return new Map([...types].map(([, timeMs, number]) => [Number(number), Number(timeMs)]));
}
