import { deepEqual } from "assert";
import { planOf, RowsSink, runPlan } from "../../support/plan_run.ts";

Deno.test("Windows with the same start and different ends are different groups", async () => {
  const window = (length: string) => `SELECT window(at, '${length}') AS w FROM t`;
  const plan = planOf({
    sql: `SELECT minute(w.end) AS minute, count(*) AS n FROM (${window("10 minutes")} UNION ALL ${
      window("20 minutes")
    }) GROUP BY w`,
    schema: [{ name: "at", type: "TIMESTAMP" }],
    outputMode: "complete",
    timeZone: "UTC",
  });
  const sink = new RowsSink();
  await runPlan(plan, [["01", "02", "13"].map((minute) => `{"at":"2018-01-01T00:${minute}:00"}`)], sink);
  const rows = sink.rows.map(([minute, count]) => [minute, Number(count)] as [number, number]);
  deepEqual(rows.sort(([left, n], [right, m]) => left - right || n - m), [[10, 2], [20, 1], [20, 3]]);
});
