/** Analyses as contenders: ours and Spark's, of the same topics. Each run's answer is checked. */
import { equal, match } from "assert";
import type { Answers } from "./calls/answers.ts";
import { linesOf } from "./lines.ts";
import { measure } from "./measure.ts";
import { analysis, fromSource, hasRows, type QueryName, sparkAnalysis, type Start } from "./programs.ts";
import type { Sample } from "./race.ts";
import { figure } from "./table.ts";
import { PARTITIONS, type TopicOptions, type Workbench } from "./workbench.ts";

/** What is analysed, and how. */
export interface AnalysisOptions extends TopicOptions {
  readonly query: QueryName;
  /** Into how many batches it is divided. */
  readonly batches?: number;
}

/** Our analysis of a topic, ready to run. */
export async function ourAnalysis(
  bench: Workbench,
  options: AnalysisOptions & { readonly start?: Start; readonly args?: readonly string[] },
): Promise<() => Promise<Sample>> {
  const { query, batches = 1, start = fromSource, args = [], ...content } = options;
  const { place, answers } = await bench.topic(content);
  // Each partition has its share, rounded down.
  const most = Math.ceil(content.count / batches) + PARTITIONS;
  const divided = batches === 1 ? [] : ["--max-offsets-per-trigger", String(most)];
  const command = start("-b", bench.servers, "--topic", place, ...analysis(query), ...divided, ...args);
  const rows = bench.newFile();
  return async () => {
    bench.warm(place);
    const sample = await measure(command, {
      cwd: bench.path,
      stdout: hasRows(query) ? { path: rows } : "null",
    });
    await checkRows(query, rows, { answers, batches });
    if (query === "with_disposition") match(sample.stderr, new RegExp(`, ${figure(content.count)} rows`));
    if (query === "by_address") equal(groupsInState(sample.stderr), answers.addressGroups);
    return sample;
  };
}

/** Our analysis by a Spark Connect server that runs already, and has run it once: that loads and compiles most of it. */
export async function connectRun(
  bench: Workbench,
  { remote, args = [], ...options }: AnalysisOptions & {
    readonly remote: string;
    readonly args?: readonly string[];
  },
): Promise<() => Promise<Sample>> {
  const onSpark = ["--engine", "spark", "--remote", remote];
  const run = await ourAnalysis(bench, { ...options, args: [...onSpark, ...args] });
  await run();
  return run;
}

/** Spark's analysis of a topic, ready to run. */
export async function sparkRun(
  bench: Workbench,
  { query, ...content }: Omit<AnalysisOptions, "batches">,
): Promise<() => Promise<Sample>> {
  const { place, answers } = await bench.topic(content);
  const rows = bench.newFile();
  const command = await sparkAnalysis(query, { servers: bench.servers, topic: place, rows });
  return async () => {
    bench.warm(place);
    const sample = await measure(command, { cwd: bench.path });
    await checkRows(query, rows, { answers, batches: 1 });
    if (query === "by_address") equal(groupsInState(sample.stderr), answers.addressGroups);
    return sample;
  };
}

/** A join of as many calls and dispatches by our program, ready to run. */
export async function ourJoin(bench: Workbench, count: number): Promise<() => Promise<Sample>> {
  const [calls, dispatches] = await joinedTopics(bench, count);
  const topics = ["--topic", calls.place, "-X", `stream.dispatches.topic=${dispatches.place}`];
  const [rows, progress] = [bench.newFile(), bench.newFile()];
  const command = fromSource(
    "-b",
    bench.servers,
    ...topics,
    ...analysis("dispatched"),
    "--progress",
    progress,
  );
  return async () => {
    for (const { place } of [calls, dispatches]) bench.warm(place);
    await Deno.writeTextFile(progress, "");
    const sample = await measure(command, { cwd: bench.path, stdout: { path: rows } });
    dispatches.answers.dispatched.check(linesOf(rows));
    return { ...sample, stateRowBytes: stateRowBytes(await Deno.readTextFile(progress), 2 * count) };
  };
}

/** The same by Spark. */
export async function sparkJoin(bench: Workbench, count: number): Promise<() => Promise<Sample>> {
  const [calls, dispatches] = await joinedTopics(bench, count);
  const rows = bench.newFile();
  const { servers } = bench;
  const command = await sparkAnalysis("dispatched", {
    servers,
    topic: calls.place,
    rows,
    dispatches: dispatches.place,
  });
  return async () => {
    for (const { place } of [calls, dispatches]) bench.warm(place);
    const sample = await measure(command, { cwd: bench.path });
    dispatches.answers.dispatched.check(linesOf(rows));
    await Deno.remove(rows, { recursive: true });
    return sample;
  };
}

function joinedTopics(bench: Workbench, count: number) {
  return Promise.all([bench.topic({ count }), bench.topic({ count, kind: "dispatches" })]);
}

/** What a row takes in state, as estimated in the first batch, which keeps all of them. */
function stateRowBytes(progress: string, rows: number): number {
  const { stateOperators: [state] } = JSON.parse(progress.split("\n", 1)[0]!) as {
    readonly stateOperators: readonly { readonly numRowsTotal: number; readonly memoryUsedBytes: number }[];
  };
  equal(state!.numRowsTotal, rows);
  return state!.memoryUsedBytes / rows;
}

/** Holds the rows of a query against what was made, and removes them. */
async function checkRows(
  query: QueryName,
  path: string,
  { answers, batches }: { readonly answers: Answers; readonly batches: number },
): Promise<void> {
  if (!hasRows(query)) return;
  // In complete mode, each batch prints the whole result: the last one has to be right.
  const last = batches === 1 ? linesOf(path) : [...linesOf(path)].slice(-answers.types);
  if (query === "by_type" || query === "nested") answers.checkByType(last);
  if (query === "windows") answers.checkWindows(linesOf(path));
  if (query === "by_address") answers.checkByAddress(linesOf(path));
  await Deno.remove(path, { recursive: true });
}

/** As our program and Spark's script say it: how many groups there are when all calls have been read. */
function groupsInState(stderr: string): number {
  return Number(/([\d,]+) (?:keys|groups) in state/.exec(stderr)?.[1]?.replaceAll(",", ""));
}
