/** The page of what was measured. */
import type { Sizes } from "./contenders.ts";
import { figure, markdownTable, targetTable } from "./table.ts";
import type { Results } from "./race.ts";
import type { Line } from "./row.ts";

/** What the page is made of. */
export interface PageContent {
  readonly lines: readonly Line[];
  readonly results: Results;
  readonly sizes: Sizes;
  readonly facts: readonly string[];
  readonly isQuick: boolean;
  /** A table of where the time goes. */
  readonly profile: string;
}

/** The page, in Markdown. */
export function performancePage(
  { lines, results, sizes, facts, isQuick, profile }: PageContent,
): string {
  const command = `deno task bench${isQuick ? " --quick --write" : ""}`;
  return `# Performance

\`${command}\` (\`tests/bench/main.ts\`) generates this page. ${
    isQuick
      ? "These are the figures of a quick run: a fifth of the calls, in one or two rounds. A full run replaces them. "
      : ""
  }All figures come from that one run. Contenders that are compared ran alternately, as full processes from start to exit; the figures are medians of ${sizes.rounds} rounds, of ${sizes.longRounds} for what takes long, of ${sizes.sparkRounds} for Spark.

${facts.map((fact) => `- ${fact}`).join("\n")}
- Topics have four partitions, written by kcat. Their calls are made from a seed (\`tests/bench/calls/\`): times move on at the pace of the real sample's full days, 1.4 calls a minute; 3 of 100 calls are out of order, 1 of 1,000 is days late; each id is new; types and dispositions are as frequent as in the sample; 25,000 addresses are as skewed as those of the sample. A call has 413 bytes on average. The records of the row with structures have 270 bytes: a unit, in it its call, in that its place, and an array of ten numbers. One row repeats the sample with its times instead, which suits caches better than a stream does.
- Windows are of 10 minutes, every 5, and all calls are in one batch: about three groups for every two calls.
- Before each run, the segments of its topic, its file, or the database of the embedded broker are read once, so that they are in the page cache and no contender waits for the disk.
- Rows go into files: ours and ClickHouse's as NDJSON on stdout, Spark's by its own JSON writer.
- The rows of each run are compared with counts that were made without the program while the calls were made: each type; each window and type; each group by address and type. A wrong result ends the benchmark.

## Targets

${targetTable(lines)}

## Each contender

"CPU" is the CPU time of the process and its children, as the kernel counts it: for Spark, Python and Java together. "Memory" is the peak of the largest process. With \`--engine spark\` (\`connect\`, \`executors\`) both are those of our program, which waits: Spark Connect and its executors run before and after it. The first of their runs, which loads Spark's classes, is not counted, nor is the start of the server.

${contenderTable(results)}

## Where the time goes

The count and the windows by type over ${
    figure(sizes.large)
  } calls in Kafka, again with \`--cpu-prof\`: the CPU time of each part itself, in the main thread and all workers, without waiting.

${profile}

## Run the benchmark

\`\`\`sh
deno task bench                    # the full table, and this page
deno task bench --quick            # a fifth of the calls, few rounds; add --write to update the page
deno task bench --only kcat,delay  # some rows
\`\`\`

Rows of the compiled program need a runtime in \`DENORT_BIN\`, as \`deno compile\` does when it cannot download one. [Scaling](scaling.md) shows how the figures change with partitions, workers, record size and keys.
`;
}

function contenderTable(results: Results): string {
  return markdownTable(
    ["contender", "runs", "median, s", "fastest, s", "slowest, s", "CPU, s", "peak memory, MiB"],
    results.names().toSorted().map((name) => {
      const wallMs = results.samples(name).map((sample) => sample.wallMs);
      return [
        name,
        String(wallMs.length),
        (results.median(name) / 1_000).toFixed(2),
        (Math.min(...wallMs) / 1_000).toFixed(2),
        (Math.max(...wallMs) / 1_000).toFixed(2),
        (results.median(name, "cpuMs") / 1_000).toFixed(2),
        figure(Math.round(results.median(name, "peakMiB"))),
      ];
    }),
  );
}
