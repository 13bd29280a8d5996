/** What follows an aggregation without a state of its own: expressions, filters, joins with tables, ORDER BY and LIMIT. */
import type { Scenario, ScenarioQuery } from "../../support/stream_scenario.ts";
import { at, batch, COLUMNS } from "./records.ts";

const streams = { t: { columns: COLUMNS, watermark: "at 10 minutes" } };
const tables = {
  codes: {
    columns: "code STRING AS k, label STRING, rank INT",
    rows: [
      `{"code":"a","label":"first","rank":1}`,
      `{"code":"b","label":"second","rank":2}`,
      `{"code":"b","label":"again","rank":3}`,
      `{"code":null,"label":"null","rank":4}`,
      `{"code":"d","label":null}`,
    ],
  },
};
const BATCHES = [
  batch(at("10:00", "a", 1), at("10:01", "b", 5), at("10:02", "a", null), at("10:03", null, 2)),
  batch(at("10:04", "a", 3), at("10:31", "c", 7), at("10:31", "b", 1)),
  batch(at("10:32", "b", -2), at("10:05", "b", 4), at("10:33", null, null)),
  batch(at("11:00", "d", 0), at("11:00:30", "a", 2)),
  batch(at("11:01", "d", 0), at("11:02", "a", 8)),
  batch(at("11:40", "b", 1)),
];

const MODES = ["append", "update", "complete"] as const;
const WINDOWS = "SELECT window(at, '10 minutes') AS w, k, count(*) AS n, sum(n) AS s FROM t GROUP BY 1, 2";
const KEYS = "SELECT k, count(*) AS n, sum(n) AS s, max(at) AS last FROM t GROUP BY k";

/** A query in each of some modes. */
function inModes(
  sql: string,
  modes: readonly (typeof MODES[number])[] = MODES,
): Record<string, ScenarioQuery> {
  return Object.fromEntries(modes.map((mode) => [mode, { sql, output_mode: mode }]));
}

const CHANGING = ["update", "complete"] as const;

