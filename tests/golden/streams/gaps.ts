/** Session windows whose gap is not the same for all events, or not of one length. */
import type { Scenario } from "../../support/stream_scenario.ts";

const COLUMNS = "at TIMESTAMP, k STRING, n INT, gap STRING, other TIMESTAMP";
const streams = { t: { columns: COLUMNS, watermark: "at 10 minutes" } };
const select = (session: string) =>
  `SELECT ${session} AS s, k, count(*) AS c, sum(n) AS n FROM t GROUP BY ${session}, k`;

/** An event with a gap; its other time is that of the event, if there is none. */
function event(
  time: string | null,
  k: string,
  gap: string | number | null,
  other: string | null = time,
): string {
  const day = (text: string | null) =>
    text === null ? null : text.includes("T") ? text : `2018-12-31T${text}`;
  const isCount = typeof gap === "number";
  return JSON.stringify({
    at: day(time),
    k,
    n: isCount ? gap : 1,
    gap: isCount ? `${gap} minutes` : gap,
    other: day(other),
  });
}

export const GAPS: readonly Scenario[] = [
  {
    name: "The gap of a session is that of each event, and an event without one is in no session",
    streams,
    queries: {
      column: { sql: select("session_window(at, gap)"), output_mode: "append" },
      all: { sql: select("session_window(at, gap)"), output_mode: "complete" },
      computed: { sql: select("session_window(at, n || ' minutes')"), output_mode: "append" },
      cases: {
        sql: select(
          "session_window(at, CASE WHEN k = 'a' THEN '5 minutes' WHEN n > 3 THEN '90 seconds' ELSE gap END)",
        ),
        output_mode: "append",
      },
      having: {
        sql: `SELECT k, session_window.end AS z, max(n) AS n FROM t GROUP BY k, session_window(at, gap)
          HAVING session_window.end > TIMESTAMP '2018-12-31 10:05:00'`,
        output_mode: "append",
      },
    },
    batches: [
      {
        t: [event("10:00", "a", 5), event("10:04", "a", 1), event("10:05", "a", 3), event("10:02", "b", 20)],
      },
      {
        t: [
          event("10:03", "b", 1),
          event("10:09", "a", 0),
          event("10:10", "a", -5),
          event("10:11", "a", null),
        ],
      },
      {
        t: [
          event("10:12", "b", "soon"),
          event("10:22", "b", "1 minute 30 seconds"),
          event("10:23:30", "b", 4),
        ],
      },
      {
        t: [
          event("10:40", "a", "1 hour -55 minutes"),
          event("10:44:59", "a", "interval 1 second"),
          event(null, "a", 5),
        ],
      },
      { t: [event("10:39", "a", "60 minutes"), event("10:41", "c", 2), event("10:38", "c", 4)] },
      { t: [event("12:30", "a", 2)] },
    ],
  },
  {
    name: "An event whose gap is none moves the watermark, if the gap is one of the event time",
    streams,
    queries: {
      event: { sql: select("session_window(at, gap)"), output_mode: "append" },
      other: { sql: select("session_window(other, gap)"), output_mode: "complete" },
    },
    batches: [
      { t: [event("10:00", "a", 5), event("10:01", "a", 5)] },
      { t: [event("10:30", "a", null)] },
      { t: [event("11:00", "a", 0), event("10:40", "a", 1)] },
      { t: [event("11:30", "a", "soon")] },
      { t: [event("12:00", "a", 5, null)] },
      { t: [event("12:30", "a", 5)] },
    ],
  },
  {
    name: "A gap in months and days is one of the calendar, in the time zone",
    timeZone: "America/Los_Angeles",
    streams,
    queries: {
      month: { sql: select("session_window(at, '1 month')"), output_mode: "append" },
      less: { sql: select("session_window(at, '1 month -1 day 2 hours')"), output_mode: "complete" },
      column: { sql: select("session_window(at, gap)"), output_mode: "append" },
      fixed: { sql: select("session_window(at, '2 weeks 1 day')"), output_mode: "append" },
    },
    batches: [
      { t: [event("2018-01-31T10:00", "a", "1 month"), event("2018-03-10T10:00", "b", "1 day 12 hours")] },
      { t: [event("2018-02-28T09:59", "a", "1 year 1 month"), event("2018-03-11T21:59", "b", "24 hours")] },
      { t: [event("2018-03-31T12:00", "a", "-1 month 32 days"), event("2018-03-10T02:30", "c", "1 day")] },
      { t: [event("2018-11-03T01:30", "a", "1 day"), event("2018-11-03T01:30", "b", "1 day 1 hour")] },
      { t: [event("2020-03-31T12:00", "a", "1 day")] },
    ],
  },
];
