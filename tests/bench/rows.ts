/** The rows of the table. */
import { DISTINCT_SHARE } from "./calls/generated_calls.ts";
import { DENSE_PER_MINUTE } from "./contenders.ts";
import { type Delays, kcatReader, measureDelay, ourReader } from "./delay.ts";
import { measureHelp } from "./executable.ts";
import { measureIdle } from "./idle.ts";
import { median } from "./measure.ts";
import { PARTITIONS_MANY } from "./produce_runs.ts";
import {
  least,
  type Line,
  marginal,
  type Measurements,
  memory,
  most,
  race,
  rateRatio,
  ratio,
  type Row,
  seconds,
} from "./row.ts";
import { stateBatches } from "./state_cost.ts";
import { EXECUTORS } from "./spark_servers.ts";
import { figure } from "./table.ts";

const WORKERS = ["1 worker", "2 workers"] as const;

/** All rows, in the order of the table. */
export const ROWS: ReadonlyMap<string, Row> = new Map<string, Row>([
  [
    "types",
    race({
      work: ({ large }) => `count by type, ${figure(large)} calls: Spark / ours`,
      long: "spark large",
      short: "ours large",
    }, least(12, 20)),
  ],
  [
    "connect",
    race({
      work: "the same by --engine spark, on a server that runs already, local[2]: Spark / ours",
      long: "connect large",
      short: "ours large",
    }),
  ],
  ["executors", {
    needs: EXECUTORS.map(executorsName),
    lines: ({ results, sizes }) =>
      EXECUTORS.map((count) => ({
        work: `the same by --engine spark on a cluster, ${executorsName(count)} of one core, start to exit`,
        value: sizes.large * 1_000 / results.median(executorsName(count)),
        unit: "/s",
        from: `${figure(sizes.large)} calls in ${seconds(results.median(executorsName(count)))}`,
      })),
  }],
  [
    "compiled",
    race({ work: "the same, compiled: Spark / ours", long: "spark large", short: "compiled large" }),
  ],
  [
    "kcat",
    race({
      work: "the same: ours / kcat reading to nothing",
      long: "ours large",
      short: "kcat large",
    }, most(1, 0.6)),
  ],
  [
    "repeated",
    race({
      work: "the same: ours / ours over the sample repeated, with the same times over and over",
      long: "ours large",
      short: "ours repeated",
    }),
  ],
  [
    "nested",
    race({
      work: ({ large }) =>
        `count by a field three levels deep, ${
          figure(large)
        } records of 270 bytes with an array of ten: Spark / ours`,
      long: "spark nested",
      short: "ours nested",
    }),
  ],
  [
    "nested-kcat",
    race({ work: "the same: ours / kcat reading to nothing", long: "ours nested", short: "kcat nested" }),
  ],
  ["marginal", {
    needs: ["ours large", "ours small", "spark large", "spark small"],
    lines({ results, sizes }) {
      const more = sizes.large - sizes.small;
      const [ours, spark] = ["ours", "spark"].map((who) =>
        marginal(results, { more, long: `${who} large`, short: `${who} small` })
      );
      const work = "marginal throughput, start-up taken out: ours / Spark";
      return [{ work, ...rateRatio(ours!, spark!), target: least(2, 3) }];
    },
  }],
  [
    "windows",
    race({
      work: ({ large }) => `windows by type, ${figure(large)} calls, no row dropped: Spark / ours`,
      long: "spark windows",
      short: "ours windows",
    }, least(8, 15)),
  ],
  [
    "windows-memory",
    memory({ work: "the same: peak memory", ours: "ours windows", spark: "spark windows" }, most(700, 400)),
  ],
  ["dense-windows", {
    needs: ["ours dense windows"],
    lines: ({ results, sizes }) => [{
      work: `windows by type, ${figure(sizes.large)} calls, ${DENSE_PER_MINUTE} a minute: ours`,
      value: results.median("ours dense windows") / 1_000,
      unit: " s",
      from: `peak memory ${figure(Math.round(results.median("ours dense windows", "peakMiB")))} MiB`,
    }],
  }],
  [
    "clickhouse",
    race({
      work: ({ small }) =>
        `windows by type, ${figure(small)} calls: ours, from Kafka / ClickHouse, from a file`,
      long: "ours small windows",
      short: "clickhouse small windows",
    }, most(2.5, 1)),
  ],
  [
    "original",
    race({
      work: ({ original }) => `windows by type, ${figure(original)} calls: Spark / ours`,
      long: "spark original windows",
      short: "ours original windows",
    }, least(25, 50)),
  ],
  [
    "compiled-original",
    race({
      work: "the same, compiled: Spark / ours",
      long: "spark original windows",
      short: "compiled original windows",
    }, least(25, 50)),
  ],
  [
    "dispositions",
    race({
      work: ({ large }) =>
        `with_disposition, ${figure(large)} calls, sink none: ours / kcat reading to nothing`,
      long: "ours dispositions",
      short: "kcat large",
    }, most(1.3, 0.8)),
  ],
  [
    "addresses",
    race({
      work: ({ distinct }) =>
        `count by address and type, ${figure(distinct)} calls, ` +
        `${figure(Math.floor(distinct * DISTINCT_SHARE))} of them in groups of their own: Spark / ours`,
      long: "spark addresses",
      short: "ours addresses",
    }, least(8, 12)),
  ],
  [
    "join",
    race({
      work: ({ joined }) =>
        `${figure(joined)} calls joined with ${
          figure(joined)
        } dispatches within an hour, in one batch: Spark / ours`,
      long: "spark join",
      short: "ours join",
    }),
  ],
  ["join-memory", {
    needs: ["ours join", "spark join"],
    lines: ({ results }) => [{
      work: "the same: peak memory",
      value: results.median("ours join", "peakMiB"),
      unit: " MiB",
      from: `Spark ${figure(Math.round(results.median("spark join", "peakMiB")))} MiB`,
    }, {
      work: "the same: a row in state",
      value: results.median("ours join", "stateRowBytes"),
      unit: " bytes",
      from: "its estimate, which tests hold to the memory of a process",
    }],
  }],
  ["both", {
    needs: ["by_type alone", "with_disposition alone", "both at once"],
    lines({ results }) {
      const alone = ["by_type alone", "with_disposition alone"];
      const slower = alone.reduce((a, b) => results.median(a) > results.median(b) ? a : b);
      return [{
        work: `both queries at once / ${slower}`,
        ...ratio(results, { long: "both at once", short: slower }),
        target: most(1.3, 1.1),
      }];
    },
  }],
  [
    "dashboard",
    race({
      work: ({ large }) => `ten queries, ${figure(large)} calls: with a dashboard and twenty pages / without`,
      long: "ten queries, twenty pages",
      short: "ten queries",
    }, most(1.05, 1.02)),
  ],
  [
    "memory",
    memory(
      { work: "count by type, from source: peak memory", ours: "ours large", spark: "spark large" },
      most(200, 150),
    ),
  ],
  [
    "compiled-memory",
    memory(
      { work: "count by type, compiled: peak memory", ours: "compiled large", spark: "spark large" },
      most(200, 150),
    ),
  ],
  ["delay", { needs: [], lines: delayLines }],
  ["idle", { needs: [], lines: idleLines }],
  [
    "produce",
    race({
      work: ({ produced }) => `produce ${figure(produced)} calls: ours / kcat -P -l`,
      long: "ours produce",
      short: "kcat produce",
    }, most(2, 1.3)),
  ],
  ["executable", { needs: [], lines: executableLines }],
  ["partitions", {
    needs: ["many partitions"],
    lines: ({ results, sizes }) => [{
      work: `produce into ${figure(PARTITIONS_MANY)} partitions that have records, start to exit`,
      value: sizes.original * 1_000 / results.median("many partitions"),
      unit: "/s",
      from: `${figure(sizes.original)} calls in ${seconds(results.median("many partitions"))}`,
    }],
  }],
  ["embedded", {
    needs: ["embedded, 1 worker"],
    lines: ({ results, sizes }) => [{
      work: "embedded broker, count by type, 1 worker, start to exit",
      value: sizes.embedded * 1_000 / results.median("embedded, 1 worker"),
      unit: "/s",
      from: `${figure(sizes.embedded)} calls in ${seconds(results.median("embedded, 1 worker"))}`,
      target: least(1e6, 2e6),
    }],
  }],
  ["broker", { needs: [], lines: brokerLines }],
  ["workers", {
    needs: WORKERS.flatMap((workers) => [`embedded, ${workers}`, `embedded small, ${workers}`]),
    lines({ results, sizes }) {
      const more = sizes.embedded - sizes.small;
      const [one, two] = WORKERS.map((workers) =>
        marginal(results, { more, long: `embedded, ${workers}`, short: `embedded small, ${workers}` })
      );
      const work = "embedded broker, marginal throughput: 2 workers / 1 worker";
      return [
        { work, ...rateRatio(two!, one!), target: least(1.7, 1.9) },
        {
          work: `the same, ${figure(sizes.embedded)} calls, start to exit: 1 worker / 2 workers`,
          ...ratio(results, { long: "embedded, 1 worker", short: "embedded, 2 workers" }),
        },
      ];
    },
  }],
  ["state", { needs: [], lines: stateLines }],
]);

