/** Names in HAVING and ORDER BY that are both those of columns and those of the result. */
import type { Scenario, ScenarioQuery } from "../../support/stream_scenario.ts";
import { at, batch, COLUMNS } from "./records.ts";

const complete = (sql: string): ScenarioQuery => ({ sql, output_mode: "complete" });

export const ALIASES: readonly Scenario[] = [
  {
    name: "A name in HAVING means the grouped column first, and a result column second",
    streams: { t: { columns: COLUMNS } },
    queries: {
      computed: complete("SELECT n + 1 AS n, count(*) AS c FROM t GROUP BY n HAVING n > 1"),
      otherCase: complete("SELECT n + 1 AS N, count(*) AS c FROM t GROUP BY n HAVING n > 1"),
      sum: complete("SELECT sum(n) AS x, count(*) AS c FROM t GROUP BY x HAVING x > 0.5"),
      max: complete("SELECT max(x) AS n FROM t GROUP BY n HAVING n > 2"),
      text: complete("SELECT upper(k) AS k, count(*) AS c FROM t GROUP BY k HAVING k = 'a'"),
      format: complete(
        `SELECT date_format(at, 'HH') AS at, count(*) AS c FROM t GROUP BY at
          HAVING at > TIMESTAMP '2018-12-31 10:30:00'`,
      ),
      count: complete("SELECT n, count(*) AS n FROM t GROUP BY n HAVING n > 2"),
      swapped: complete("SELECT n AS x, x AS n, count(*) AS c FROM t GROUP BY n, x HAVING n > 1"),
      both: complete("SELECT -n AS n, count(*) AS c FROM t GROUP BY n HAVING n > 1 AND c > 0 ORDER BY n"),
      subquery: complete("SELECT -m AS m, count(*) AS c FROM (SELECT n AS m FROM t) GROUP BY m HAVING m > 1"),
      update: {
        sql: "SELECT n + 1 AS n, count(*) AS c FROM t GROUP BY n HAVING n > 1",
        output_mode: "update",
      },
    },
    batches: [
      batch(at("10:00", "a", 1), at("10:01", "a", 1), at("11:02", "A", 2)),
      batch(at("11:03", "b", 3), at("11:04", "b", 12), at("11:05", null, null)),
    ],
  },
  {
    name: "A name in HAVING is that of a result where no column of that name is grouped",
    streams: { t: { columns: COLUMNS } },
    queries: {
      count: complete("SELECT k, count(*) AS n FROM t GROUP BY k HAVING n > 1"),
      expression: complete("SELECT n % 2 AS n, count(*) AS c FROM t GROUP BY n % 2 HAVING n = 1"),
      position: complete("SELECT n % 2 AS m, count(*) AS c FROM t GROUP BY 1 HAVING m = 1"),
      inside: complete("SELECT count(*) AS n, k FROM t GROUP BY k HAVING max(n) > 1"),
      sum: complete("SELECT k, sum(n) AS x FROM t GROUP BY k HAVING x > 2 ORDER BY x"),
    },
    batches: [
      batch(at("10:00", "a", 1), at("10:01", "a", 1), at("11:02", "A", 2)),
      batch(at("11:03", "b", 3), at("11:04", "b", 12)),
    ],
  },
];
