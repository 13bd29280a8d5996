/** What a run tells of itself besides its progress: bad records, the work of threads, the lag in time. */
import { deepEqual, equal, ok } from "assert";
import { RECORD_SAMPLES_MAX } from "../../../lib/base/bounds.ts";
import type {
  BadRecords,
  LagReport,
  RunListener,
  WorkerReport,
} from "../../../lib/monitoring/run_listener.ts";
import { RunningAnalysis } from "../../support/running_analysis.ts";
import { whenTrue } from "../../support/when_true.ts";

const SETTINGS = {
  "stream.t.topic": "t",
  "stream.t.columns": "id BIGINT, at TIMESTAMP",
  "stream.t.watermark": "at 1 minute",
  "query.all.sql": "SELECT id FROM t",
  "query.hours.sql": "SELECT window(at, '1 minute') AS w, count(*) AS n FROM t GROUP BY 1",
  "query.hours.output_mode": "update",
  "analyze.sink": "none",
};

const MINUTE_MS = 60_000;

function at(minute: number, id = minute) {
  return { id, at: new Date(Date.UTC(2018, 11, 31) + minute * MINUTE_MS).toISOString() };
}

function start(listener: RunListener, settings: Readonly<Record<string, string>> = {}, partitions = 1) {
  return RunningAnalysis.start({
    topics: { t: partitions },
    settings: { ...SETTINGS, ...settings },
    listener,
    keepsRows: false,
  });
}

Deno.test("The first malformed records of a batch are shown with their place, cut, before it is committed", async () => {
  const heard: BadRecords[] = [];
  const order: string[] = [];
  await using running = await start({
    badRecords: (bad) => {
      heard.push(bad);
      order.push(`bad records of ${bad.query} ${bad.batchId}`);
    },
    progress: ({ query, batchId, inputRecords }) => {
      if (inputRecords > 0) order.push(`progress of ${query} ${batchId}`);
    },
  });
  await Promise.all(["all", "hours"].map((query) => running.hasRead(query, 0)));
  const broken = ["{", "[1]", `"${"é".repeat(500)}"`, null, "x\ty", "1", "2"];
  await running.append("t", [at(0), ...broken, at(1)], { timestampMs: (index) => 1_000 + index });
  await Promise.all(["all", "hours"].map((query) => running.hasRead(query, broken.length + 2)));
  const ofAll = heard.filter(({ query }) => query === "all");
  const samples = ofAll.flatMap(({ malformed }) => malformed);
  const places = { topic: "t", partition: 0 };
  deepEqual(samples, [
    { ...places, offset: 1, timestampMs: 1_001, reason: "not a JSON object", value: "{" },
    { ...places, offset: 2, timestampMs: 1_002, reason: "not a JSON object", value: "[1]" },
    { ...places, offset: 3, timestampMs: 1_003, reason: "not a JSON object", value: `"${"é".repeat(199)}…` },
    { ...places, offset: 4, timestampMs: 1_004, reason: "no value", value: null },
    { ...places, offset: 5, timestampMs: 1_005, reason: "not a JSON object", value: "x\ty" },
  ]);
  equal(samples.length, RECORD_SAMPLES_MAX);
  deepEqual(heard.map(({ query }) => query).toSorted(), ["all", "hours"]);
  const [{ batchId }] = ofAll as [BadRecords];
  deepEqual(
    order.filter((line) => line.endsWith(`all ${batchId}`)),
    [`bad records of all ${batchId}`, `progress of all ${batchId}`],
  );
});

