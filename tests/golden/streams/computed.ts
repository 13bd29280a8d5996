/** Computed columns: in Spark, `withColumn` one after the other, before `withWatermark`. */
import type { Scenario } from "../../support/stream_scenario.ts";
import { batch } from "./records.ts";

/** Milliseconds of a time on the last day of 2018. */
const millis = (time: string) => Date.parse(`2018-12-31T${time}Z`);

/** An event whose time is in milliseconds. */
function event(time: string | null, k: string | null = "a", n: number | null = 1): string {
  return JSON.stringify({ ms: time === null ? null : millis(time), k, n });
}

const COLUMNS = [
  "at TIMESTAMP AS (timestamp_millis(ms))",
  "ms BIGINT",
  "k STRING",
  "n INT",
  "hour INT GENERATED ALWAYS AS (hour(at))",
  "label STRING AS (concat(upper(k), ', ', CAST(hour AS STRING), CASE WHEN n > 1 THEN '<many' ELSE '' END))",
  "half DECIMAL(10,2) AS (n / 2)",
].join(", ");
const streams = { t: { columns: COLUMNS, watermark: "at 10 minutes" } };

const BATCHES = [
  batch(event("10:00:00"), event("10:31:00", "b", 2), event(null, "c"), event("10:00:30", null, 3)),
  batch(event("10:01:00"), event("10:32:00", "b", 5), "not JSON", event("10:50:00", "a", null)),
  batch(event("10:02:00"), event("11:33:00", "b"), event("10:45:00", "a", 7)),
  batch(event("10:44:00", "d"), event("11:34:00", "a", 4)),
];

export const COMPUTED: readonly Scenario[] = [
  {
    name: "A computed column is the event time, and computed columns are used by others, keys and conditions",
    streams,
    queries: {
      append: {
        sql:
          "SELECT window(at, '10 minutes') AS w, label, count(*) AS c, sum(half) AS h FROM t GROUP BY window(at, '10 minutes'), label",
        output_mode: "append",
      },
      update: {
        sql: "SELECT window(at, '1 hour') AS w, hour, max(at) AS last FROM t WHERE half > 0.5 GROUP BY 1, 2",
        output_mode: "update",
      },
      by_time: { sql: "SELECT at, count(*) AS c FROM t GROUP BY at", output_mode: "append" },
      rows: { sql: "SELECT * FROM t", output_mode: "append" },
      named: {
        sql: "SELECT u.hour + 1 AS next, u.label FROM t AS u WHERE u.hour = 10",
        output_mode: "append",
      },
      sessions: {
        sql: "SELECT session_window(at, '5 minutes') AS s, k, count(*) AS c FROM t GROUP BY 1, 2",
        output_mode: "append",
      },
    },
    batches: BATCHES,
  },
  {
    name:
      "A condition on what a computed event time is made of comes before it, one on the event time itself does not",
    streams,
    queries: {
      before: {
        sql:
          "SELECT window(at, '10 minutes') AS w, count(*) AS c FROM t WHERE ms < 1546253400000 GROUP BY window(at, '10 minutes')",
        output_mode: "append",
      },
      after: {
        sql:
          "SELECT window(at, '10 minutes') AS w, count(*) AS c FROM t WHERE at < TIMESTAMP '2018-12-31 10:50:00' GROUP BY window(at, '10 minutes')",
        output_mode: "append",
      },
      other: {
        sql:
          "SELECT window(at, '10 minutes') AS w, count(*) AS c FROM t WHERE label LIKE 'B%' AND half >= 1 GROUP BY window(at, '10 minutes')",
        output_mode: "append",
      },
      derived: {
        sql:
          "SELECT window(at, '10 minutes') AS w, count(*) AS c FROM t WHERE hour < 11 GROUP BY window(at, '10 minutes')",
        output_mode: "append",
      },
    },
    batches: BATCHES,
  },
  {
    name: "Duplicates are dropped by computed columns",
    streams,
    queries: {
      by_label: { sql: "SELECT label, at FROM t", output_mode: "append", deduplicate: "label" },
      by_time: {
        sql: "SELECT window(at, '10 minutes') AS w, count(*) AS c FROM t GROUP BY window(at, '10 minutes')",
        output_mode: "append",
        deduplicate: "hour, k",
      },
    },
    batches: BATCHES,
  },
  {
    name: "A computed column that fails fails the query, unless a condition on other columns drops its row",
    timeZone: "America/Los_Angeles",
    streams: {
      t: {
        columns:
          "text STRING, n INT, number INT AS (CAST(text AS INT)), at TIMESTAMP AS (to_timestamp(text))",
        watermark: "at 1 minute",
      },
    },
    queries: {
      dropped: { sql: "SELECT at, n FROM t WHERE n = 1", output_mode: "append" },
      unused: { sql: "SELECT n FROM t WHERE length(text) > 4", output_mode: "append" },
    },
    batches: [
      batch('{"text":"2018-12-31 10:00:00","n":1}', '{"text":"12","n":2}'),
      batch('{"text":"2018-12-31 11:00:00","n":1}', '{"n":1}'),
    ],
  },
];
