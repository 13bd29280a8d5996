/** The figures of the scaling page: one thing is varied at a time, everything else stays as it is in the table. */
import { ourAnalysis, sparkRun } from "./analyses.ts";
import { EmbeddedCalls } from "./embedded_calls.ts";
import { type Contender, race, type Results } from "./race.ts";
import { stateBatches } from "./state_cost.ts";
import { figure, markdownTable } from "./table.ts";
import type { Codec, Workbench } from "./workbench.ts";

/** How much is measured. */
export interface ScalingOptions {
  readonly facts: readonly string[];
  readonly isQuick: boolean;
  say(line: string): void;
}

const PARTITIONS = [1, 2, 4, 8];
const WORKERS = [1, 2, 4];
const PAD_BYTES = [0, 1_600, 6_400];
/** What a call has on average. */
const CALL_BYTES = 413;
const CODECS: readonly Codec[] = ["none", "gzip", "snappy", "lz4", "zstd"];
const STATE_KEYS = [10_000, 100_000, 1_000_000];
const TOUCHED_KEYS = 1_000;

/** Measures, and gives the page in Markdown. */
export async function measureScaling(bench: Workbench, options: ScalingOptions): Promise<string> {
  const { isQuick, say, facts } = options;
  const [count, rounds] = isQuick ? [500_000, 2] : [2_000_000, 3];
  const keyCounts = isQuick ? [100_000, 500_000] : [100_000, 1_000_000, 3_000_000];
  const parts = { bench, count, rounds, say };
  const sections = [
    await byPartitions(parts),
    await byWorkers(parts),
    await byRecordSize(parts),
    await byCodec(parts),
    await byKeys(parts, keyCounts),
    await byState(say),
  ];
  return `# Scaling

\`deno task bench --scaling${
    isQuick ? " --quick --write" : ""
  }\` generates this page. It varies one thing at a time. Records per second are measured over full processes, from start to exit, as the median of ${rounds} runs; the runs of one table alternate. What is not listed here was not measured.

${facts.map((fact) => `- ${fact}`).join("\n")}

${sections.join("\n\n")}

See also [performance](performance.md), for the comparison with Spark and kcat, and [limits](limits.md).
`;
}

interface Parts {
  readonly bench: Workbench;
  readonly count: number;
  readonly rounds: number;
  say(line: string): void;
}

/** Runs one contender for each value. */
async function vary<T>(
  { rounds, say }: Parts,
  values: readonly T[],
  make: (value: T) => Promise<Contender["run"]>,
): Promise<Results> {
  const contenders = new Map<string, Contender>();
  for (const value of values) contenders.set(String(value), { rounds, run: await make(value) });
  return await race(contenders, say);
}

function perSecond(count: number, results: Results, value: number | string): string {
  return figure(count * 1_000 / results.median(String(value)));
}

async function byPartitions(parts: Parts): Promise<string> {
  const { bench, count } = parts;
  const results = await vary(
    parts,
    PARTITIONS,
    (partitions) => ourAnalysis(bench, { query: "by_type", count, partitions }),
  );
  const rows = PARTITIONS.map((partitions) => [String(partitions), perSecond(count, results, partitions)]);
  return `## Partitions

Count by type of ${figure(count)} calls in Kafka, with one worker per core.

${markdownTable(["partitions", "records/s"], rows)}`;
}

async function byWorkers(parts: Parts): Promise<string> {
  const { bench, count } = parts;
  const kafka = await vary(
    parts,
    WORKERS,
    (workers) => ourAnalysis(bench, { query: "by_type", count, args: ["--workers", String(workers)] }),
  );
  const calls = new EmbeddedCalls(bench, count);
  const embedded = await vary(parts, WORKERS, (workers) => calls.runWith(workers));
  const rows = WORKERS.map((workers) => [
    String(workers),
    perSecond(count, kafka, workers),
    perSecond(count, embedded, workers),
    figure(Math.round(kafka.median(String(workers), "peakMiB"))),
  ]);
  return `## Workers

Count by type of ${
    figure(count)
  } calls in four partitions. Kafka runs on the same cores, the embedded broker in the program itself.

${markdownTable(["workers", "Kafka, records/s", "embedded, records/s", "peak memory on Kafka, MiB"], rows)}`;
}

