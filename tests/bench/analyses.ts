/** Analyses as contenders: ours and Spark's, of the same topics. Each run's answer is checked. */
import { equal, match } from "assert";
import type { Answers } from "./calls/answers.ts";
import { linesOf } from "./lines.ts";
import { measure } from "./measure.ts";
import { analysis, fromSource, hasRows, type QueryName, sparkAnalysis, type Start } from "./programs.ts";
import type { Sample } from "./race.ts";
import { figure } from "./table.ts";
import type { TopicOptions, Workbench } from "./workbench.ts";

/** What is analysed, and how. */
export interface AnalysisOptions extends TopicOptions {
  readonly query: QueryName;
}

/** Our analysis of a topic, ready to run. */
export async function ourAnalysis(
  bench: Workbench,
  options: AnalysisOptions & { readonly start?: Start; readonly args?: readonly string[] },
): Promise<() => Promise<Sample>> {
  const { query, start = fromSource, args = [], ...content } = options;
  const { place, answers } = await bench.topic(content);
  const command = start("-b", bench.servers, "--topic", place, ...analysis(query), ...args);
  const rows = bench.newFile();
  return async () => {
    bench.warm(place);
    const sample = await measure(command, {
      cwd: bench.path,
      stdout: hasRows(query) ? { path: rows } : "null",
    });
    await checkRows(query, rows, answers);
    if (query === "with_disposition") match(sample.stderr, new RegExp(`, ${figure(content.count)} rows`));
    if (query === "by_address") equal(groupsInState(sample.stderr), answers.addressGroups);
    return sample;
  };
}

/** Spark's analysis of a topic, ready to run. */
export async function sparkRun(
  bench: Workbench,
  { query, ...content }: AnalysisOptions,
): Promise<() => Promise<Sample>> {
  const { place, answers } = await bench.topic(content);
  const rows = bench.newFile();
  const command = await sparkAnalysis(query, { servers: bench.servers, topic: place, rows });
  return async () => {
    bench.warm(place);
    const sample = await measure(command, { cwd: bench.path });
    await checkRows(query, rows, answers);
    if (query === "by_address") equal(groupsInState(sample.stderr), answers.addressGroups);
    return sample;
  };
}

/** Holds the rows of a query against what was made, and removes them. */
async function checkRows(query: QueryName, path: string, answers: Answers): Promise<void> {
  if (!hasRows(query)) return;
  if (query === "by_type") answers.checkByType(linesOf(path));
  if (query === "windows") answers.checkWindows(linesOf(path));
  if (query === "by_address") answers.checkByAddress(linesOf(path));
  await Deno.remove(path, { recursive: true });
}

/** As our program and Spark's script say it: how many groups there are when all calls have been read. */
function groupsInState(stderr: string): number {
  return Number(/([\d,]+) (?:keys|groups) in state/.exec(stderr)?.[1]?.replaceAll(",", ""));
}