/** The name of a contender. */
function executorsName(count: (typeof EXECUTORS)[number]): string {
  return count === 1 ? "1 executor" : `${count} executors`;
}

async function delayLines({ bench, seconds }: Measurements): Promise<Line[]> {
  const [steady, first] = await measureDelay(bench, ourReader, seconds.delay);
  const [kcat] = await measureDelay(bench, kcatReader, seconds.delay);
  const work = "CreateTime to the reader of stdout, 1,000 records/s, trigger 0";
  const from = ({ records, from, to }: Delays) =>
    `${figure(records)} records, ${from} to ${to} s after the start`;
  return [
    { work: `${work}: median`, value: steady.p50, unit: " ms", from: from(steady), target: most(5, 3) },
    { work: `${work}: p99`, value: steady.p99, unit: " ms", from: from(steady), target: most(25, 15) },
    { work: "the same to the reader of kcat: p99", value: kcat.p99, unit: " ms", from: from(kcat) },
    {
      work: "the same while the program and Kafka start: median",
      value: first.p50,
      unit: " ms",
      from: from(first),
    },
  ];
}

async function idleLines({ bench, sizes, seconds }: Measurements): Promise<Line[]> {
  const value = await measureIdle(bench, { count: sizes.original, seconds: seconds.idle });
  const from = `over ${seconds.idle} s, a minute after the start, trigger 10 s`;
  return [{ work: "work per idle second", value, unit: " ms of CPU", from, target: most(5, 3) }];
}

async function executableLines({ bench }: Measurements): Promise<Line[]> {
  const start = await bench.compiled();
  if (start === undefined) return [];
  const [path] = start();
  const { size } = await Deno.stat(path!);
  const { ms, runs } = await measureHelp(start);
  return [
    { work: "executable: size", value: size / 1e6, unit: " MB", from: "one file", target: most(105, 97) },
    { work: "executable: --help", value: ms, unit: " ms", from: `${runs} starts`, target: most(80, 50) },
  ];
}

async function brokerLines({ embedded, sizes }: Measurements): Promise<Line[]> {
  const { appended, read } = await embedded.speed();
  const from = `${figure(sizes.embedded)} calls of 413 bytes`;
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
    work: `a batch of ${figure(touched)} keys, with ${figure(keys * 10)} / ${figure(keys)} keys in state`,
    value: median(many) / median(few),
    unit: "×",
    from: `${median(many)} ms / ${median(few)} ms`,
    target: most(1.1, 1),
  }];
}
