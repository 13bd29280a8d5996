/** Windows: tumbling, sliding, shifted; and what a window is to the rest of a query. */
import type { Scenario } from "../../support/stream_scenario.ts";
import { at, batch, COLUMNS } from "./records.ts";

const streams = { t: { columns: COLUMNS, watermark: "at 10 minutes" } };
const WINDOWS = [
  "window(at, '10 minutes')",
  "window(at, '10 minutes', '5 minutes')",
  "window(at, '10 minutes', '4 minutes')",
  "window(at, '10 minutes', '3 minutes', '1 minute')",
  "window(at, '10 minutes', '10 minutes', '2 minutes 30 seconds')",
  "window(at, '1 hour', '1 hour', '15 minutes')",
  "window(at, '7 days')",
  "window(at, '1 day', '12 hours')",
  "window(at, '90 seconds')",
  "window(at, '1500 milliseconds')",
  "window(at, '1 second', '300 milliseconds')",
];

const counted = Object.fromEntries(
  WINDOWS.map((window, index) => [
    `w${index}`,
    {
      sql: `SELECT ${window} AS w, count(*) AS n, sum(n) AS total FROM t GROUP BY ${window}`,
      output_mode: "append",
    } as const,
  ]),
);

const DURATIONS = [
  `window(at, "interval '0 1:30' day to minute")`,
  "window(at, 'interval 1 hour', '-1 hour 65 minutes')",
  "window(at, '1500000 microseconds')",
  "window(at, 600000000, 300000000L, -60000000)",
  "window(at, '.5 seconds')",
];

export const WINDOW_CASES: readonly Scenario[] = [
  {
    name: "The durations of a window are any intervals of days and less, or microseconds",
    streams: { t: { columns: COLUMNS, watermark: "at interval '0:10' hour to minute" } },
    queries: Object.fromEntries(DURATIONS.map((window, index) => [
      `w${index}`,
      { sql: `SELECT ${window} AS w, count(*) AS n FROM t GROUP BY ${window}`, output_mode: "append" },
    ])),
    batches: [
      batch(at("10:00"), at("10:04:59.999999"), at("10:05")),
      batch(at("10:12:00.4"), at("23:59:59.999999", "b", 5)),
      batch(`{"at":"2019-01-20T00:00:00","n":7}`),
    ],
  },
  {
    name: "Windows of any size, slide and start hold the same events",
    streams,
    queries: counted,
    batches: [
      batch(at("10:00"), at("10:04:59.999999"), at("10:05"), at("10:09:59.5")),
      batch(at("10:12", "a", 2), at("10:30", "b", 3)),
      batch(at("10:14:59.999", "a", 4), at("23:59:59.999999", "b", 5)),
      batch(`{"at":"2019-01-20T00:00:00","n":7}`),
    ],
  },
  {
    name: "Windows before 1970 start where the division rounds down",
    streams: { t: { columns: COLUMNS } },
    queries: Object.fromEntries(
      WINDOWS.map((window, index) => [
        `w${index}`,
        {
          sql: `SELECT ${window} AS w, count(*) AS n FROM t GROUP BY ${window}`,
          output_mode: "complete",
        } as const,
      ]),
    ),
    batches: [
      batch(
        `{"at":"1969-12-31T23:59:59.999999"}`,
        `{"at":"1969-12-31T23:58:00"}`,
        `{"at":"1970-01-01T00:00:00"}`,
        `{"at":"1969-12-25T00:00:00"}`,
        `{"at":"1900-01-01T00:00:00.25"}`,
      ),
    ],
  },
  {
    name: "Start and end of a window can be taken, in SELECT, in GROUP BY and in HAVING",
    streams,
    queries: {
      fields: {
        sql: `SELECT window.start, window.end, k, count(*) AS n FROM t GROUP BY window(at, '10 minutes'), k`,
        output_mode: "append",
      },
      having: {
        sql: `SELECT window.start AS start, count(*) AS n FROM t GROUP BY window(at, '10 minutes')
          HAVING count(*) > 1 AND window.start >= '2018-12-31 10:10:00'`,
        output_mode: "update",
      },
      both: {
        sql: `SELECT k, window(at, '10 minutes', '5 minutes').end AS until, max(x) AS x FROM t
          GROUP BY window(at, '10 minutes', '5 minutes'), k`,
        output_mode: "append",
      },
    },
    batches: [
      batch(at("10:00"), at("10:01", "b"), at("10:11"), at("10:12", "b", 9)),
      batch(at("10:13"), at("10:31", null)),
      batch(at("11:00")),
    ],
  },
  {
    name: "A window and the time that it is of may both be keys",
    streams: { t: { columns: COLUMNS }, s: { columns: COLUMNS, watermark: "at 5 minutes" } },
    queries: {
      update: {
        sql: `SELECT window(at, '10 minutes') AS w, at, count(*) AS n FROM t
          GROUP BY window(at, '10 minutes'), at`,
        output_mode: "update",
      },
      watermark: {
        sql: `SELECT at, window(at, '10 minutes', '5 minutes') AS w, count(*) AS n FROM s GROUP BY 2, 1
          ORDER BY w, at`,
        output_mode: "complete",
      },
      computed: {
        sql:
          `SELECT date_trunc('hour', at) AS h, window(date_trunc('hour', at), '30 minutes') AS w, count(*) AS n
          FROM s GROUP BY date_trunc('hour', at), window(date_trunc('hour', at), '30 minutes')`,
        output_mode: "update",
      },
      session: {
        sql: "SELECT session_window(at, '4 minutes') AS s, at, count(*) AS n FROM t GROUP BY 1, 2",
        output_mode: "complete",
      },
    },
    batches: [
      [at("10:00"), at("10:00", "b"), at("10:11"), at("10:12", "b", 9)],
      [at("10:12"), at("10:31", null)],
      [at("11:00")],
    ].map((records) => ({ t: records, s: records })),
  },
  {
    name: "Windows are aligned to UTC, and shown in the session's zone, also when the clocks change",
    timeZone: "America/Los_Angeles",
    streams: { t: { columns: "at TIMESTAMP", watermark: "at 1 hour" } },
    queries: {
      hours: {
        sql: "SELECT window(at, '1 hour') AS w, count(*) AS n FROM t GROUP BY window(at, '1 hour')",
        output_mode: "append",
      },
      days: {
        sql: "SELECT window(at, '1 day').start AS day, count(*) AS n FROM t GROUP BY window(at, '1 day')",
        output_mode: "update",
      },
      local: {
        sql: "SELECT CAST(at AS DATE) AS day, count(*) AS n FROM t GROUP BY CAST(at AS DATE)",
        output_mode: "update",
      },
    },
    batches: [
      batch(...["00:30", "01:30", "02:30", "03:30"].map((time) => `{"at":"2019-03-10T${time}:00"}`)),
      batch(...["00:30", "01:30", "02:30", "03:30"].map((time) => `{"at":"2019-11-03T${time}:00"}`)),
      batch(
        `{"at":"2019-11-03T08:30:00Z"}`,
        `{"at":"2019-11-03T09:30:00Z"}`,
        `{"at":"2019-11-03T23:59:59-08:00"}`,
      ),
      batch(`{"at":"2019-11-05T00:00:00"}`),
    ],
  },
];
