/** The rows of the table: what each needs to run, how its figure comes about, and what it should be. */
import { measureDelay } from "./delay.ts";
import type { EmbeddedCalls } from "./embedded_calls.ts";
import { measureIdle } from "./idle.ts";
import { median } from "./measure.ts";
import { PARTITIONS_MANY, type Sizes } from "./contenders.ts";
import type { Results } from "./race.ts";
import { stateBatches } from "./state_cost.ts";
import type { Workbench } from "./workbench.ts";

/** A line of the table. */
export interface Line {
  readonly work: string;
  readonly value: number;
  readonly unit: string;
  /** The figures that the value comes from. */
  readonly from: string;
  /** What was set out to reach; lines without it are there to compare. */
  readonly target?: { readonly atLeast: number; readonly aim: number; readonly isMost: boolean };
}

/** What a row's figures come from. */
export interface Measurements {
  readonly bench: Workbench;
  readonly sizes: Sizes;
  readonly results: Results;
  readonly embedded: EmbeddedCalls;
  /** How long to look at what goes on by itself. */
  readonly seconds: { readonly delay: number; readonly idle: number };
  readonly state: { readonly keys: number; readonly touched: number; readonly rounds: number };
}

/** A row, by which `--only` names it. */
export interface Row {
  /** Who has to run in the race for it. */
  readonly needs: readonly string[];
  /** The lines; none of them where one that it needs cannot run here. */
  lines(measured: Measurements): Line[] | Promise<Line[]>;
}

const least = (atLeast: number, aim: number) => ({ atLeast, aim, isMost: false });
const most = (atMost: number, aim: number) => ({ atLeast: atMost, aim, isMost: true });

