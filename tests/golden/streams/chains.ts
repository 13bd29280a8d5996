/** Several stateful operators, one after the other, in append mode. */
import type { Scenario, ScenarioQuery } from "../../support/stream_scenario.ts";
import { at, batch, COLUMNS } from "./records.ts";

const streams = { t: { columns: COLUMNS, watermark: "at 10 minutes" } };
const tables = {
  codes: {
    columns: "code STRING AS k, label STRING",
    rows: [`{"code":"a","label":"first"}`, `{"code":"b","label":"second"}`, `{"code":"b","label":"again"}`],
  },
};
const BATCHES = [
  batch(at("10:00", "a", 1), at("10:01", "b", 5), at("10:02", "a", null), at("10:03", null, 2)),
  batch(at("10:14", "a", 3), at("10:31", "c", 7), at("10:31", "b", 1)),
  batch(at("10:32", "b", -2), at("10:05", "b", 4), at("10:33", null, null)),
  batch(at("11:00", "d", 0), at("11:00:30", "a", 2), at("10:41", "a", 2)),
  batch(at("11:21", "d", 0), at("11:02", "a", 8), at("10:20", "a", 9)),
  batch(at("12:40", "b", 1)),
  batch(at("13:05", "b", 2), at("12:31", "a", 2)),
];

const TENS = "SELECT window(at, '10 minutes') AS w, k, count(*) AS n, sum(n) AS s FROM t GROUP BY 1, 2";
const SESSIONS = "SELECT session_window(at, '5 minutes') AS w, k, count(*) AS n FROM t GROUP BY 1, 2";
const append = (sql: string): ScenarioQuery => ({ sql, output_mode: "append" });

export const CHAINS: readonly Scenario[] = [
  {
    name: "Windows over windows: by the time of a window, by the window as a time, and by the window itself",
    streams,
    queries: {
      times: append(
        `SELECT window(window_time(w), '30 minutes') AS v, sum(n) AS n FROM (${TENS}) GROUP BY 1`,
      ),
      windows: append(
        `SELECT window(w, '1 hour', '30 minutes') AS v, k, max(s) AS s FROM (${TENS}) GROUP BY 1, 2`,
      ),
      same: append(`SELECT w, count(*) AS keys, sum(n) AS n FROM (${TENS}) GROUP BY w`),
      times_alone: append(`SELECT window_time(w) AS at, count(k) AS keys FROM (${TENS}) GROUP BY 1`),
    },
    batches: BATCHES,
  },
  {
    name: "What stands between two aggregations filters, computes and joins",
    streams,
    tables,
    queries: {
      having: append(
        `SELECT window(w, '30 minutes') AS v, sum(n) AS n FROM (${TENS} HAVING count(*) > 1) GROUP BY 1`,
      ),
      filtered: append(
        `SELECT window(w, '30 minutes') AS v, count(*) AS c FROM (${TENS}) WHERE s > 1 GROUP BY 1`,
      ),
      keyed: append(
        `SELECT v, n FROM (SELECT window(w, '30 minutes') AS v, k, sum(n) AS n FROM (${TENS}) GROUP BY 1, 2) WHERE k = 'a'`,
      ),
      joined: append(
        `SELECT window(w, '30 minutes') AS v, label, sum(n) AS n FROM (${TENS}) JOIN codes USING (k) GROUP BY 1, 2`,
      ),
      after: append(
        `SELECT v.start AS since, label, n FROM (SELECT window(w, '30 minutes') AS v, k, sum(n) AS n FROM (${TENS}) GROUP BY 1, 2)
          LEFT JOIN codes USING (k) WHERE n > 1`,
      ),
      limited: append(`SELECT window(w, '30 minutes') AS v, sum(n) AS n FROM (${TENS}) GROUP BY 1 LIMIT 2`),
      limited_before: append(
        `SELECT window(w, '30 minutes') AS v, sum(n) AS n FROM (SELECT w, n FROM (${TENS}) WHERE k = 'a' LIMIT 100) GROUP BY 1`,
      ),
    },
    batches: BATCHES,
  },
  {
    name: "Sessions over windows, windows over sessions, and sessions that are merged again",
    streams,
    queries: {
      sessions: append(
        `SELECT session_window(window_time(w), '20 minutes') AS v, k, sum(n) AS n FROM (${TENS}) GROUP BY 1, 2`,
      ),
      windows: append(`SELECT window(w, '1 hour') AS v, k, sum(n) AS n FROM (${SESSIONS}) GROUP BY 1, 2`),
      merged: append(`SELECT w, n, count(*) AS keys FROM (${SESSIONS}) GROUP BY w, n`),
    },
    batches: BATCHES,
  },
  {
    name: "DISTINCT over groups, and groups of DISTINCT rows",
    streams,
    queries: {
      distinct: append(`SELECT DISTINCT w, n FROM (${TENS})`),
      groups: append(
        "SELECT window(at, '10 minutes') AS w, count(*) AS n FROM (SELECT DISTINCT at, k FROM t) GROUP BY 1",
      ),
    },
    batches: BATCHES,
  },
  {
    name: "Rows are deduplicated, then grouped, then grouped again",
    streams,
    queries: {
      once: {
        sql: `SELECT window(at, '10 minutes') AS w, count(*) AS n FROM t GROUP BY 1`,
        output_mode: "append",
        deduplicate: "k",
      },
      twice: {
        sql: `SELECT window(w, '30 minutes') AS v, count(*) AS c, sum(n) AS n FROM (${TENS}) GROUP BY 1`,
        output_mode: "append",
        deduplicate: "k, n",
      },
    },
    batches: BATCHES,
  },
  {
    name: "Three aggregations, and groups of a UNION ALL of groups",
    streams,
    queries: {
      three: append(
        `SELECT v, max(n) AS n FROM (SELECT window(w, '30 minutes') AS v, k, sum(n) AS n FROM (${TENS}) GROUP BY 1, 2) GROUP BY v`,
      ),
      growing: append(
        `SELECT window(v, '1 hour') AS u, sum(n) AS n FROM (SELECT window(w, '20 minutes') AS v, sum(n) AS n FROM (${TENS}) GROUP BY 1) GROUP BY 1`,
      ),
      united: append(
        `SELECT w, sum(n) AS n FROM (${TENS} UNION ALL SELECT window(at, '10 minutes'), 'x', count(*), 0L FROM t WHERE n > 1 GROUP BY 1) GROUP BY w`,
      ),
      rows: append(
        `SELECT window(at, '30 minutes') AS v, sum(n) AS n
          FROM (SELECT window_time(w) AS at, n FROM (${TENS}) UNION ALL SELECT at, n FROM t) GROUP BY 1`,
      ),
    },
    batches: BATCHES,
  },
];