export const AFTER_GROUPS: readonly Scenario[] = [
  {
    name: "Groups are filtered by what they are and by their keys, and computed with, in each mode",
    streams,
    queries: {
      ...inModes(
        `SELECT window_time(w) AS at, upper(k) AS k, n + s AS both FROM (${WINDOWS}) WHERE n > 1 OR k = 'b'`,
      ),
    },
    batches: BATCHES,
  },
  {
    name: "A condition on a key alone keeps rows from becoming groups, and one on a result does not",
    streams,
    queries: {
      ...inModes(`SELECT * FROM (${KEYS}) AS g WHERE k <> 'a' AND n > 1`, CHANGING),
      result: { sql: `SELECT k FROM (${KEYS}) WHERE n > 1`, output_mode: "update" },
      compared: { sql: `SELECT k, s FROM (${KEYS}) WHERE n < length(k) * 3`, output_mode: "update" },
      windows: {
        sql:
          `SELECT w.start, n FROM (${WINDOWS}) WHERE w.start > TIMESTAMP '2018-12-31 10:15:00' AND k IS NOT NULL`,
        output_mode: "append",
      },
    },
    batches: BATCHES,
  },
  {
    name: "Groups are joined with a table: none, one or several rows of a group",
    streams,
    tables,
    queries: Object.fromEntries(
      (["INNER", "LEFT", "LEFT SEMI", "LEFT ANTI"] as const).flatMap((type) =>
        MODES.map((mode) => [`${type} ${mode}`.toLowerCase().replaceAll(" ", "_"), {
          sql: `SELECT g.k, n${/SEMI|ANTI/.test(type) ? "" : ", label, rank"} FROM (${
            mode === "append" ? WINDOWS : KEYS
          }) AS g ${type} JOIN codes ON g.k = codes.k`,
          output_mode: mode,
        }])
      ),
    ),
    batches: BATCHES,
  },
  {
    name: "The groups that a join with a table keeps may depend on results, and be sorted and limited",
    streams,
    tables,
    queries: {
      more: {
        sql: `SELECT a.n, c.label FROM (${KEYS}) a LEFT JOIN codes c ON a.k = c.k AND a.n >= c.rank`,
        output_mode: "update",
      },
      required: {
        sql: `SELECT a.n, label FROM (${KEYS}) a LEFT JOIN codes USING (k) WHERE label <> 'again'`,
        output_mode: "update",
      },
      sorted: {
        sql:
          `SELECT a.n, label, k FROM (${KEYS}) a LEFT JOIN codes USING (k) ORDER BY n DESC, label NULLS LAST, k LIMIT 4`,
        output_mode: "complete",
      },
      other: {
        sql: `SELECT label FROM (${KEYS}) a JOIN codes USING (k) ORDER BY rank DESC NULLS LAST, 1`,
        output_mode: "complete",
      },
      limited: {
        sql: `WITH g AS (${WINDOWS}) SELECT w.end AS upto, label, n FROM g JOIN codes USING (k) LIMIT 3`,
        output_mode: "append",
      },
    },
    batches: BATCHES,
  },
  {
    name: "A complete result is sorted and limited in a subquery, and then filtered",
    streams,
    queries: {
      filtered: {
        sql:
          `SELECT * FROM (SELECT k, count(*) AS n FROM t GROUP BY k ORDER BY n DESC, k LIMIT 2) WHERE n < 4`,
        output_mode: "complete",
      },
      again: {
        sql:
          `SELECT n, k FROM (SELECT k, count(*) AS n FROM t GROUP BY k ORDER BY n DESC, k LIMIT 3) ORDER BY n, k LIMIT 2`,
        output_mode: "complete",
      },
      sorted: {
        sql:
          `SELECT n FROM (SELECT k, count(*) AS n FROM t GROUP BY k ORDER BY k) WHERE n > 1 ORDER BY n DESC`,
        output_mode: "complete",
      },
    },
    batches: BATCHES,
  },
  {
    name: "LIMIT before an aggregation passes the first rows of all batches",
    streams,
    queries: {
      update: { sql: "SELECT k, n FROM (SELECT * FROM t LIMIT 5) WHERE n > 1", output_mode: "append" },
      complete: {
        sql: "SELECT k, count(*) AS n FROM (SELECT * FROM t LIMIT 6) GROUP BY k",
        output_mode: "complete",
      },
      append: {
        sql: "SELECT window(at, '10 minutes') AS w, count(*) AS n FROM (SELECT * FROM t LIMIT 6) GROUP BY 1",
        output_mode: "append",
      },
      twice: { sql: "SELECT k FROM (SELECT k, n FROM t LIMIT 7) WHERE n > 0 LIMIT 4", output_mode: "append" },
    },
    batches: BATCHES,
  },
  {
    name: "UNION ALL of groups, and of groups and rows, has the rows of both",
    streams,
    queries: {
      ...inModes(`${WINDOWS} UNION ALL SELECT window(at, '1 hour'), 'all', count(*), 0L FROM t GROUP BY 1`),
      rows_append: {
        sql:
          `SELECT window_time(w) AS at, k, n FROM (${WINDOWS}) UNION ALL SELECT at, k, n FROM t WHERE n > 1`,
        output_mode: "append",
      },
      rows_update: { sql: `SELECT k, n FROM (${KEYS}) UNION ALL SELECT k, n FROM t`, output_mode: "update" },
      rows_complete: {
        sql:
          `SELECT k, n FROM (${KEYS}) UNION ALL SELECT k, n FROM t ORDER BY n NULLS FIRST, k NULLS LAST LIMIT 6`,
        output_mode: "complete",
      },
      limited: { sql: "(SELECT k FROM t LIMIT 2) UNION ALL SELECT upper(k) FROM t", output_mode: "append" },
    },
    batches: BATCHES,
  },
];
