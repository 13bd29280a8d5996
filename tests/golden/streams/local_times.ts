/** Windows, sessions and keys of a TIMESTAMP_NTZ: what a clock shows, in no time zone. */
import type { Scenario, ScenarioQuery } from "../../support/stream_scenario.ts";

const COLUMNS = "at TIMESTAMP, l TIMESTAMP_NTZ, k STRING, n INT";
const streams = { t: { columns: COLUMNS, watermark: "at 10 minutes" } };

/** A record that came at a time of UTC, and what a clock showed. */
function shown(at: string, l: string | null, k = "a"): string {
  return JSON.stringify({ at: `2018-03-11T${at}:00Z`, l, k, n: 1 });
}

const update = (sql: string): ScenarioQuery => ({ sql, output_mode: "update" });
const complete = (sql: string): ScenarioQuery => ({ sql, output_mode: "complete" });
const append = (sql: string): ScenarioQuery => ({ sql, output_mode: "append" });

/** The clocks of Los Angeles show no 02:30 on this day, and on the 4th of November 01:30 twice. */
const batches = [
  {
    t: [
      shown("09:00", "2018-03-11T01:00:00"),
      shown("09:59", "2018-03-11T01:59:59.999999", "b"),
      shown("10:05", "2018-03-11T02:30:00"),
      shown("10:06", null),
    ],
  },
  { t: [shown("10:30", "2018-03-11T03:30:00"), shown("10:31", "2018-11-04T01:30:00", "b")] },
  { t: [shown("10:20", "1969-12-31T23:59:00"), shown("11:31", "0001-01-01T00:00:00", "b")] },
  {
    t: [
      shown("12:00", "2018-03-11T02:31:00"),
      shown("12:01", "2018-03-12T01:00:00"),
      shown("09:01", "2018-03-11T01:01:00"),
    ],
  },
  { t: [shown("14:00", "9999-12-31T23:59:59")] },
];

export const LOCAL_TIMES: readonly Scenario[] = [
  {
    name: "Windows over a TIMESTAMP_NTZ are of what clocks show, in whatever time zone",
    timeZone: "America/Los_Angeles",
    streams,
    queries: {
      tumbling: update("SELECT window(l, '10 minutes') AS w, count(*) AS c FROM t GROUP BY 1"),
      sliding: complete(
        "SELECT window(l, '1 hour', '20 minutes', '5 minutes') AS w, k, sum(n) AS s FROM t GROUP BY 1, 2",
      ),
      days: complete(
        "SELECT window(l, '1 day').start AS day, min(l) AS first, max(l) AS last FROM t GROUP BY window(l, '1 day')",
      ),
      localDays: update(
        "SELECT window(CAST(at AS TIMESTAMP_NTZ), '1 day') AS w, count(*) AS c FROM t GROUP BY 1",
      ),
      rows: append(
        "SELECT window(l, '15 minutes') AS w, window(l, '15 minutes').end AS e, k FROM t WHERE k = 'a'",
      ),
      above: complete(
        "SELECT w.start AS s, c FROM (SELECT window(l, '1 hour') AS w, count(*) AS c FROM t GROUP BY 1) WHERE w.end > TIMESTAMP_NTZ '2018-03-11 02:00:00'",
      ),
      ofWindows: append(
        "SELECT window(w, '1 hour') AS h, window_time(w) AS e FROM (SELECT window(l, '10 minutes') AS w FROM t)",
      ),
    },
    batches,
  },
  {
    name: "Sessions over a TIMESTAMP_NTZ have days of 24 hours, and months of the calendar",
    timeZone: "America/Los_Angeles",
    streams,
    queries: {
      minutes: complete("SELECT session_window(l, '31 minutes') AS s, k, count(*) AS c FROM t GROUP BY 1, 2"),
      day: complete("SELECT session_window(l, '1 day') AS s, k, count(*) AS c FROM t GROUP BY 1, 2"),
      month: complete("SELECT session_window(l, '1 month') AS s, k, count(*) AS c FROM t GROUP BY 1, 2"),
      chosen: complete(
        "SELECT session_window(l, CASE k WHEN 'a' THEN '1 day 2 hours' ELSE '5 minutes' END) AS s, k, count(*) AS c FROM t GROUP BY 1, 2",
      ),
    },
    batches: batches.slice(0, -1),
  },
  {
    name: "A TIMESTAMP_NTZ is a key of groups, of duplicates and of joins, beside the event time",
    timeZone: "America/Los_Angeles",
    streams: {
      ...streams,
      u: { columns: "l TIMESTAMP_NTZ, at TIMESTAMP, v INT", watermark: "at 10 minutes" },
    },
    queries: {
      groups: append("SELECT at, l, count(*) AS c FROM t GROUP BY at, l"),
      windows: append("SELECT window(at, '30 minutes') AS w, l, count(*) AS c FROM t GROUP BY 1, 2"),
      cube: update("SELECT l, k, count(*) AS c FROM t GROUP BY CUBE (l, k)"),
      distinct: update("SELECT DISTINCT date_trunc('hour', l) AS h FROM t"),
      joined: append("SELECT l, k, v FROM t JOIN u USING (l)"),
      joinedWindows: append(
        "SELECT w, k, v FROM (SELECT window(l, '1 hour') AS w, k FROM t) JOIN (SELECT window(l, '1 hour') AS w, v FROM u) USING (w)",
      ),
      once: { sql: "SELECT l, k FROM t", output_mode: "append", deduplicate: "l" },
    },
    batches: batches.map(({ t }, index) => ({
      t,
      u: [
        JSON.stringify({ l: `2018-03-11T0${index + 1}:30:00`, at: `2018-03-11T1${index}:00:00Z`, v: index }),
      ],
    })),
  },
];
