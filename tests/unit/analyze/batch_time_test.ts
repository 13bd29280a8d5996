import { deepEqual, equal, ok } from "assert";
import { QueryRun } from "../../../lib/analyze/query/query_run.ts";
import { Checkpoint } from "../../../lib/checkpoint/checkpoint.ts";
import type { BatchProgress } from "../../../lib/monitoring/progress/batch_progress.ts";
import { usesBatchTime } from "../../../lib/sql/functions/time/batch_time.ts";
import type { QueryPlan } from "../../../lib/sql/plan.ts";
import { FakeClock } from "../../support/fake_clock.ts";
import { plannedQuery } from "../../support/plan_from.ts";
import { planOf, RowsSink, runPlan } from "../../support/plan_run.ts";
import { tempDir } from "../../support/temp_dir.ts";

const SCHEMA = [{ name: "n", type: "INT" }] as const;
const RECORDS = ['{"n":1}', '{"n":2}', '{"n":3}'];

function planned(sql: string, outputMode: "append" | "complete" = "append") {
  return planOf({ sql, schema: SCHEMA, outputMode, timeZone: "America/Los_Angeles" });
}

Deno.test("All rows of a batch have its time, in whatever part of the statement it is asked for", async () => {
  const beforeMs = Date.now();
  const sink = new RowsSink();
  const plan = planned(
    "SELECT now() AS a, unix_timestamp() AS b, CURRENT_DATE = to_date(current_timestamp) AS c FROM t " +
      "WHERE n < 3 AND current_timestamp() > TIMESTAMP '2020-01-01'",
  );
  await runPlan(plan, [RECORDS], sink);
  equal(sink.rows.length, 2);
  deepEqual(sink.rows[0], sink.rows[1]);
  const [micros, seconds, isToday] = sink.rows[0]!;
  ok(Number(micros) / 1_000 >= beforeMs && Number(micros) / 1_000 <= Date.now(), String(micros));
  equal(seconds, BigInt(Math.floor(Number(micros) / 1_000_000)));
  equal(isToday, true);
});

Deno.test("Groups are selected with the time of the batch that emits them", async () => {
  const sink = new RowsSink();
  const plan = planned(
    "SELECT max(n) AS n, current_timestamp() AS at FROM t HAVING current_timestamp() > max(now()) - INTERVAL 1 HOUR",
    "complete",
  );
  const beforeMs = Date.now();
  await runPlan(plan, [RECORDS, RECORDS], sink);
  deepEqual(sink.rows.map(([n]) => n), [3, 3]);
  ok(sink.rows.every(([, at]) => Number(at) / 1_000 >= beforeMs));
});

Deno.test("A condition on the time of the batch comes after the event time, the others before it, as in Spark", () => {
  const plan = planOf({
    sql: "SELECT at FROM t WHERE n > 0 AND date_add(current_date(), n) > DATE '2020-01-01'",
    schema: [...SCHEMA, { name: "at", type: "TIMESTAMP" }],
    outputMode: "append",
    timeZone: "UTC",
    watermark: { column: "at", delayMs: 0 },
  });
  const [{ early = [], steps }] = plan.branches as [QueryPlan["branches"][number]];
  ok(early.length > 0 && !usesBatchTime(early), JSON.stringify(early));
  ok(usesBatchTime(steps), JSON.stringify(steps));
});

Deno.test("A batch that runs again has the time that was logged, and the next one its own", async () => {
  await using directory = await tempDir();
  const plan = planned("SELECT n FROM t WHERE now() > TIMESTAMP '2020-01-01'");
  const now = {
    query: plan.name,
    sql: plan.sql,
    outputMode: plan.outputMode,
    reads: ["t"],
    state: [],
    layout: [],
    declared: { timeZone: plan.timeZone, streams: {}, tables: {} },
    sink: { description: "rows" },
  };
  const runAt = async (nowMs: number, work: (run: QueryRun) => Promise<void>) => {
    const host = new FakeClock(nowMs);
    const checkpoint = Checkpoint.open(directory.path, { now, reads: () => true, host, acceptsChange: true });
    checkpoint.begin();
    const run = await QueryRun.open({ planned: plannedQuery(plan), sink: new RowsSink(), checkpoint, host });
    await work(run);
    await run.close();
  };
  const begin = (run: QueryRun, offset: number) =>
    run.begin({ from: { t: { 0: offset } }, to: { t: { 0: offset + 1 } }, topicIds: {} });
  await runAt(1_000, async (run) => {
    await begin(run, 0);
    equal(run.timeMs, 1_000);
  });
  await runAt(2_000, async (run) => {
    await begin(run, 0);
    equal(run.timeMs, 1_000);
    await run.complete((result) => result as unknown as BatchProgress);
    await begin(run, 1);
    equal(run.timeMs, 2_000);
  });
});
