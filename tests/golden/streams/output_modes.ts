/** Append, update and complete; HAVING, ORDER BY and LIMIT in them; aggregates over batches. */
import type { Scenario, ScenarioQuery } from "../../support/stream_scenario.ts";
import { at, batch, COLUMNS } from "./records.ts";

const streams = { t: { columns: COLUMNS, watermark: "at 10 minutes" } };

const complete = (sql: string): ScenarioQuery => ({ sql, output_mode: "complete" });
const BATCHES = [
  batch(at("10:00", "a", 1), at("10:01", "b", 5), at("10:02", "a", null), at("10:03", null, 2)),
  batch(at("10:04", "a", 3), at("10:31", "c", 7)),
  batch(at("10:32", "b", -2), at("10:05", "b", 4), at("10:33", null, null)),
  batch(at("11:00", "d", 0)),
  batch(at("11:01", "d", 0), at("11:02", "a", 8)),
];

const AGGREGATES =
  "count(*) AS c, count(n) AS cn, sum(n) AS s, avg(n) AS a, min(n) AS lo, max(n) AS hi, sum(x) AS sx, min(at) AS first, max(k) AS mk";

export const OUTPUT_MODES: readonly Scenario[] = [
  {
    name:
      "Append emits a group once, when it is evicted; update emits those that changed; complete emits all",
    streams,
    queries: Object.fromEntries(
      (["append", "update", "complete"] as const).map((mode) => [mode, {
        sql:
          `SELECT window(at, '10 minutes') AS w, k, ${AGGREGATES} FROM t GROUP BY window(at, '10 minutes'), k`,
        output_mode: mode,
      }]),
    ),
    batches: BATCHES,
  },
  {
    name: "A group by key alone is kept for ever, and one key is NULL",
    streams,
    queries: {
      update: { sql: `SELECT k, ${AGGREGATES} FROM t GROUP BY k`, output_mode: "update" },
      complete: { sql: `SELECT k, ${AGGREGATES} FROM t GROUP BY k`, output_mode: "complete" },
      expression: {
        sql: `SELECT upper(k) AS up, n > 2 AS big, count(*) AS n FROM t GROUP BY upper(k), n > 2`,
        output_mode: "update",
      },
    },
    batches: BATCHES,
  },
  {
    name: "Without keys there is one row, also before there is any record that counts",
    streams,
    queries: {
      update: { sql: `SELECT ${AGGREGATES} FROM t WHERE k = 'c'`, output_mode: "update" },
      complete: { sql: `SELECT ${AGGREGATES} FROM t WHERE k = 'c'`, output_mode: "complete" },
      all: { sql: "SELECT count(*) AS n, max(at) AS last FROM t", output_mode: "complete" },
    },
    batches: BATCHES,
  },
  {
    name: "HAVING is asked of what a batch gives, whatever it gave before",
    streams,
    queries: Object.fromEntries(
      (["append", "update", "complete"] as const).map((mode) => [mode, {
        sql: `SELECT window(at, '10 minutes') AS w, count(*) AS n FROM t GROUP BY window(at, '10 minutes')
          HAVING count(*) BETWEEN 2 AND 4 OR max(n) > 6`,
        output_mode: mode,
      }]),
    ),
    batches: BATCHES,
  },
  {
    name: "LIMIT of append mode counts the rows of all batches",
    streams,
    queries: {
      rows: { sql: "SELECT k, n FROM t LIMIT 4", output_mode: "append" },
      filtered: { sql: "SELECT k, n FROM t WHERE n > 1 LIMIT 3", output_mode: "append" },
      many: { sql: "SELECT k FROM t LIMIT 1000", output_mode: "append" },
      windows: {
        sql:
          "SELECT window(at, '10 minutes') AS w, count(*) AS n FROM t GROUP BY window(at, '10 minutes') LIMIT 2",
        output_mode: "append",
      },
    },
    batches: BATCHES,
  },
  {
    name: "ORDER BY and LIMIT apply to each complete result",
    streams,
    queries: {
      top: {
        sql: "SELECT k, count(*) AS n FROM t GROUP BY k ORDER BY n DESC, k LIMIT 2",
        output_mode: "complete",
      },
      nulls: {
        sql: "SELECT k, sum(n) AS s FROM t GROUP BY k ORDER BY s NULLS LAST, k DESC NULLS FIRST",
        output_mode: "complete",
      },
      hidden: { sql: "SELECT k FROM t GROUP BY k ORDER BY max(at) DESC, k", output_mode: "complete" },
      one: { sql: "SELECT k FROM t GROUP BY k ORDER BY k LIMIT 1", output_mode: "complete" },
      computed: {
        sql: "SELECT k AS key, count(*) AS m FROM t GROUP BY k ORDER BY m % 2 DESC, upper(key) DESC, max(n)",
        output_mode: "complete",
      },
      both: {
        // The column of the SELECT list goes before the stream's of that name.
        sql: "SELECT k, -sum(n) AS n FROM t GROUP BY k ORDER BY n + 0 NULLS LAST, k LIMIT 3",
        output_mode: "complete",
      },
      having: {
        sql: "SELECT k, avg(x) AS x FROM t GROUP BY k HAVING count(n) > 1 ORDER BY x, k LIMIT 3",
        output_mode: "complete",
      },
    },
    batches: BATCHES,
  },
  {
    name: "A query without state gives its rows batch by batch, in append and in update mode",
    streams,
    partitions: 2,
    queries: {
      append: { sql: "SELECT *, n * 2 AS twice FROM t WHERE n IS NOT NULL", output_mode: "append" },
      update: {
        sql: "SELECT k, x / n AS q, CASE WHEN n > 2 THEN 'big' ELSE k END AS c FROM t WHERE n <> 0",
        output_mode: "update",
      },
    },
    batches: BATCHES,
  },
  {
    name: "0.0 and −0.0 are one group, whose key is 0.0",
    streams: { t: { columns: COLUMNS } },
    queries: {
      column: complete("SELECT z, count(*) AS c FROM (SELECT n * -0.0D AS z FROM t) GROUP BY z"),
      computed: complete("SELECT sign(z) AS s, count(*) AS c FROM (SELECT n * -0.0D AS z FROM t) GROUP BY 1"),
      float: complete("SELECT CAST(n * -0.0D AS FLOAT) AS x, count(*) AS c FROM t GROUP BY 1"),
      distinct: complete("SELECT DISTINCT n * -0.0D AS z FROM t"),
      beside: complete("SELECT k, n * -0.0D AS z, count(*) AS c FROM t GROUP BY k, z HAVING z = 0"),
      session: complete(
        "SELECT session_window(at, '1 minute') AS w, n * -0.0D AS z, count(*) AS c FROM t GROUP BY w, z",
      ),
      aggregates: complete(
        "SELECT k, min(z), max(z), sum(z), avg(z), collect_list(z) FROM (SELECT k, n * -0.0D AS z FROM t) GROUP BY k",
      ),
      update: { sql: "SELECT n * -0.0D AS z, count(*) AS c FROM t GROUP BY z", output_mode: "update" },
    },
    batches: [
      batch(at("10:00", "a", 1), at("10:00", "b", 1), at("11:02", "c", -1)),
      batch(at("11:03", "a", -1), at("11:04", "d", 1), at("11:05", null, null)),
    ],
  },
];
