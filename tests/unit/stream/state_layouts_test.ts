import { deepEqual, equal } from "assert";
import { UTC } from "../../../lib/base/time_zone.ts";
import { analyzeQuery } from "../../../lib/sql/analyze.ts";
import { parseColumns } from "../../../lib/sql/catalog.ts";
import type { QueryPlan } from "../../../lib/sql/plan.ts";
import { isStateful } from "../../../lib/stream/operators/operator.ts";
import { operatorsOf, stateLayoutsOf } from "../../../lib/stream/operators/operators_of.ts";

const COLUMNS = parseColumns("at TIMESTAMP, k STRING, n INT", "t");

function planFor(sql: string, deduplicate?: readonly string[]): QueryPlan {
  const watermark = { column: "at", delayMs: 60_000 };
  const stream = { columns: COLUMNS, watermark, ...(deduplicate === undefined ? {} : { deduplicate }) };
  return analyzeQuery({
    name: "q",
    sql,
    outputMode: "append",
    timeZone: "UTC",
    catalog: { streams: new Map([["t", stream]]), tables: new Map() },
  });
}

/** By how many states they have. */
const PLANS: readonly (readonly [number, QueryPlan])[] = [
  [0, planFor("SELECT n FROM t")],
  [1, planFor("SELECT n FROM t LIMIT 3")],
  [1, planFor("SELECT window(at, '1 minute') AS w, k, avg(n), max(k) FROM t GROUP BY w, k")],
  [1, planFor("SELECT k, session_window(at, '1 minute') AS w, sum(n) FROM t GROUP BY k, w")],
  [2, planFor("SELECT n FROM t LIMIT 3", ["k", "n"])],
  [2, planFor("SELECT window(at, '1 minute') AS w, count(*) FROM t GROUP BY w", ["k"])],
];

Deno.test("The layouts of the states of a plan are those of the states of its operators", () => {
  for (const [count, plan] of PLANS) {
    const states = operatorsOf(plan, { zone: UTC }).nodes.map(({ operator }) => operator)
      .filter(isStateful).map(({ state }) => state);
    equal(states.length, count, plan.sql);
    deepEqual(
      stateLayoutsOf(plan),
      states.map(({ description, keyTypes, valueTypes }) => ({ description, keyTypes, valueTypes })),
      plan.sql,
    );
  }
});
