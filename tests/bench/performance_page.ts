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

\`${command}\` (\`tests/bench/main.ts\`) generates this page. ${
    isQuick
      ? "These are the figures of a quick run: a fifth of the calls, in one or two rounds. A full run replaces them. "
      : ""
  }All figures come from that one run. Contenders that are compared ran alternately, as full processes from start to exit; the figures are medians of ${sizes.rounds} rounds, of ${sizes.sparkRounds} where Spark is in it.

${facts.map((fact) => `- ${fact}`).join("\n")}
- Topics have four partitions. They hold the real sample, repeated, with 411 bytes per call on average, written by kcat. Before each run, their segments, or the database of the embedded broker, are read once, so that they are in the page cache and no contender waits for the disk.
- The result of each query is compared with counts that were computed without the program: all 415 types, or each window and type. A wrong result ends the benchmark.

## Targets

${targetTable(lines)}

## Each contender

"CPU" is the CPU time of the process and its children, as the kernel counts it: for Spark, Python and Java together. "Memory" is the peak of the largest process; Spark has its default heap.

${contenderTable(results)}

## Where the time goes

The count by type over ${
    figure(sizes.large)
  } calls in Kafka, again with \`--cpu-prof\`: the CPU time of each part itself, in the main thread and all workers, without waiting.

${profile}

Possible improvements: the bytes are copied twice, out of the socket and into the memory of the WebAssembly kernel; reading responses directly into that memory would save one copy. The kernel could also iterate over records, which would save a call per record. Startup, which dominates a short run, is mostly the loading of modules in three threads.

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
