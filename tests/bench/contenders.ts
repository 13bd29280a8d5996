/** Who runs in the race, by the names that the rows of the table use. */
import { type AnalysisOptions, connectRun, ourAnalysis, ourJoin, sparkJoin, sparkRun } from "./analyses.ts";
import { BothQueries } from "./both_queries.ts";
import { clickHouseRun } from "./clickhouse.ts";
import { dashboardRun } from "./dashboard_cost.ts";
import { EmbeddedCalls } from "./embedded_calls.ts";
import { measure } from "./measure.ts";
import { manyPartitionsRun, produceRun } from "./produce_runs.ts";
import { kcatRead } from "./programs.ts";
import type { Contender, Sample } from "./race.ts";
import type { SparkServers } from "./spark_servers.ts";
import type { TopicOptions, Workbench } from "./workbench.ts";

/** How much is measured. */
export interface Sizes {
  /** Calls in the large topic, in the small one, and in the original data set. */
  readonly large: number;
  readonly small: number;
  readonly original: number;
  /** Calls whose addresses are nearly all distinct. */
  readonly distinct: number;
  /** Calls, and dispatches that they are joined with. */
  readonly joined: number;
  readonly produced: number;
  readonly embedded: number;
  readonly rounds: number;
  /** Rounds of what takes long, and of Spark. */
  readonly longRounds: number;
  readonly sparkRounds: number;
}

/** Calls a minute where windows have more of them than in the sample, so that there are fewer groups. */
export const DENSE_PER_MINUTE = 30;

/** One run, from start to exit, that fails when the answer is wrong. */
type Run = () => Promise<Sample>;

/** Contenders by their names, each made ready only when it is asked for; undefined is what cannot run here. */
export type Contenders = ReadonlyMap<string, () => Promise<Contender | undefined>>;

/**
 * All that can run, in the order of their races: those that need servers of Spark race by themselves, after the others.
 * Such servers take memory as long as they run, that others would need for the topics.
 */
export function makeContenders(bench: Workbench, sizes: Sizes, embedded: EmbeddedCalls): Contenders[] {
  const [large, small, original] = [
    { count: sizes.large },
    { count: sizes.small },
    { count: sizes.original },
  ];
  const repeated = { count: sizes.large, kind: "repeated" } as const;
  const nested = { count: sizes.large, kind: "nested" } as const;
  const distinct = { count: sizes.distinct, kind: "distinct" } as const;
  const both = new BothQueries(bench, sizes.large);
  const fewer = new EmbeddedCalls(bench, sizes.small);

  const ours = (options: AnalysisOptions) => () => ourAnalysis(bench, options);
  const compiled = (options: AnalysisOptions) => async () => {
    const start = await bench.compiled();
    return start && await ourAnalysis(bench, { ...options, start });
  };
  const spark = (options: AnalysisOptions) => () => sparkRun(bench, options);
  const connect = (executors: Parameters<SparkServers["remote"]>[0]) => async () =>
    await connectRun(bench, { query: "by_type", ...large, remote: await bench.spark.remote(executors) });

  const withoutServers: Contenders = new Map([
    ...inRounds(sizes.rounds, {
      "kcat large": () => kcatRun(bench, large),
      "kcat nested": () => kcatRun(bench, nested),
      "ours nested": ours({ query: "nested", ...nested }),
      "ours large": ours({ query: "by_type", ...large }),
      "compiled large": compiled({ query: "by_type", ...large }),
      "ours repeated": ours({ query: "by_type", ...repeated }),
      "ours dispositions": ours({ query: "with_disposition", ...large }),
      "ours small": ours({ query: "by_type", ...small }),
      "ours small windows": ours({ query: "windows", ...small }),
      "clickhouse small windows": () => clickHouseRun(bench, sizes.small),
      "ours original windows": ours({ query: "windows", ...original }),
      "compiled original windows": compiled({ query: "windows", ...original }),
      "ours produce": () => produceRun(bench, { who: "ours", count: sizes.produced }),
      "kcat produce": () => produceRun(bench, { who: "kcat", count: sizes.produced }),
      "embedded small, 1 worker": () => fewer.runWith(1),
      "embedded small, 2 workers": () => fewer.runWith(2),
    }),
    ...inRounds(sizes.longRounds, {
      "ours windows": ours({ query: "windows", ...large }),
      "ours dense windows": ours({ query: "windows", ...large, perMinute: DENSE_PER_MINUTE }),
      "ours addresses": ours({ query: "by_address", ...distinct }),
      "ours join": () => ourJoin(bench, sizes.joined),
      "by_type alone": () => both.runOf("by_type"),
      "with_disposition alone": () => both.runOf("with_disposition"),
      "both at once": () => both.runOf("by_type", "with_disposition"),
      "ten queries": () => dashboardRun(bench, { ...large, isShown: false }),
      "ten queries, twenty pages": () => dashboardRun(bench, { ...large, isShown: true }),
      "many partitions": () => manyPartitionsRun(bench, sizes.original),
      "embedded, 1 worker": () => embedded.runWith(1),
      "embedded, 2 workers": () => embedded.runWith(2),
    }),
    ...inRounds(sizes.sparkRounds, {
      "spark large": spark({ query: "by_type", ...large }),
      "spark small": spark({ query: "by_type", ...small }),
      "spark windows": spark({ query: "windows", ...large }),
      "spark original windows": spark({ query: "windows", ...original }),
      "spark nested": spark({ query: "nested", ...nested }),
      "spark join": () => sparkJoin(bench, sizes.joined),
      "spark addresses": spark({ query: "by_address", ...distinct }),
    }),
  ]);
  const onServers: Contenders = new Map(inRounds(sizes.sparkRounds, {
    "connect large": connect(0),
    "1 executor": connect(1),
    "2 executors": connect(2),
    "4 executors": connect(4),
  }));
  return [withoutServers, onServers];
}

function inRounds(
  rounds: number,
  makers: Readonly<Record<string, () => Promise<Run | undefined>>>,
): [string, () => Promise<Contender | undefined>][] {
  return Object.entries(makers).map(([name, make]) => [
    name,
    async () => {
      const run = await make();
      return run && { rounds, run };
    },
  ]);
}

async function kcatRun(bench: Workbench, content: TopicOptions): Promise<Run> {
  const { place } = await bench.topic(content);
  const command = kcatRead(bench.servers, place);
  return () => {
    bench.warm(place);
    return measure(command, { stdout: "null" });
  };
}
