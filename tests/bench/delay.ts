/**
 * The delay from a record's CreateTime to its row at the reader of a program's stdout: of ours, and of kcat, which shows
 * what Kafka, the machine and the measurement take. Each record carries a number in the place of its type; kcat writes
 * the records one by one and says afterwards when each was created.
 *
 * One process writes and reads, so it does as little as possible meanwhile: records are made before, and what has
 * arrived is looked at afterwards. A pause of its own would count as the program's.
 */
import { equal } from "assert";
import { concat } from "../../lib/base/text/bytes.ts";
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
const LINE_FEED = 10;

/** In milliseconds. */
export interface Delays {
  readonly p50: number;
  readonly p99: number;
  readonly records: number;
  /** The seconds after the start that they are from. */
  readonly from: number;
  readonly to: number;
}

/** Our program, which prints the columns of records in a topic as they come. */
export function ourReader({ servers }: Workbench, topic: string): string[] {
  const query = ["analyze", "with_disposition", "--trigger", "0", "--sink", "ndjson"];
  return fromSource("-b", servers, "--topic", topic, ...query);
}

/** kcat, which prints records as they are. */
export function kcatReader({ servers }: Workbench, topic: string): string[] {
  return ["kcat", "-b", servers, "-C", "-q", "-u", "-o", "beginning", "-t", topic];
}

/** Measures for so many seconds after the warm-up; the delays during the warm-up come second. */
export async function measureDelay(
  bench: Workbench,
  reader: (bench: Workbench, topic: string) => readonly string[],
  seconds: number,
): Promise<readonly [Delays, Delays]> {
  const topic = await bench.newTopic();
  const count = WARM_UP_RECORDS + seconds * RATE;
  const records = numberedRecords(count);
  const [program, ...args] = reader(bench, topic);
  const reading = new Deno.Command(program!, {
    args,
    cwd: bench.path,
    stdin: "null",
    stdout: "piped",
    stderr: "null",
  }).spawn();
  try {
    const arrivals = readArrivals(reading.stdout, count);
    await write(records, { servers: bench.servers, topic });
    const arrivedMs = arrivalTimes(await arrivals);
    const createdMs = await readCreateTimes(bench.servers, topic);
    equal(createdMs.size, count);
    equal(arrivedMs.size, count);
    const delaysOf = (from: number, to: number): Delays => {
      const delays = [...arrivedMs].filter(([number]) => number >= from * RATE && number < to * RATE)
        .map(([number, atMs]) => atMs - createdMs.get(number)!);
      return { p50: quantile(delays, 0.5), p99: quantile(delays, 0.99), records: delays.length, from, to };
    };
    return [delaysOf(WARM_UP_SECONDS, WARM_UP_SECONDS + seconds), delaysOf(0, WARM_UP_SECONDS)];
  } finally {
    reading.kill("SIGINT");
    await reading.status;
  }
}

function nowMs(): number {
  return performance.timeOrigin + performance.now();
}

/** A part of what a program has printed, and when it was there. */
interface Arrival {
  readonly atMs: number;
  readonly bytes: Uint8Array;
}

/** All that is printed until there are so many rows. */
async function readArrivals(stdout: ReadableStream<Uint8Array>, count: number): Promise<Arrival[]> {
  const arrivals: Arrival[] = [];
  let rows = 0;
  for await (const bytes of stdout) {
    arrivals.push({ atMs: nowMs(), bytes });
    for (let at = bytes.indexOf(LINE_FEED); at >= 0; at = bytes.indexOf(LINE_FEED, at + 1)) rows++;
    if (rows >= count) return arrivals;
  }
  throw new Error(`The program ended after ${rows} of ${count} rows`);
}

/** When each numbered row was there: with its last part. */
function arrivalTimes(arrivals: readonly Arrival[]): Map<number, number> {
  const utf8 = new TextDecoder();
  const arrivedMs = new Map<number, number>();
  let rest = "";
  for (const { atMs, bytes } of arrivals) {
    const lines = (rest + utf8.decode(bytes, { stream: true })).split("\n");
    rest = lines.pop()!;
    for (const line of lines) {
      const row = JSON.parse(line) as { readonly original_crime_type_name: string };
      arrivedMs.set(Number(row.original_crime_type_name), atMs);
    }
  }
  return arrivedMs;
}

/** Records as lines, one after the other, and where each of them starts; the last start is the end of all. */
interface NumberedRecords {
  readonly bytes: Uint8Array;
  readonly starts: readonly number[];
}

function numberedRecords(count: number): NumberedRecords {
  const utf8 = new TextEncoder();
  const calls = [...generatedCalls({ count })].map((chunk) => new TextDecoder().decode(chunk)).join("");
  const records = calls.split("\n", count).map((call, number) =>
    utf8.encode(`${JSON.stringify({ ...JSON.parse(call), original_crime_type_name: String(number) })}\n`)
  );
  const starts = [0];
  for (const { length } of records) starts.push(starts.at(-1)! + length);
  return { bytes: concat(records), starts };
}

/** Writes numbered records at the rate; those that a late timer has missed follow at once. */
async function write(
  { bytes, starts }: NumberedRecords,
  { servers, topic }: { readonly servers: string; readonly topic: string },
): Promise<void> {
  const count = starts.length - 1;
  const child = new Deno.Command("kcat", {
    args: ["-b", servers, "-P", "-t", topic, "-X", "linger.ms=0"],
    stdin: "piped",
    stdout: "null",
    stderr: "null",
  }).spawn();
  const writer = child.stdin.getWriter();
  const startMs = performance.now();
  for (let number = 0; number < count;) {
    const due = Math.min(count, Math.floor((performance.now() - startMs) * RATE / 1_000));
    if (due > number) await writer.write(bytes.subarray(starts[number], starts[due]));
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