Deno.test("The first late records of a query are shown, those of other queries are not, and nobody collects them all", async () => {
  const heard: BadRecords[] = [];
  await using running = await start({ badRecords: (bad) => void heard.push(bad) });
  await running.append("t", [at(60)]);
  await running.hasRead("hours", 1);
  // The watermark is at minute 59; it decides in the batch after the one that it moved in.
  await running.append("t", [at(61)]);
  await running.hasRead("hours", 2);
  await running.append("t", [at(62), ...Array.from({ length: 9 }, (_, index) => at(index)), at(63)]);
  await running.hasRead("hours", 13);
  const late = heard.filter(({ query }) => query === "hours").flatMap((bad) => bad.late);
  deepEqual(late.map(({ offset }) => offset), [3, 4, 5, 6, 7]);
  deepEqual(
    late.map(({ reason, value }) => [reason, JSON.parse(value!).id]),
    [0, 1, 2, 3, 4].map((id) => [
      "behind the watermark",
      id,
    ]),
  );
  ok(heard.every(({ query, late }) => query === "hours" || late.length === 0));
  const counted = running.progress.filter(({ query }) => query === "hours")
    .reduce((sum, { state }) => sum + state.reduce((rows, { lateRows }) => rows + lateRows, 0), 0);
  equal(counted, 9);
});

Deno.test("What the workers have done adds up to what was read, and takes no longer than there was time", async () => {
  const reports: WorkerReport[] = [];
  await using running = await start({ worked: (report) => void reports.push(report) }, {}, 4);
  const startMs = performance.now();
  for (let round = 0; round < 4; round++) {
    const records = Array.from({ length: 2_000 }, (_, id) => at(id, round * 2_000 + id));
    await running.append("t", records, { partition: round });
    await running.hasRead("all", (round + 1) * 2_000);
    await running.hasRead("hours", (round + 1) * 2_000);
  }
  const last = reports.at(-1)!;
  equal(last.workers.reduce((sum, { records }) => sum + records, 0), 8_000);
  deepEqual(last.workers.map(({ worker }) => worker), [0, 1]);
  const busyMs = last.workers.reduce((sum, worker) => sum + worker.busyMs, 0);
  ok(busyMs > 0 && busyMs <= last.monotonicMs - startMs, `${busyMs} ms`);
  for (const [index, { workers }] of reports.entries()) {
    const before = reports[index - 1]?.workers ?? [];
    for (const { worker, records, busyMs } of before) {
      ok(workers[worker]!.records >= records && workers[worker]!.busyMs >= busyMs);
    }
  }
});

/** Ten records of the first of two partitions, a minute apart, the first of them 100 minutes ago. */
async function analyzeOld(listener: RunListener, settings: Readonly<Record<string, string>>) {
  const firstMs = Date.now() - 100 * MINUTE_MS;
  return await RunningAnalysis.start({
    topics: { t: 2 },
    settings: {
      "stream.t.topic": "t",
      "stream.t.columns": SETTINGS["stream.t.columns"],
      "query.all.sql": SETTINGS["query.all.sql"],
      "analyze.sink": "none",
      "analyze.trigger": "1h",
      ...settings,
    },
    listener,
    before: (running) =>
      running.append("t", Array.from({ length: 10 }, (_, id) => at(id)), {
        timestampMs: (index) => firstMs + index * MINUTE_MS,
      }),
  });
}

Deno.test("The lag of a partition is the age of its oldest record that is not read, and 0 where none is", async () => {
  const reports: LagReport[] = [];
  // A batch takes two of the records, and the next one is an hour away.
  await using running = await analyzeOld(
    { lagged: (report) => void reports.push(report) },
    { "analyze.max_offsets_per_trigger": "2" },
  );
  await running.hasRead("all", 2);
  const minutes = () =>
    reports.at(-1)!.partitions.map(({ partition, lagMs }) => [partition, lagMs / MINUTE_MS]);
  await whenTrue(() => minutes().some(([partition, lag]) => partition === 0 && Math.floor(lag!) === 98));
  deepEqual(minutes().filter(([partition]) => partition === 1), [[1, 0]]);
  deepEqual(reports.at(-1)!.queries, ["all"]);
});

Deno.test("The lag is 0 before the batch is reported that has read everything", async () => {
  let lags: LagReport["partitions"] = [];
  const atProgress: (typeof lags)[] = [];
  await using running = await analyzeOld({
    lagged: ({ partitions }) => void (lags = partitions),
    progress: () => void atProgress.push(lags),
  }, {});
  await running.hasRead("all", 10);
  deepEqual(atProgress, [[{ topic: "t", partition: 0, lagMs: 0 }, { topic: "t", partition: 1, lagMs: 0 }]]);
});
