/** Times whose microseconds are more than a double holds: in the year 9999, after it, and long ago. */
import type { Scenario } from "../../support/stream_scenario.ts";
import { batch, COLUMNS } from "./records.ts";

const streams = { t: { columns: COLUMNS, watermark: "at 10 minutes" } };

function event(at: string, k = "a", n = 1): string {
  return JSON.stringify({ at, k, n, x: n / 4 });
}

/** Windows with their ends to the microsecond; JSON has milliseconds. */
function windows(window: string): string {
  const name = window.slice(0, window.indexOf("("));
  return `SELECT unix_micros(${name}.start) AS a, unix_micros(${name}.end) AS z, k, count(*) AS n,
    unix_micros(max(at)) AS last FROM t GROUP BY ${window}, k`;
}

const QUERIES: Scenario["queries"] = {
  rows: { sql: "SELECT at, unix_micros(at) AS m, CAST(at AS STRING) AS s FROM t", output_mode: "append" },
  times: { sql: "SELECT unix_micros(at) AS m, count(*) AS n FROM t GROUP BY at", output_mode: "update" },
  known: { sql: "SELECT at, k, count(*) AS n FROM t GROUP BY at, k", output_mode: "append" },
  tumbling: { sql: windows("window(at, '10 minutes')"), output_mode: "append" },
  sliding: { sql: windows("window(at, '1 second', '300 milliseconds')"), output_mode: "append" },
  sessions: { sql: windows("session_window(at, '5 minutes')"), output_mode: "append" },
  open: { sql: windows("session_window(at, '2 seconds')"), output_mode: "complete" },
  first: { sql: "SELECT unix_micros(at) AS m, k FROM t", output_mode: "append", deduplicate: "k" },
  ends: {
    sql: `SELECT k, unix_micros(min(at)) AS a, unix_micros(max(at)) AS z, max_by(n, at) AS n,
      approx_count_distinct(at) AS d, size(collect_set(at)) AS s FROM t GROUP BY k`,
    output_mode: "complete",
  },
  ordered: {
    sql: `SELECT CAST(at AS STRING) AS s, count(*) AS n FROM t GROUP BY at
      HAVING at <> TIMESTAMP '9999-12-31T23:59:59.999997Z' ORDER BY at DESC`,
    output_mode: "complete",
  },
  days: {
    sql: "SELECT CAST(at AS DATE) AS day, hour(at) AS h, sum(n) AS n FROM t GROUP BY 1, 2",
    output_mode: "update",
  },
};

export const FAR_TIMES: readonly Scenario[] = [
  {
    name: "The microseconds before the year 10000 are told apart",
    streams,
    queries: QUERIES,
    batches: [
      batch(
        event("9999-12-31T23:49:59.999999Z"),
        event("9999-12-31T23:50:00Z", "b"),
        event("9999-12-31T23:52:30.000001Z", "a", 2),
        event("9999-12-31T23:57:30.000001Z", "a", 3),
        event("9999-12-31T23:57:30.000002Z", "b", 3),
      ),
      batch(
        event("9999-12-31T23:59:59.999997Z"),
        event("9999-12-31T23:59:59.999998Z", "a", 2),
        event("9999-12-31T23:59:59.999999Z", "b", 3),
        event("9999-12-31T23:47:30.001999Z", "c", 4),
        event("9999-12-31T23:47:30Z", "c", 5),
        event("9999-12-31T23:59:59.999997Z", "c", 6),
      ),
      batch(
        event("+10000-01-01T00:09:59.999999Z"),
        event("9999-12-31T23:49:59.999999Z", "late"),
        event("9999-12-31T23:50:00.000001Z", "d"),
      ),
      batch(event("+10000-01-01T00:20:00.000001Z"), event("+10000-01-01T00:09:59.999998Z", "e")),
      batch(event("+10000-01-01T00:40:00Z")),
    ],
  },
  {
    name: "Times around the years 2255 and 3000 are told apart, in a zone whose clocks change",
    timeZone: "America/Los_Angeles",
    streams,
    queries: QUERIES,
    batches: [
      batch(
        event("2255-06-05T23:47:34.740991Z"),
        event("2255-06-05T23:47:34.740992Z", "b"),
        event("2255-06-05T23:47:34.740993Z", "a", 2),
        event("2255-06-05T23:47:34.740994Z", "a", 3),
        event("2255-06-05T23:42:34.740993Z", "a", 4),
      ),
      batch(
        event("2999-12-31 23:59:59.999999"),
        event("2999-12-31 23:59:59.999998", "b"),
        event("2999-12-31 23:59:59.999997", "a", 2),
        event("2255-06-05T23:37:34.740992Z", "c"),
        event("2255-06-05T23:37:34.739999Z", "c"),
      ),
      batch(event("3000-01-01 00:10:00.000001"), event("3000-03-09 02:30:00.000001", "b")),
      batch(event("3000-11-02 01:30:00.000001"), event("3000-11-02T09:30:00.000001Z", "b")),
    ],
  },
  {
    name: "Times before 1684 are in groups, windows and sessions of their own",
    timeZone: "America/Los_Angeles",
    streams: { t: { columns: COLUMNS } },
    queries: Object.fromEntries(
      ["times", "tumbling", "sliding", "sessions", "ends", "ordered", "days"].map((name) => [
        name,
        { sql: QUERIES[name]!.sql, output_mode: "complete" } as const,
      ]),
    ),
    batches: [
      batch(
        event("1684-07-28T00:12:25.259007Z"),
        event("1684-07-28T00:12:25.259008Z", "b"),
        event("1684-07-28T00:12:25.259009Z", "a", 2),
        event("1684-07-28T00:12:25.259010Z", "a", 3),
        event("0001-01-01 00:00:00.000001", "a", 4),
        event("0000-12-31 23:59:59.999999", "a", 5),
        event("1582-10-10 12:00:00.000001", "a", 6),
        event("-290308-12-22T00:00:00.000001Z", "a", 7),
      ),
    ],
  },
  {
    name: "A watermark goes on behind the years that Date has",
    streams: { t: { columns: COLUMNS, watermark: "at 1 minute" } },
    queries: QUERIES,
    batches: [
      batch(event("275760-09-12T23:59:59.999999Z"), event("275760-09-13T00:00:00.000001Z", "b")),
      batch(event("280000-02-29T12:00:00.000001Z"), event("280000-02-29T12:00:00.000003Z", "b")),
      batch(event("280000-02-29T12:03:00.002Z"), event("280000-02-29T12:01:59.999999Z", "b")),
      batch(event("280000-02-29T13:00:00.000002Z")),
    ],
  },
];
