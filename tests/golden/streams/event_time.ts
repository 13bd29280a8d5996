/** Watermark, lateness, eviction, and batches without data. */
import type { Scenario, ScenarioQuery } from "../../support/stream_scenario.ts";
import { at, batch, COLUMNS } from "./records.ts";

const streams = { t: { columns: COLUMNS, watermark: "at 10 minutes" } };
const windowed =
  "SELECT window(at, '10 minutes') AS w, count(*) AS n FROM t GROUP BY window(at, '10 minutes')";
const append = { sql: windowed, output_mode: "append" } as const;
const update = { sql: windowed, output_mode: "update" } as const;
const complete = { sql: windowed, output_mode: "complete" } as const;

const LATER = "TIMESTAMP '2018-12-31 10:00:00'";

/** Two streams with delays of their own. */
const TWO_STREAMS: Omit<Scenario, "name"> = {
  streams: {
    t: { columns: COLUMNS, watermark: "at 10 minutes" },
    u: { columns: "moment TIMESTAMP, name STRING", watermark: "moment 1 hour" },
  },
  queries: {
    append: {
      sql: `SELECT window(at, '10 minutes') AS w, count(*) AS n
          FROM (SELECT at FROM t UNION ALL SELECT moment FROM u) GROUP BY window(at, '10 minutes')`,
      output_mode: "append",
    },
    rows: { sql: "SELECT k, at FROM t UNION ALL SELECT name, moment FROM u", output_mode: "append" },
    update: {
      sql: `SELECT k, window(at, '10 minutes').start AS start, count(*) AS n
          FROM (SELECT k, at FROM t UNION ALL SELECT name, moment FROM u)
          GROUP BY k, window(at, '10 minutes')`,
      output_mode: "update",
    },
  },
  batches: [
    { t: [at("10:00"), at("12:00")], u: [moment("10:00"), moment("10:30")] },
    { t: [at("12:10")], u: [moment("11:30"), moment("10:29")] },
    { t: [at("10:15", "b"), at("13:00")], u: [moment("10:25"), moment("12:00")] },
    { t: [at("10:16", "b"), at("10:45"), at("14:00")], u: [moment(null)] },
    { t: [at("10:17", "b"), at("10:46"), at("14:00")], u: [moment("15:00")] },
  ],
};

