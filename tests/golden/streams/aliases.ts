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
  {
    name: "An expression in HAVING that is a key as a whole means the key, whatever its names mean elsewhere",
    streams: { t: { columns: COLUMNS } },
    queries: {
      both: complete("SELECT n + 1 AS n, count(*) AS c FROM t GROUP BY n, n % 2 HAVING n % 2 = 1"),
      computed: complete("SELECT n % 2 + 10 AS n, count(*) AS c FROM t GROUP BY n % 2 HAVING n % 2 = 1"),
      alias: complete("SELECT n % 2 + 10 AS n, count(*) AS c FROM t GROUP BY n % 2 HAVING n = 11"),
      aliasInside: complete("SELECT n % 2 + 10 AS n, count(*) AS c FROM t GROUP BY n % 2 HAVING n % 3 = 2"),
      keyAndAlias: complete(
        "SELECT n % 2 + 10 AS n, count(*) AS c FROM t GROUP BY n % 2 HAVING (n % 2) + n = 12 AND n % 2 = 1",
      ),
      qualified: complete(
        "SELECT n % 2 + 10 AS n, count(*) AS c FROM t AS u GROUP BY u.n % 2 HAVING n % 2 = 1 AND u.n % 2 = 1",
      ),
      part: complete(
        "SELECT n % 5 % 2 + 10 AS n FROM t GROUP BY n % 5 % 2, n % 5 HAVING n % 5 % 2 + n % 5 > 2",
      ),
      otherCase: complete("SELECT -(n % 2) AS N, count(*) AS c FROM t GROUP BY n % 2 HAVING N % 2 = 1"),
      count: complete("SELECT count(*) AS n FROM t GROUP BY n % 2 HAVING n % 2 = 1 AND n > 2"),
      function: complete(
        "SELECT concat(upper(k), '!') AS k FROM t GROUP BY upper(k) HAVING upper(k) || k = 'AA!' AND length(k) = 2",
      ),
      text: complete("SELECT k AS n, count(*) AS c FROM t GROUP BY k, n % 2 HAVING n % 2 = 1"),
      turned: complete("SELECT n + 1 AS n, count(*) AS c FROM t GROUP BY n + 1 HAVING 1 + n > 3"),
      mirrored: complete("SELECT n > 1 AS n, count(*) AS c FROM t GROUP BY n > 1 HAVING 1 < n"),
      swapped: complete(
        "SELECT n % 2 AS x, x % 2 AS n, count(*) AS c FROM t GROUP BY n % 2, x % 2 HAVING n % 2 = 1 AND n < 1",
      ),
      ordered: complete("SELECT -(n % 2) AS n, count(*) AS c FROM t GROUP BY n % 2 ORDER BY n % 2, c"),
      orderedByKey: complete("SELECT -(n % 2) AS n, count(*) AS c FROM t GROUP BY n % 2 ORDER BY t.n % 2"),
      format: complete(
        `SELECT date_format(at, 'HH') AS at, count(*) AS c FROM t GROUP BY date_format(at, 'HH')
          HAVING date_format(at, 'HH') > '10'`,
      ),
      window: complete(
        `SELECT window.start AS window, count(*) AS c FROM t GROUP BY window(at, '10 minutes')
          HAVING window.start > TIMESTAMP '2018-12-31 10:30:00'`,
      ),
      windowCount: complete(
        `SELECT count(*) AS window FROM t GROUP BY window(at, '10 minutes')
          HAVING window.end > TIMESTAMP '2018-12-31 10:30:00'`,
      ),
    },
    batches: [
      batch(at("10:00", "a", 1), at("10:01", "a", 1), at("11:02", "A", 2)),
      batch(
        at("11:03", "b", 3),
        at("11:04", "b", 12),
        at("11:05", null, null),
        at("11:06", "a", 7),
        at("11:07", "a", -4),
      ),
    ],
  },
  {
    name: "A key may be written with its operands in another order, and a comparison from its other side",
    streams: { t: { columns: COLUMNS } },
    queries: {
      sum: complete("SELECT x + n AS r, count(*) AS c FROM t GROUP BY n + x"),
      sums: complete("SELECT 2 + n + 1 AS r, n + (1 + 2) AS q FROM t GROUP BY n + 1 + 2"),
      product: complete(
        "SELECT 2 * n + x AS r FROM t GROUP BY x + n * 2 HAVING n * 2 + x > 3 ORDER BY 2 * n + x",
      ),
      decimals: complete(
        `SELECT CAST(n AS DECIMAL(5,2)) * CAST(x AS DECIMAL(7,1)) AS r FROM t
          GROUP BY CAST(x AS DECIMAL(7,1)) * CAST(n AS DECIMAL(5,2))`,
      ),
      comparison: complete("SELECT x > n AS r, count(*) AS c FROM t GROUP BY n < x"),
      negation: complete("SELECT NOT (n > x) AS r, count(*) AS c FROM t GROUP BY n <= x"),
      equality: complete("SELECT x = n AS r, x <=> n AS q FROM t GROUP BY n = x, n <=> x"),
      conditions: complete(
        "SELECT x > 1 AND k = 'a' AND n > 1 AS r FROM t GROUP BY n > 1 AND ('a' = k AND 1 < x)",
      ),
      list: complete(
        "SELECT n IN (12, 1, 2) AS r, greatest(1, n, 2) AS g FROM t GROUP BY n IN (1, 2, 12), greatest(n, 1, 2)",
      ),
      inside: complete(
        "SELECT CASE WHEN x + n > 2 THEN 'big' END AS r, count(*) AS c FROM t GROUP BY CASE WHEN 2 < n + x THEN 'big' END",
      ),
      part: complete("SELECT x + n + 1 AS r FROM t GROUP BY n + x"),
    },
    batches: [
      batch(at("10:00", "a", 1), at("10:01", "a", 1), at("11:02", "A", 2)),
      batch(
        at("11:03", "b", 3),
        at("11:04", "b", 12),
        at("11:05", null, null),
        at("11:06", "a", 7),
        at("11:07", "a", -4),
      ),
    ],
  },
];