async function byRecordSize(parts: Parts): Promise<string> {
  const { bench, count } = parts;
  const fewer = Math.round(count / 5);
  const results = await vary(
    parts,
    PAD_BYTES,
    (padBytes) => ourAnalysis(bench, { query: "by_type", count: fewer, padBytes }),
  );
  const rows = PAD_BYTES.map((padBytes) => {
    const bytes = CALL_BYTES + padBytes;
    const seconds = results.median(String(padBytes)) / 1_000;
    return [figure(bytes), figure(fewer / seconds), figure(fewer * bytes / seconds / 1e6)];
  });
  return `## Record size

Count by type of ${
    figure(fewer)
  } calls in Kafka, with one unread field padded. With so few calls, startup takes a larger share.

${markdownTable(["bytes per record", "records/s", "MB/s"], rows)}`;
}

async function byCodec(parts: Parts): Promise<string> {
  const { bench, count } = parts;
  const results = await vary(
    parts,
    CODECS,
    (codec) => ourAnalysis(bench, { query: "by_type", count, codec }),
  );
  const rows = CODECS.map((codec) => [
    codec,
    perSecond(count, results, codec),
    figure(Math.round(results.median(codec, "peakMiB"))),
  ]);
  return `## Codecs

Count by type of ${figure(count)} calls in Kafka, in batches compressed by kcat.

${markdownTable(["codec", "records/s", "peak memory, MiB"], rows)}`;
}

async function byKeys({ bench, rounds, say }: Parts, keyCounts: readonly number[]): Promise<string> {
  const contenders = new Map<string, Contender>();
  const args = ["-X", "analyze.state_memory_mb=8000"];
  for (const count of keyCounts) {
    const run = await ourAnalysis(bench, { query: "by_id", count, args });
    contenders.set(`ours ${count}`, { rounds, run });
    contenders.set(`spark ${count}`, {
      rounds: 1,
      run: await sparkRun(bench, { query: "by_id", count }),
    });
  }
  const results = await race(contenders, say);
  const rows = keyCounts.map((count) => {
    const [ours, spark] = [`ours ${count}`, `spark ${count}`];
    return [
      figure(count),
      (results.median(ours) / 1_000).toFixed(1),
      (results.median(spark) / 1_000).toFixed(1),
      figure(results.median(spark) / results.median(ours)),
      figure(Math.round(results.median(ours, "peakMiB"))),
      figure(Math.round(results.median(spark, "peakMiB"))),
    ];
  });
  return `## Keys

Count by \`crime_id\` in one batch: each call has a different key, the worst case. Spark keeps its state in memory, as by default, and ran once per size.

${
    markdownTable(
      ["calls and keys", "ours, s", "Spark, s", "Spark / ours", "ours, MiB", "Spark, MiB"],
      rows,
    )
  }

${whichEngine(keyCounts, results)}`;
}

/** What these figures say about where Spark would be the better choice, and no more than that. */
function whichEngine(keyCounts: readonly number[], results: Results): string {
  const slower = keyCounts.find((count) =>
    results.median(`spark ${count}`) < results.median(`ours ${count}`)
  );
  const [less, most] = keyCounts.slice(-2) as [number, number];
  const mebibytes = results.median(`ours ${most}`, "peakMiB") - results.median(`ours ${less}`, "peakMiB");
  const bytesPerKey = figure(Math.round(mebibytes * 1_048_576 / (most - less)));
  const point = slower === undefined
    ? `Up to ${figure(most)} keys, Spark on the same machine is never faster.`
    : `From ${figure(slower)} keys, all new in one batch, Spark on the same machine is faster.`;
  return `${point} Use [Spark itself](spark.md), on several machines, if more records per second
have to be read than the tables above show for one machine, or if the keys in state do not fit into its memory: between
the last two rows, each key took ${bytesPerKey} bytes.`;
}

async function byState(say: (line: string) => void): Promise<string> {
  const rows: string[][] = [];
  for (const keys of STATE_KEYS) {
    const { batchMs, fillMs, peakMiB } = await stateBatches({ keys, touched: TOUCHED_KEYS });
    say(`  ${keys} keys: ${batchMs} ms a batch`);
    rows.push([figure(keys), (fillMs / 1_000).toFixed(1), figure(batchMs), figure(Math.round(peakMiB))]);
  }
  return `## State

A query that counts by a nine-digit id, with a checkpoint on disk, over the embedded broker. One batch fills its state; then it is restarted and runs batches that each update ${
    figure(TOUCHED_KEYS)
  } of the keys. \`[analyze] state_memory_mb\` limits the size of the state.

${markdownTable(["keys in state", "fill, s", "batch, ms", "peak memory after restart, MiB"], rows)}`;
}
