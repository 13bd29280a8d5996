import { equal } from "assert";
import { repeatsGroups } from "../../../lib/plan/checks/repeated_groups.ts";
import { planFrom } from "../../support/plan_from.ts";

const groups = (count: string, where = "") =>
  `SELECT window(call_date_time, '1 hour') AS w, ${count} AS n FROM calls ${where} GROUP BY 1`;

/** Statements, and whether Spark makes the groups of both sides of what it has computed once. */
const STATEMENTS: readonly (readonly [sql: string, repeats: boolean])[] = [
  [groups("count(*)"), false],
  [`${groups("count(*)")} UNION ALL ${groups("count(*)")}`, true],
  [`WITH g AS (${groups("count(*)")}) SELECT n FROM g WHERE n > 1 UNION ALL SELECT -n FROM g`, true],
  [`${groups("count(*)")} UNION ALL ${groups("count(city)")}`, false],
  [`${groups("count(*)")} UNION ALL ${groups("count(*)", "WHERE city = 'A'")}`, false],
  [
    `SELECT window(w, '1 day') AS d, sum(n) FROM (${groups("count(*)")} UNION ALL ${
      groups("count(*)")
    }) GROUP BY 1`,
    true,
  ],
];

Deno.test("A plan has the same groups twice if their rows, keys and aggregates are the same", async () => {
  for (const [sql, repeats] of STATEMENTS) {
    const { queries: [query] } = await planFrom({
      "query.by_type.sql": sql,
      "query.by_type.output_mode": "append",
    }, {
      names: ["by_type"],
    });
    equal(repeatsGroups(query!.plan), repeats, sql);
  }
});
