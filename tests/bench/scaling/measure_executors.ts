/**
 * Measures the count by type on Spark clusters of one, two and four executors, by Spark Connect, beside ours: each of them
 * also over fewer records, and one in more batches, to tell what each of these takes.
 */
import { connectRun, ourAnalysis } from "../analyses.ts";
import { type Contender, race } from "../race.ts";
import { EXECUTORS } from "../spark_servers.ts";
import type { Workbench } from "../workbench.ts";
import type { ExecutorFigures } from "./figures.ts";

const FULL = { many: 5_000_000, few: 1_000_000, batches: 10, rounds: 2 };
const QUICK = { many: 1_000_000, few: 200_000, batches: 5, rounds: 1 };

/** What is measured, besides ours. */
interface Planned {
  readonly executors: (typeof EXECUTORS)[number];
  readonly records: number;
  readonly batches: number;
}

/** Runs all of them alternately. */
export async function measureExecutors(
  bench: Workbench,
  { isQuick, say }: { readonly isQuick: boolean; say(line: string): void },
): Promise<ExecutorFigures> {
  const { many, few, batches, rounds } = isQuick ? QUICK : FULL;
  const load = Deno.loadavg()[0]!;
  const planned: readonly Planned[] = [
    { executors: 1, records: many, batches },
    ...EXECUTORS.flatMap((executors) => [few, many].map((records) => ({ executors, records, batches: 1 }))),
  ];
  const contenders = new Map<string, Contender>();
  contenders.set("ours", { rounds, run: await ourAnalysis(bench, { query: "by_type", count: many }) });
  for (const plan of planned) {
    const remote = await bench.spark.remote(plan.executors);
    const { records: count, batches } = plan;
    const run = await connectRun(bench, { query: "by_type", count, batches, remote });
    contenders.set(nameOf(plan), { rounds, run });
  }
  const results = await race(contenders, say);
  return {
    load: load.toFixed(1),
    rounds,
    cores: navigator.hardwareConcurrency,
    oursSeconds: results.median("ours") / 1_000,
    runs: planned.map((plan) => ({ ...plan, seconds: results.median(nameOf(plan)) / 1_000 })),
  };
}

function nameOf({ executors, records, batches }: Planned): string {
  return `${executors} executors, ${records} calls, ${batches} batches`;
}