export const EVENT_TIME: readonly Scenario[] = [
  {
    name:
      "A row is late by the previous watermark: it counts in the first batch of the new one, and no longer after it",
    streams,
    queries: { append, update, complete },
    batches: [
      batch(at("10:00"), at("10:31")),
      batch(at("10:01"), at("10:32")),
      batch(at("10:02"), at("10:33")),
      batch(at("10:50")),
    ],
  },
  {
    name: "A window is emitted when the watermark reaches its end, not before",
    streams,
    queries: { append, update },
    batches: [
      batch(at("10:05"), at("10:19:59.999")),
      batch(at("10:20")),
      batch(at("10:20:00.001")),
      batch(at("10:29:59.999")),
      batch(at("10:30")),
      batch(at("11:30")),
    ],
  },
  {
    name: "The watermark never moves back",
    streams,
    queries: { append, update },
    batches: [batch(at("12:00")), batch(at("10:00")), batch(at("11:55")), batch(at("11:49"))],
  },
  {
    name: "The watermark follows the latest event of a batch, wherever it is",
    streams,
    partitions: 3,
    queries: { append, update },
    batches: [
      batch(at("10:00"), at("12:00"), at("11:00"), at("10:30")),
      batch(at("11:49"), at("11:50"), at("11:51")),
      batch(at("11:00"), at("11:01"), at("11:02"), at("11:55")),
      batch(at("13:00")),
    ],
  },
  {
    name: "Late rows count once for each group, whichever worker reads them",
    streams,
    partitions: 2,
    queries: {
      append,
      keyed: {
        sql:
          "SELECT k, window(at, '10 minutes') AS w, sum(n) AS n FROM t GROUP BY k, window(at, '10 minutes')",
        output_mode: "update",
      },
    },
    batches: [
      batch(at("12:00"), at("12:00")),
      batch(at("12:01"), at("12:01")),
      batch(at("09:00", "a"), at("09:01", "a"), at("09:02", "a"), at("09:03", "b"), at("09:20", "a")),
    ],
  },
  {
    name: "An event without a time is in no window, and does not move the watermark",
    streams,
    queries: {
      append,
      update,
      rows: { sql: "SELECT at, k FROM t", output_mode: "append" },
      groups: { sql: "SELECT at, count(*) AS n FROM t GROUP BY at", output_mode: "update" },
      byKey: { sql: "SELECT k, max(at) AS last, count(at) AS n FROM t GROUP BY k", output_mode: "update" },
    },
    batches: [
      batch(at(null), at("10:00")),
      batch(at(null), at(null, "b")),
      batch(at("11:00"), at(null)),
      batch(at("12:00"), at(null)),
    ],
  },
  {
    name: "The event time itself can be the key: a group leaves when the watermark reaches it",
    streams,
    queries: {
      append: { sql: "SELECT at, count(*) AS n FROM t GROUP BY at", output_mode: "append" },
      update: { sql: "SELECT at AS moment, k, count(*) AS n FROM t GROUP BY at, k", output_mode: "update" },
    },
    batches: [
      batch(at("10:00"), at("10:00"), at("10:05", "b")),
      batch(at("10:10")),
      batch(at("10:15"), at("10:00"), at("10:05")),
      batch(at("10:30"), at("10:05"), at("10:05:00.001")),
      batch(at("10:31")),
    ],
  },
  {
    name: "A no-data batch runs if the watermark has moved, in append and update mode only",
    streams,
    queries: {
      append,
      update,
      complete,
      stateless: { sql: "SELECT k, at FROM t WHERE n > 0", output_mode: "append" },
      statelessUpdate: { sql: "SELECT k, at FROM t", output_mode: "update" },
      byKey: { sql: "SELECT k, count(*) AS n FROM t GROUP BY k", output_mode: "update" },
    },
    batches: [
      batch(at("10:00")),
      "idle",
      batch(at("10:31")),
      "idle",
      batch(at("10:15")),
      "idle",
      batch(at("10:45"), at("10:20:59")),
      batch(at("10:46"), at("10:21")),
      "idle",
      batch(at("10:30")),
    ],
  },
  {
    name: "Without a watermark nothing is evicted, and there are no no-data batches",
    streams: { t: { columns: COLUMNS } },
    queries: { update, complete },
    batches: [batch(at("10:00")), "idle", batch(at("14:00")), "idle", batch(at("10:01"), at(null))],
  },
  {
    name: "A watermark of no delay lets a window go as soon as its end is seen",
    streams: { t: { columns: COLUMNS, watermark: "at 0 seconds" } },
    queries: { append, update },
    batches: [
      batch(at("10:00"), at("10:09:59.999")),
      batch(at("10:10")),
      batch(at("10:11"), at("10:01")),
      batch(at("10:12"), at("10:01")),
    ],
  },
  {
    name: "The watermark counts whole milliseconds",
    streams: { t: { columns: COLUMNS, watermark: "at 0 seconds" } },
    queries: { append },
    batches: [batch(at("10:09:59.9999")), batch(at("10:09:59.999999")), batch(at("10:10:00.000001"))],
  },
  {
    name: "A watermark before 1970 is held at 1970",
    streams,
    queries: { append, update },
    batches: [
      batch(`{"at":"1969-12-31T20:05:00","k":"a"}`, `{"at":"1960-02-29T20:05:00","k":"a"}`),
      batch(`{"at":"1969-12-31T23:59:59.5","k":"a"}`),
      batch(`{"at":"1970-01-01T00:05:00","k":"a"}`),
      batch(`{"at":"1970-01-01T00:15:00","k":"a"}`, `{"at":"1969-12-31T23:55:00","k":"a"}`),
      batch(`{"at":"1970-01-01T00:35:00","k":"a"}`, `{"at":"1969-12-31T23:55:00","k":"a"}`),
    ],
  },
  ...Object.entries({
    "WHERE of other columns": "FROM t WHERE k = 'a'",
    "WHERE of the time and more": "FROM t WHERE k = 'a' AND at < '2018-12-31 11:59:00'",
    "WHERE of the time": "FROM t WHERE at < '2018-12-31 11:29:00'",
    "WHERE with OR": "FROM t WHERE k = 'a' OR at < '2018-12-31 11:29:00'",
    "WHERE of what must not be": "FROM t WHERE NOT (k <> 'a' OR NOT (n > 0 AND at < '2018-12-31 11:59:00'))",
    "WHERE inside": "FROM (SELECT at, n + 1 AS m FROM t WHERE k IS NOT NULL) WHERE m > 0",
    "WHERE before an outer join": "FROM t LEFT JOIN codes ON t.k = codes.k WHERE n >= 0",
    "WHERE of what an outer join has found": "FROM t LEFT JOIN codes ON t.k = codes.k WHERE label = 'first'",
    "WHERE of what an outer join has not found":
      "FROM t LEFT JOIN codes ON t.k = codes.k WHERE label IS NULL",
    "an inner join": "FROM t JOIN codes ON t.k = codes.k AND n > 4",
    "an inner join with a comparison": "FROM t JOIN codes ON t.k = codes.k AND codes.rank < n",
    "an inner join of an expression": "FROM t JOIN codes ON upper(t.k) = codes.k",
    "a semi join": "FROM t LEFT SEMI JOIN codes ON t.k = codes.k",
    "an anti join": "FROM t LEFT ANTI JOIN codes ON t.k = codes.k AND t.n > 0",
    "a comparison with the time": "FROM t WHERE at > '2018-12-31' AND length(CAST(at AS STRING)) > n",
  }).map(([name, from]) =>
    removing(
      name,
      `SELECT window(at, '10 minutes') AS w, count(*) AS c ${from} GROUP BY window(at, '10 minutes')`,
    )
  ),
  removing("HAVING of keys", "SELECT k, max(at) AS last FROM t GROUP BY k HAVING k = 'a'"),
  removing(
    "HAVING of a window",
    `SELECT window(at, '10 minutes') AS w, k, count(*) AS c FROM t GROUP BY window(at, '10 minutes'), k
      HAVING window.start < '2018-12-31 11:00:00' AND k IS NOT NULL AND count(*) > 0`,
  ),
  {
    name: "The watermark is not moved by rows that go before: those without the time of a window",
    streams: { t: { columns: "at TIMESTAMP, since TIMESTAMP, k STRING", watermark: "at 10 minutes" } },
    queries: {
      fixed: countsBy("window(since, '1 hour')"),
      sliding: countsBy("window(since, '1 hour', '30 minutes')"),
      uneven: countsBy("window(since, '15 minutes', '4 minutes')"),
      cast: countsBy("window(CAST(since AS DATE), '1 day')"),
      computed: countsBy("window(since + INTERVAL 1 HOUR, '1 hour')"),
      ofTheTime: countsBy("window(coalesce(since, at), '1 hour')"),
      session: {
        sql: "SELECT session_window(since, '5 minutes') AS w, k, count(*) AS c FROM t GROUP BY 1, 2",
        output_mode: "complete",
      },
      rows: { sql: "SELECT at, window(since, '1 hour') AS w FROM t", output_mode: "append" },
    },
    batches: [
      [["10:00", "09:00"], ["10:20", null]],
      [["11:00", null]],
      [["10:30", "09:30"], [null, "09:40"]],
      [["12:00", "09:00"], ["13:00", null]],
    ].map((records) => ({
      t: records.map(([time, since]) =>
        JSON.stringify({
          at: time === null ? null : `2018-12-31T${time}`,
          since: since === null ? null : `2018-12-31T${since}`,
          k: "a",
        })
      ),
    })),
  },
  {
    name: "A condition on a window of another time goes before the event time, unless windows overlap",
    streams: { t: { columns: "at TIMESTAMP, o TIMESTAMP, k STRING", watermark: "at 10 minutes" } },
    queries: {
      groups: whereLater("SELECT window(o, '10 minutes') AS w, count(*) AS c FROM t GROUP BY 1", "complete"),
      overlapping: whereLater(
        "SELECT window(o, '10 minutes', '5 minutes') AS w, count(*) AS c FROM t GROUP BY 1",
        "update",
      ),
      rows: whereLater(
        "SELECT window(o, '10 minutes', '10 minutes', '3 minutes') AS w, 1L AS c FROM t",
        "append",
      ),
      having: {
        sql:
          `SELECT window(o, '10 minutes') AS w, count(*) AS c FROM t GROUP BY 1 HAVING window.start >= ${LATER}`,
        output_mode: "update",
      },
      sessions: whereLater(
        "SELECT session_window(o, '10 minutes') AS w, count(*) AS c FROM t GROUP BY 1, k",
        "complete",
      ),
      longSessions: whereLater(
        "SELECT session_window(o, '1 day 2 hours') AS w, count(*) AS c FROM t GROUP BY 1, k",
        "complete",
      ),
      both: {
        sql: "SELECT w.start AS s FROM (SELECT window(o, '10 minutes') AS w, at FROM t) WHERE w.end > at",
        output_mode: "append",
      },
    },
    batches: [
      [["10:00", "10:00"], ["10:01", "10:20"]],
      [["10:40", "09:00"], ["10:35", "10:30"], ["10:36", null]],
      [["11:30", "09:10"]],
      [["11:31", "10:45"]],
    ].map((times) => ({
      t: times.map(([time, other]) =>
        JSON.stringify({
          at: `2018-12-31T${time}`,
          o: other === null ? null : `2018-12-31T${other}`,
          k: "a",
        })
      ),
    })),
  },
  { name: "With two streams, the slower one decides the watermark", ...TWO_STREAMS },
  { name: "Of two streams, the faster one makes the watermark", watermarkPolicy: "max", ...TWO_STREAMS },
];

