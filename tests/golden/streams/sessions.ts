/** Session windows. */
import type { Scenario } from "../../support/stream_scenario.ts";
import { at, batch, COLUMNS } from "./records.ts";

const streams = { t: { columns: COLUMNS, watermark: "at 10 minutes" } };
const session = "session_window(at, '5 minutes')";
const byKey = `SELECT ${session} AS s, k, count(*) AS c, sum(n) AS n FROM t GROUP BY ${session}, k`;

export const SESSIONS: readonly Scenario[] = [
  {
    name: "Events of a key within the gap are one session, in whatever order and batch they come",
    streams,
    queries: {
      append: { sql: byKey, output_mode: "append" },
      complete: { sql: byKey, output_mode: "complete" },
      all: {
        sql: `SELECT k, session_window.start AS a, session_window.end AS z, max(x) AS x FROM t
          GROUP BY k, ${session} HAVING count(*) > 1`,
        output_mode: "append",
      },
    },
    batches: [
      batch(at("10:00"), at("10:04"), at("10:10"), at("10:02", "b"), at("10:03", null)),
      batch(at("10:08:59.999"), at("10:12", "b"), at(null, "b")),
      batch(at("10:15"), at("10:09"), at("10:40", "c")),
      batch(at("10:20"), at("10:26", "b"), at("10:41", "c")),
      batch(at("10:21"), at("10:22", "b"), at("10:24"), at("11:00", "c")),
      batch(at("11:30")),
    ],
  },
  {
    name: "Sessions of several partitions meet",
    streams,
    partitions: 2,
    queries: { append: { sql: byKey, output_mode: "append" } },
    batches: [
      batch(at("10:00"), at("10:05"), at("10:09:59"), at("10:20")),
      batch(at("10:05:01"), at("10:04"), at("10:30")),
      batch(at("11:00"), at("11:01", "b")),
    ],
  },
  {
    name: "Sessions are of rows that are left: of two streams, without duplicates, behind a filter",
    streams: { ...streams, s: { columns: "at TIMESTAMP, k STRING, n INT", watermark: "at 5 minutes" } },
    queries: {
      union: {
        sql: `SELECT session_window(at, '5 minutes') AS s, k, count(*) AS c
          FROM (SELECT at, k FROM t UNION ALL SELECT at, k FROM s) GROUP BY 1, 2`,
        output_mode: "append",
      },
      once: { sql: byKey, output_mode: "append", deduplicate: "n, k" },
      filtered: {
        sql: `SELECT k, ${session} AS s, avg(n) AS n FROM t WHERE n > 1 GROUP BY k, ${session}
          HAVING session_window.end > TIMESTAMP '2018-12-31 10:06:00' AND k <> 'c'`,
        output_mode: "append",
      },
      distinct: { sql: `SELECT DISTINCT ${session} AS s, k FROM t`, output_mode: "append" },
      plain: { sql: `SELECT ${session} AS s, k FROM t`, output_mode: "append" },
    },
    batches: [
      {
        t: [at("10:00", "a", 2), at("10:03", "a", 2), at("10:01", "c", 3)],
        s: [at("10:04"), at("10:06", "b")],
      },
      { t: [at("10:07", "a", 2), at("10:20", "a", 1)], s: [at("10:08"), at("10:25", "c")] },
      { t: [at("10:21", "a", 4), at("10:40", "b", 5)], s: [at("10:31", "b"), at("10:33", "b")] },
      { t: [at("11:00", "a", 4)], s: [at("11:00", "b")] },
    ],
  },
  {
    name: "A late session counts once for each partition and each branch that contains it",
    streams: { ...streams, s: { columns: COLUMNS, watermark: "at 10 minutes" } },
    partitions: 2,
    queries: {
      one: { sql: byKey, output_mode: "append" },
      all: { sql: byKey, output_mode: "complete" },
      union: {
        sql: `SELECT ${session} AS s, k, count(*) AS c
          FROM (SELECT at, k FROM t UNION ALL SELECT at, k FROM s) GROUP BY 1, 2`,
        output_mode: "append",
      },
      twice: {
        sql: `SELECT ${session} AS s, k, count(*) AS c
          FROM (SELECT at, k FROM t UNION ALL SELECT at, k FROM t) GROUP BY 1, 2`,
        output_mode: "append",
      },
    },
    batches: [
      { t: [at("12:00"), at("12:00")], s: [at("12:00"), at("12:00")] },
      { t: [at("12:01"), at("12:01")], s: [at("12:01"), at("12:01")] },
      {
        // The first partition has those at the even places.
        t: [at("09:00"), at("09:00"), at("09:00"), at("09:01"), at("09:00", "b"), at("09:00")],
        s: [at("09:00"), at("10:00", "b"), at("09:00"), at("09:30")],
      },
      { t: [at("12:02"), at("12:02", "b")], s: [at("12:02"), at("09:00")] },
    ],
  },
];
