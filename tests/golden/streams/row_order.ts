/** Aggregates whose result depends on the order of rows, or that keep summaries: over batches and sessions. */
import type { Scenario, ScenarioQuery } from "../../support/stream_scenario.ts";
import { at, batch, COLUMNS } from "./records.ts";

const streams = { t: { columns: COLUMNS, watermark: "at 10 minutes" } };
const MODES = ["append", "update", "complete"] as const;

const PICKED = "first(n) AS f, last(n) AS l, any_value(k) AS a, first(n) IGNORE NULLS AS fn, " +
  "last(k, true) AS lk, first(x) FILTER (WHERE n > 1) AS fx, last_value(struct(k, n)) AS ls";
const LISTED = "collect_list(n) AS cl, listagg(k, '-') AS la, " +
  "listagg(k, ',') WITHIN GROUP (ORDER BY n DESC, k) AS lo, max_by(k, x) AS mx, min_by(n, x) AS mn";
const SPREAD = "mode(n, true) AS m, mode() WITHIN GROUP (ORDER BY k DESC) AS md, percentile(n, 0.4) AS p, " +
  "percentile_cont(0.25) WITHIN GROUP (ORDER BY x DESC) AS pc, " +
  "percentile_disc(array(0.2, 0.8)) WITHIN GROUP (ORDER BY n) AS pd, approx_percentile(n, 0.5) AS ap, " +
  "percentile_approx(at, array(0.1, 0.9), 5) AS at, histogram_numeric(n, 3) AS h";

const BATCHES = [
  batch(at("10:00", "a", 1), at("10:01", "b", 5), at("10:02", "a", null), at("10:03", null, 2)),
  batch(at("10:04", "a", 3), at("10:31", "c", 7), at("10:05", "a", 3), at("10:04", "b", null)),
  batch(at("10:32", "b", -2), at("10:05", "b", 4), at("10:33", null, null), at("10:33", "c", 8)),
  batch(at("11:00", "d", 0), at("11:00", "d", 9), at("11:01", "d", 4), at("11:01", "d", 6)),
  batch(at("11:01", "d", 0), at("11:02", "a", 8), at("11:02", "d", 5), at("11:03", "d", 20)),
];

/** A query by windows in each mode. */
function byWindow(columns: string): Record<string, ScenarioQuery> {
  return Object.fromEntries(
    MODES.map((mode) => [mode, {
      sql: `SELECT window(at, '10 minutes') AS w, ${columns} FROM t GROUP BY window(at, '10 minutes')`,
      output_mode: mode,
    }]),
  );
}

/** A query without keys, and one by a key. */
function plain(columns: string): Record<string, ScenarioQuery> {
  return {
    whole: { sql: `SELECT ${columns} FROM t`, output_mode: "complete" },
    byKey: { sql: `SELECT k AS g, ${columns} FROM t GROUP BY k`, output_mode: "update" },
  };
}

export const ROW_ORDER: readonly Scenario[] = [
  ...[["Values that are picked", PICKED], ["Values in a list", LISTED], ["Shares and modes", SPREAD]].map((
    [what, columns],
  ): Scenario => ({
    name: `${what} are those of all batches, in each mode`,
    streams,
    queries: { ...byWindow(columns!), ...plain(columns!) },
    batches: BATCHES,
  })),
  {
    name: "Rows of a session are in the order of its parts",
    streams,
    queries: Object.fromEntries((["append", "complete"] as const).map((mode) => [mode, {
      sql: `SELECT session_window(at, '5 minutes') AS s, k AS g, ${PICKED}, ${LISTED}, mode(n, true) AS m
        FROM t GROUP BY session_window(at, '5 minutes'), k`,
      output_mode: mode,
    }])),
    batches: [
      batch(at("10:06", "a", 6), at("10:02", "a", 2), at("10:02", "a", 3), at("10:20", "b", 1)),
      batch(at("10:04", "a", 4), at("10:00", "a", 0), at("10:25:01", "b", 2), at("10:22", "b", 3)),
      batch(at("10:09", "a", null), at("10:15", "a", 9), at("10:12", "a", 8), at("10:28", "b", 4)),
      batch(at("10:50", "c", 1)),
      batch(at("11:30", "c", 1)),
    ],
  },
];
