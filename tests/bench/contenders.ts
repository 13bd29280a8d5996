/** Who runs in the race, by the names that the rows of the table use. */
import { equal } from "assert";
import { checkByType, checkWindows } from "./calls.ts";
import { BothQueries } from "./both_queries.ts";
import { EmbeddedCalls } from "./embedded_calls.ts";
import { measure } from "./measure.ts";
import { readThrough } from "./page_cache.ts";
import {
  analysis,
  fromSource,
  kcatRead,
  kcatWrite,
  type QueryName,
  sparkAnalysis,
  type Start,
} from "./programs.ts";
import type { Contender, Sample } from "./race.ts";
import type { TopicOptions, Workbench } from "./workbench.ts";

/** How much is measured. */
export interface Sizes {
  /** Calls in the large topic, in the small one, and in the original data set. */
  readonly large: number;
  readonly small: number;
  readonly original: number;
  readonly produced: number;
  readonly embedded: number;
  readonly rounds: number;
  readonly sparkRounds: number;
}

/** Spark with as many state partitions as cores; its default of 200 is made for a cluster. */
export const TUNED = ["spark.sql.shuffle.partitions=2"];

/** Partitions of the topic that has many of them. */
export const PARTITIONS_MANY = 1_000;

/** All that can run, each made ready only when it is asked for. */
export function makeContenders(
  bench: Workbench,
  sizes: Sizes,
  calls: EmbeddedCalls,
): ReadonlyMap<string, () => Promise<Contender | undefined>> {
  const { large, small, original, produced } = sizes;
  const both = new BothQueries(bench, large);
  const fewer = new EmbeddedCalls(bench, small);
  const ours = (query: QueryName, count: number, start: Start = fromSource) => async () =>
    contender(sizes.rounds, await ourAnalysis(bench, { query, start, count }));
  const binary = (query: QueryName, count: number) => async () => {
    const start = await bench.compiled();
    return start === undefined ? undefined : await ours(query, count, start)();
  };
  const spark = (query: QueryName, count: number, conf: readonly string[] = []) => async () =>
    contender(sizes.sparkRounds, await sparkRun(bench, { query, count, conf }));
  return new Map<string, () => Promise<Contender | undefined>>([
    ["kcat large", async () => contender(sizes.rounds, await kcatRun(bench, large))],
    ["ours large", ours("by_type", large)],
    ["compiled large", binary("by_type", large)],
    ["spark large", spark("by_type", large)],
    ["tuned spark large", spark("by_type", large, TUNED)],
    ["ours small", ours("by_type", small)],
    ["spark small", spark("by_type", small)],
    ["ours windows", ours("windows", large)],
    ["compiled windows", binary("windows", large)],
    ["spark windows", spark("windows", large)],
    ["ours original", ours("by_type", original)],
    ["compiled original", binary("by_type", original)],
    ["spark original", spark("by_type", original)],
    ["by_type alone", async () => contender(sizes.rounds, await both.runOf("by_type"))],
    ["with_disposition alone", async () => contender(sizes.rounds, await both.runOf("with_disposition"))],
    ["both at once", async () => contender(sizes.rounds, await both.runOf("by_type", "with_disposition"))],
    ["ours produce", async () => contender(sizes.rounds, await produceRun(bench, "ours", produced))],
    ["kcat produce", async () => contender(sizes.rounds, await produceRun(bench, "kcat", produced))],
    ["many partitions", async () => contender(sizes.rounds, await manyPartitionsRun(bench, original))],
    ["embedded, 1 worker", async () => contender(sizes.rounds, await calls.runWith(1))],
    ["embedded, 2 workers", async () => contender(sizes.rounds, await calls.runWith(2))],
    ["embedded small, 1 worker", async () => contender(sizes.rounds, await fewer.runWith(1))],
    ["embedded small, 2 workers", async () => contender(sizes.rounds, await fewer.runWith(2))],
  ]);
}

function contender(rounds: number, run: () => Promise<Sample>): Contender {
  return { rounds, run };
}

function checkRows(query: QueryName, ndjson: string, count: number): void {
  if (query === "by_type") checkByType(ndjson, count);
  if (query === "windows") checkWindows(ndjson, count);
}

/** Our analysis of a topic of so many calls, ready to run. */
export async function ourAnalysis(
  bench: Workbench,
  options: TopicOptions & {
    readonly query: QueryName;
    readonly start?: Start;
    readonly args?: readonly string[];
  },
): Promise<() => Promise<Sample>> {
  const { query, start = fromSource, args = [], ...content } = options;
  const topic = await bench.topic(content);
  const command = start("-b", bench.servers, "--topic", topic, ...analysis(query), ...args);
  return async () => {
    bench.warm(topic);
    const sample = await measure(command, { cwd: bench.path });
    checkRows(query, sample.stdout, content.count);
    return sample;
  };
}

/** Spark's analysis of a topic of so many calls, ready to run. */
export async function sparkRun(
  bench: Workbench,
  { query, count, conf = [] }: {
    readonly query: QueryName;
    readonly count: number;
    readonly conf?: readonly string[];
  },
): Promise<() => Promise<Sample>> {
  const topic = await bench.topic({ count });
  const command = await sparkAnalysis(query, { servers: bench.servers, topic, conf });
  return async () => {
    bench.warm(topic);
    const sample = await measure(command, { cwd: bench.path });
    checkRows(query, sample.stdout, count);
    return sample;
  };
}

async function kcatRun(bench: Workbench, count: number): Promise<() => Promise<Sample>> {
  const topic = await bench.topic({ count });
  const command = kcatRead(bench.servers, topic);
  return () => {
    bench.warm(topic);
    return measure(command, { stdout: "null" });
  };
}

async function produceRun(
  bench: Workbench,
  who: "ours" | "kcat",
  count: number,
): Promise<() => Promise<Sample>> {
  const file = await bench.callsFile(count);
  return async () => {
    readThrough(file);
    const topic = await bench.newTopic();
    const command = who === "kcat"
      ? kcatWrite(bench.servers, topic, file)
      : fromSource("-b", bench.servers, "--topic", topic, "produce", "--input", file);
    const sample = await measure(command, { cwd: bench.path });
    equal(await bench.size(topic), count, "not every record has arrived");
    await bench.deleteTopic(topic);
    return sample;
  };
}

/** The topic stays, and has records before: Kafka writes files of its own, to the disk, for each new partition. */
async function manyPartitionsRun(bench: Workbench, count: number): Promise<() => Promise<Sample>> {
  const file = await bench.callsFile(count);
  const topic = await bench.newTopic({ partitions: PARTITIONS_MANY });
  const command = fromSource("-b", bench.servers, "--topic", topic, "produce", "--input", file);
  const run = () => measure(command, { cwd: bench.path });
  await run();
  let size = await bench.size(topic);
  return async () => {
    readThrough(file);
    const sample = await run();
    equal(await bench.size(topic), size += count, "not every record has arrived");
    return sample;
  };
}