/** Rows whose window, `w`, ends later than a time. */
function whereLater(sql: string, mode: "append" | "update" | "complete"): ScenarioQuery {
  return { sql: `SELECT w, c FROM (${sql}) WHERE w.end > ${LATER}`, output_mode: mode };
}

function moment(time: string | null): string {
  return JSON.stringify({ moment: time === null ? null : `2018-12-31T${time}`, name: "u" });
}

/** Groups by a window, in update mode. */
function countsBy(window: string): ScenarioQuery {
  return { sql: `SELECT ${window} AS w, count(*) AS c FROM t GROUP BY ${window}`, output_mode: "update" };
}

/** What a row needs to have before its event time is looked at, and after it. */
function removing(name: string, sql: string): Scenario {
  return {
    name: `The watermark is not moved by rows that go before: ${name}`,
    streams: { ...streams },
    tables: {
      codes: {
        columns: "k STRING, label STRING, rank INT",
        rows: [`{"k":"a","label":"first","rank":1}`, `{"k":null,"label":"null","rank":9}`],
      },
    },
    queries: { update: { sql, output_mode: "update" } },
    batches: [
      batch(at("10:00", "a"), at("10:01", null, 5)),
      batch(at("11:00", "b", 0)),
      batch(at("11:30", null, null)),
      batch(at("12:00", "a", null)),
      batch(at("10:05", "a", 9)),
      batch(at("10:06", "a", 8)),
    ],
  };
}