function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(2)} s`;
}

function times(count: number): string {
  return count.toLocaleString("en");
}

/** How many times as long one takes as the other. */
function ratio(results: Results, long: string, short: string): { value: number; unit: string; from: string } {
  const [longMs, shortMs] = [results.median(long), results.median(short)];
  return { value: longMs / shortMs, unit: "×", from: `${seconds(longMs)} / ${seconds(shortMs)}` };
}

function race(
  work: (sizes: Sizes) => string,
  long: string,
  short: string,
  target?: Line["target"],
): Row {
  return {
    needs: [long, short],
    lines: ({ results, sizes }) => [
      { work: work(sizes), ...ratio(results, long, short), ...(target === undefined ? {} : { target }) },
    ],
  };
}

/** Records a second that so many more records add, start-up taken out. */
function marginal(
  results: Results,
  more: number,
  contenders: readonly [long: string, short: string],
): number {
  const [longMs, shortMs] = contenders.map((name) => results.median(name));
  return more * 1_000 / (longMs! - shortMs!);
}

/** How many times as many records a second one does as the other. */
function rateRatio(fast: number, slow: number): { value: number; unit: string; from: string } {
  const perSecond = (rate: number) => `${times(Math.round(rate))}/s`;
  return { value: fast / slow, unit: "×", from: `${perSecond(fast)} / ${perSecond(slow)}` };
}

const WORKERS = ["1 worker", "2 workers"] as const;

/** All rows, in the order of the table. */
export const ROWS: ReadonlyMap<string, Row> = new Map<string, Row>([
  [
    "types",
    race(
      ({ large }) => `count by type, ${times(large)} calls: Spark / ours`,
      "spark large",
      "ours large",
      least(7, 12),
    ),
  ],
  [
    "compiled",
    race(() => "the same, compiled: Spark / ours", "spark large", "compiled large", least(6, 10)),
  ],
  [
    "tuned",
    race(() => "the same, Spark with 2 shuffle partitions: Spark / ours", "tuned spark large", "ours large"),
  ],
  ["kcat", race(() => "the same: ours / kcat reading to nothing", "ours large", "kcat large", most(1, 0.6))],
  ["marginal", {
    needs: ["ours large", "ours small", "spark large", "spark small"],
    lines({ results, sizes }) {
      const of = (who: string) =>
        marginal(results, sizes.large - sizes.small, [`${who} large`, `${who} small`]);
      const work = "marginal throughput, start-up taken out: ours / Spark";
      return [{ work, ...rateRatio(of("ours"), of("spark")), target: least(2, 3) }];
    },
  }],
  [
    "windows",
    race(
      ({ large }) => `windows by type, ${times(large)} calls: Spark / ours`,
      "spark windows",
      "ours windows",
      least(5, 10),
    ),
  ],
  ["compiled-windows", race(() => "the same, compiled: Spark / ours", "spark windows", "compiled windows")],
  ["both", {
    needs: ["by_type alone", "with_disposition alone", "both at once"],
    lines({ results }) {
      const alone = ["by_type alone", "with_disposition alone"];
      const slower = alone.reduce((a, b) => results.median(a) > results.median(b) ? a : b);
      return [{
        work: `both queries at once / ${slower}`,
        ...ratio(results, "both at once", slower),
        target: most(1.3, 1.1),
      }];
    },
  }],
  [
    "original",
    race(
      ({ original }) => `count by type, ${times(original)} calls, start to answer: Spark / ours`,
      "spark original",
      "ours original",
      least(20, 40),
    ),
  ],
  [
    "compiled-original",
    race(() => "the same, compiled: Spark / ours", "spark original", "compiled original"),
  ],
  ["memory", {
    needs: ["ours large", "spark large"],
    lines: ({ results }) => [{
      work: "peak memory of the count by type",
      value: results.median("ours large", "peakMiB"),
      unit: " MiB",
      from: `Spark ${Math.round(results.median("spark large", "peakMiB"))} MiB`,
      target: most(300, 150),
    }],
  }],
  ["delay", { needs: [], lines: delayLines }],
  ["idle", { needs: [], lines: idleLines }],
  [
    "produce",
    race(
      ({ produced }) => `produce ${times(produced)} calls: ours / kcat -P -l`,
      "ours produce",
      "kcat produce",
      most(3, 1.5),
    ),
  ],
  ["partitions", {
    needs: ["many partitions"],
    lines: ({ results, sizes }) => [{
      work: `produce into ${times(PARTITIONS_MANY)} partitions that have records, start to exit`,
      value: sizes.original * 1_000 / results.median("many partitions"),
      unit: "/s",
      from: `${times(sizes.original)} calls in ${seconds(results.median("many partitions"))}`,
    }],
  }],
  ["embedded", {
    needs: ["embedded, 1 worker"],
    lines: ({ results, sizes }) => [{
      work: "embedded broker, count by type, 1 worker, start to exit",
      value: sizes.embedded * 1_000 / results.median("embedded, 1 worker"),
      unit: "/s",
      from: `${times(sizes.embedded)} calls in ${seconds(results.median("embedded, 1 worker"))}`,
      target: least(1e6, 2e6),
    }],
  }],
  ["broker", { needs: [], lines: brokerLines }],
  ["workers", {
    needs: WORKERS.flatMap((workers) => [`embedded, ${workers}`, `embedded small, ${workers}`]),
    lines({ results, sizes }) {
      const more = sizes.embedded - sizes.small;
      const [one, two] = WORKERS.map((workers) =>
        marginal(results, more, [`embedded, ${workers}`, `embedded small, ${workers}`])
      );
      const work = "embedded broker, marginal throughput: 2 workers / 1 worker";
      return [
        { work, ...rateRatio(two!, one!), target: least(1.7, 1.9) },
        {
          work: `the same, ${times(sizes.embedded)} calls, start to exit: 1 worker / 2 workers`,
          ...ratio(results, "embedded, 1 worker", "embedded, 2 workers"),
        },
      ];
    },
  }],
  ["state", { needs: [], lines: stateLines }],
]);

async function delayLines({ bench, seconds }: Measurements): Promise<Line[]> {
  const { p50, p99, records } = await measureDelay(bench, seconds.delay);
  const work = "CreateTime to the reader of stdout, 1,000 records/s, trigger 0";
  const from = `${times(records)} records`;
  return [
    { work: `${work}: median`, value: p50, unit: " ms", from, target: most(10, 5) },
    { work: `${work}: p99`, value: p99, unit: " ms", from, target: most(50, 20) },
  ];
}

async function idleLines({ bench, sizes, seconds }: Measurements): Promise<Line[]> {
  const value = await measureIdle(bench, { count: sizes.original, seconds: seconds.idle });
  const from = `over ${seconds.idle} s, trigger 10 s`;
  return [{ work: "work per idle second", value, unit: " ms of CPU", from, target: most(10, 3) }];
}

async function brokerLines({ embedded, sizes }: Measurements): Promise<Line[]> {
  const { appended, read } = await embedded.speed();
  const from = `${times(sizes.embedded)} calls of 411 bytes`;
  return [
    { work: "embedded broker, appends", value: appended, unit: "/s", from, target: least(1e5, 1e5) },
    { work: "embedded broker, batches read", value: read, unit: "/s", from, target: least(1e6, 1e6) },
  ];
}

async function stateLines({ state }: Measurements): Promise<Line[]> {
  const { keys, touched, rounds } = state;
  const [few, many]: [number[], number[]] = [[], []];
  for (let round = 0; round < rounds; round++) {
    few.push((await stateBatches({ keys, touched })).batchMs);
    many.push((await stateBatches({ keys: keys * 10, touched })).batchMs);
  }
  return [{
    work: `a batch of ${times(touched)} keys, with ${times(keys * 10)} / ${times(keys)} keys in state`,
    value: median(many) / median(few),
    unit: "×",
    from: `${median(many)} ms / ${median(few)} ms`,
    target: most(1.1, 1),
  }];
}
