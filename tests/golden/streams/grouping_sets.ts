/** ROLLUP, CUBE and GROUPING SETS; GROUP BY ALL and ORDER BY ALL; aliases that later columns read. */
import type { Scenario, ScenarioQuery } from "../../support/stream_scenario.ts";
import { at, batch, COLUMNS } from "./records.ts";

const streams = { t: { columns: COLUMNS, watermark: "at 10 minutes" } };
const window = "window(at, '10 minutes')";
const in3 = (name: string, sql: string): Record<string, ScenarioQuery> => ({
  [`${name}Update`]: { sql, output_mode: "update" },
  [`${name}Complete`]: { sql, output_mode: "complete" },
  [`${name}Append`]: { sql, output_mode: "append" },
});

const batches = [
  batch(at("10:00"), at("10:01", "b", 2), at("10:02", null, 1), at("10:03", "b", null), at(null, "b", 1)),
  batch(at("10:04", "a", 5), at("10:12", "b", 2), at("10:31", "c", 3)),
  batch(at("10:05", "late", 5), at("10:22", "b", 2), at("10:41", "c", 3)),
  batch(at("11:30", "a", 1)),
];

export const GROUPING_SETS: readonly Scenario[] = [
  {
    name: "A row is in a group of each grouping set, and those of the event time are final",
    streams,
    queries: {
      ...in3(
        "rollup",
        `SELECT ${window} AS w, k, count(*) AS c, sum(n) AS n FROM t GROUP BY ROLLUP (${window}, k)`,
      ),
      ...in3(
        "cube",
        `SELECT ${window} AS w, k, n, count(*) AS c, grouping(k) AS gk, grouping_id() AS id
          FROM t GROUP BY ${window}, CUBE (k, n)`,
      ),
      ...in3("time", "SELECT at, k, count(*) AS c FROM t GROUP BY GROUPING SETS ((at, k), (k), at)"),
    },
    batches,
  },
  {
    name: "Grouping sets of all forms, with what tells them apart",
    streams: { t: { columns: COLUMNS } },
    queries: {
      pairs: {
        sql: "SELECT k, n, x, count(*) AS c, grouping_id() AS id FROM t GROUP BY ROLLUP ((k, n), x)",
        output_mode: "update",
      },
      with: { sql: "SELECT k, n, min(x) AS x FROM t GROUP BY k, n WITH CUBE", output_mode: "update" },
      legacy: {
        sql: "SELECT k, n, count(*) AS c FROM t GROUP BY k, n, x GROUPING SETS ((k), (k, n), ())",
        output_mode: "update",
      },
      equal: {
        sql: "SELECT k, count(*) AS c FROM t GROUP BY GROUPING SETS ((k), (k), (), k)",
        output_mode: "complete",
      },
      nested: {
        sql: `SELECT k, n, count(*) AS c, grouping__id AS id FROM t
          GROUP BY GROUPING SETS (ROLLUP (k, n), CUBE (n), (n, k))`,
        output_mode: "update",
      },
      product: {
        sql: "SELECT k, n, x, count(*) AS c FROM t GROUP BY k, ROLLUP (n), CUBE (x, n)",
        output_mode: "update",
      },
      computed: {
        sql:
          `SELECT upper(k) AS u, n % 2 + 1 AS odd, sum(n) AS n, count(k) AS k, grouping_id(upper(k), n % 2 + 1) AS id
          FROM t GROUP BY CUBE (upper(k), n % 2 + 1)`,
        output_mode: "update",
      },
      ordinals: {
        sql: "SELECT 1 AS one, k, count(*) AS c FROM t GROUP BY ROLLUP (1, 2)",
        output_mode: "update",
      },
      having: {
        sql: `SELECT k, n, count(*) AS c FROM t GROUP BY ROLLUP (k, n)
          HAVING grouping_id() < 3 AND (grouping(n) = 1 OR count(*) > 1) AND (k IS NULL OR k <> 'c')`,
        output_mode: "update",
      },
      sorted: {
        sql:
          `SELECT k, n, count(*) AS c FROM t GROUP BY CUBE (k, n) ORDER BY grouping(k), grouping(n) DESC, k, n`,
        output_mode: "complete",
      },
    },
    batches,
  },
  {
    name: "GROUP BY ALL groups by all columns without an aggregate, ORDER BY ALL sorts by all",
    streams,
    queries: {
      ...in3(
        "window",
        `SELECT ${window} AS w, lower(k) AS k, count(*) AS c, sum(n) + 1 AS s FROM t GROUP BY ALL`,
      ),
      none: { sql: "SELECT count(*) AS c, max(n) AS n FROM t GROUP BY ALL", output_mode: "update" },
      sorted: {
        sql: "SELECT k, n % 2 AS odd, count(*) AS c FROM t GROUP BY ALL ORDER BY ALL DESC NULLS LAST",
        output_mode: "complete",
      },
      column: {
        sql: "SELECT `all`, count(*) AS c FROM (SELECT k AS `all`, n FROM t) GROUP BY ALL ORDER BY ALL",
        output_mode: "complete",
      },
    },
    batches,
  },
  {
    name: "An alias can be read by later columns, behind those of the relation",
    streams,
    queries: {
      rows: {
        sql:
          "SELECT upper(k) AS u, u || '!' AS v, n AS x, x + 1 AS y, v || y AS z FROM t WHERE n !< 1 AND n !> 4",
        output_mode: "append",
      },
      groups: {
        sql: "SELECT k AS key, key || '.' AS dotted, count(*) AS c, c + 1 AS d, d * c AS e FROM t GROUP BY k",
        output_mode: "update",
      },
      windows: {
        sql: `SELECT ${window} AS w, w.start AS a, a + INTERVAL 1 HOUR AS b, max(n) AS m, m + 1 AS k FROM t
          GROUP BY ${window}`,
        output_mode: "append",
      },
    },
    batches,
  },
];
