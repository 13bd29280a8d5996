/** The performance page, from the figures that were measured last. */
import type { BenchRun } from "./figures.ts";
import { ROWS } from "./rows.ts";
import { figure, markdownTable, targetTable } from "./table.ts";

/** The page, in Markdown, from runs of which the newest comes first. */
export function performancePage(runs: readonly BenchRun[]): string {
  const named = runs.map((run, index) => ({ ...run, name: String.fromCharCode(65 + index) }));
  const lines = [...ROWS.keys()].flatMap((row) =>
    named.flatMap(({ name, rows }) => (rows[row] ?? []).map((line) => ({ ...line, run: name })))
  );
  const shared = (runs[0]?.facts ?? []).filter((fact) => runs.every(({ facts }) => facts.includes(fact)));
  return `\`deno task bench\` (\`tests/bench/main.ts\`) measures what this page has. The figures of a row are of one run. Contenders that are compared ran alternately, as full processes from start to exit; the figures are medians of 5 rounds, of 3 for what takes long, of 2 for Spark.

- Topics have four partitions, written by kcat. Their calls are made from a seed (\`tests/bench/calls/\`): times move on at the pace of the real sample's full days, 1.4 calls a minute; 3 of 100 calls are out of order, 1 of 1,000 is days late; each id is new; types and dispositions are as frequent as in the sample; 25,000 addresses are as skewed as those of the sample. A call has 413 bytes on average. The records of the row with structures have 270 bytes: a unit, in it its call, in that its place, and an array of ten numbers. One row repeats the sample with its times instead, which suits caches better than a stream does.
- Windows are of 10 minutes, every 5, and all calls are in one batch: about three groups for every two calls.
- Before each run, the segments of its topic, its file, or the database of the embedded broker are read once, so that they are in the page cache and no contender waits for the disk.
- Rows go into files: ours and ClickHouse's as NDJSON on stdout, Spark's by its own JSON writer.
- The rows of each run are compared with counts that were made without the program while the calls were made: each type; each window and type; each group by address and type. A wrong result ends the benchmark.

## Runs

${listOf(shared)}

${named.map((run) => runText(run, shared)).join("\n\n")}

## Targets

${targetTable(lines)}

## Each contender

"CPU" is the CPU time of the process and its children, as the kernel counts it: for Spark, Python and Java together. "Memory" is the peak of the largest process. With \`--engine spark\` (\`connect\`, \`executors\`) both are those of our program, which waits: Spark Connect and its executors run before and after it. The first of their runs, which loads Spark's classes, is not counted, nor is the start of the server.

${contenderTable(named)}
${named.filter(({ profile }) => profile !== undefined).map(profileText).join("")}`;
}

type NamedRun = BenchRun & { readonly name: string };

/** A run, and what of it the others do not share. */
function runText({ name, date, commit, load, facts, isQuick }: NamedRun, shared: readonly string[]): string {
  const quick = isQuick ? " A quick run: a fifth of the calls, in one or two rounds." : "";
  const busy = Number(load) > 1
    ? " The machine was busy with other work: trust the ratios, not the times."
    : "";
  const own = facts.filter((fact) => !shared.includes(fact));
  return `Run ${name}: ${date}, commit \`${commit}\`. The load average was ${load} when it began.${busy}${quick}
${own.length === 0 ? "" : `\n${listOf(own)}\n`}`;
}

function listOf(facts: readonly string[]): string {
  return facts.map((fact) => `- ${fact}`).join("\n");
}

function profileText({ name, profile }: NamedRun): string {
  return `
## Where the time goes

The count and the windows by type over 5,000,000 calls in Kafka, again with \`--cpu-prof\` (run ${name}): the CPU time of each part itself, in the main thread and all workers, without waiting.

${profile}
`;
}

function contenderTable(runs: readonly NamedRun[]): string {
  const contenders = runs.flatMap(({ name: run, contenders }) =>
    Object.entries(contenders).map(([name, figures]) => ({ name, run, figures }))
  );
  const seconds = (ms: number) => (ms / 1_000).toFixed(2);
  return markdownTable(
    ["contender", "run", "runs", "median, s", "fastest, s", "slowest, s", "CPU, s", "peak memory, MiB"],
    contenders.toSorted((one, other) => one.name < other.name ? -1 : 1).map(({ name, run, figures }) => [
      name,
      run,
      String(figures.runs),
      ...[figures.medianMs, figures.fastestMs, figures.slowestMs, figures.cpuMs].map(seconds),
      figure(Math.round(figures.peakMiB)),
    ]),
  );
}
