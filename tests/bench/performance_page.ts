/** The page of what was measured. */
import type { Sizes } from "./contenders.ts";
import { figure, markdownTable, targetTable } from "./table.ts";
import type { Results } from "./race.ts";
import type { Line } from "./rows.ts";

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

This page is written by \`${command}\` (\`tests/bench/main.ts\`). ${
    isQuick
      ? "These are figures of a quick run: a fifth of the calls, in one or two rounds. A whole run replaces them. "
      : ""
  }Everything here was measured in that one run. Those that are compared ran alternately, as whole processes from
start to exit, and the figures are medians of ${sizes.rounds} rounds, of ${sizes.sparkRounds} where Spark is in it.

${facts.map((fact) => `- ${fact}`).join("\n")}
- Topics have four partitions of calls of 411 bytes on average, the real sample over and over, written by kcat. Their
  segments, or the database of the embedded broker, are read once before each run, so that all contenders find
  them in the kernel's page cache and none waits for the disk.
- Each run of a query is held against counts that were made without the program: all 415 types, or each window
  and type. A wrong answer ends the measurement.

## Targets

${targetTable(lines)}

## Each contender

"CPU" is of the process and all that it started, as the kernel counts it: for Spark, of Python and Java together.
"Memory" is the peak of the largest process; Spark has its default heap.

${contenderTable(results)}

## Where the time goes

The count by type over ${
    figure(sizes.large)
  } calls in Kafka, once more with \`--cpu-prof\`: the time that each
part itself has had a core, in the main thread and all workers, waiting left out.

${profile}

What would help next: the bytes are copied twice, out of the socket and into the kernel's memory, and one of the
copies could go if answers were read into that memory; records could be walked over by the kernel, too, which
would save a call for each; and starting up, which is most of a short run, is mostly the loading of modules in
three threads.

## How to measure again

\`\`\`sh
deno task bench                    # the whole table, and this page
deno task bench --quick            # a fifth of the calls, few rounds; --write for the page, too
deno task bench --only kcat,delay  # some rows
\`\`\`

Rows of the compiled program need a runtime in \`DENORT_BIN\`, as \`deno compile\` does where it cannot download one.
[Scaling](scaling.md) says how the figures change with partitions, workers, records and keys.
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
