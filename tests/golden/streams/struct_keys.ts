/** STRUCTs that have the type of a window, but are none, as keys: either of their times may be NULL. */
import type { Scenario } from "../../support/stream_scenario.ts";
import { batch } from "./records.ts";

const SPAN = "STRUCT<start: TIMESTAMP, end: TIMESTAMP>";

const time = (text: string | null) => text === null ? null : `2018-12-31T${text}`;
const span = (start: string | null, end: string | null) => ({ start: time(start), end: time(end) });

/** A record with a span, which is NULL where it is `null`. */
function record(at: string, of: ReturnType<typeof span> | null, n: number): string {
  return JSON.stringify({ at: time(at), s: of, n });
}

const EPOCH = { start: "1970-01-01T00:00:00Z", end: "1970-01-01T00:00:00Z" };

const tables = {
  r: {
    columns: `s ${SPAN}, v INT`,
    rows: [
      { s: span("10:00", null), v: 1 },
      { s: span("10:00", null), v: 2 },
      { s: span(null, null), v: 3 },
      { s: span(null, null), v: 3 },
      { s: null, v: 4 },
      { s: EPOCH, v: 5 },
    ].map((row) => JSON.stringify(row)),
  },
  q: {
    columns: `s ${SPAN}`,
    rows: [{ s: span(null, null) }, { s: span("10:00", "11:00") }].map((row) => JSON.stringify(row)),
  },
};

const complete = (sql: string) => ({ sql, output_mode: "complete" } as const);
const append = (sql: string) => ({ sql, output_mode: "append" } as const);

export const STRUCT_KEYS: readonly Scenario[] = [
  {
    name: "A STRUCT of two times is a key, also where they are NULL",
    streams: { t: { columns: `at TIMESTAMP, s ${SPAN}, n INT`, watermark: "at 10 minutes" } },
    tables,
    queries: {
      column: complete("SELECT s, count(*) AS c, sum(n) AS n FROM t GROUP BY s"),
      built: complete("SELECT named_struct('start', s.end, 'end', at) AS x, count(*) AS c FROM t GROUP BY 1"),
      both: append(
        "SELECT window(at, '10 minutes') AS w, s, count(*) AS c FROM t GROUP BY window(at, '10 minutes'), s",
      ),
      distinct: { sql: "SELECT DISTINCT s FROM t", output_mode: "update" },
      union: {
        sql: "SELECT s FROM t UNION SELECT named_struct('start', at, 'end', s.end) FROM t",
        output_mode: "update",
      },
      deduplicated: { ...append("SELECT s, n FROM t"), deduplicate: "s" },
      ofTable: append(
        "SELECT n, g.* FROM t JOIN (SELECT s AS x, count(*) AS c FROM r GROUP BY s) g ON g.x <=> t.s",
      ),
      intersect: append(
        "SELECT n, g.s FROM t JOIN (SELECT s FROM r INTERSECT SELECT s FROM q) g ON g.s <=> t.s",
      ),
      except: append("SELECT n, g.s FROM t JOIN (SELECT s FROM r EXCEPT SELECT s FROM q) g ON g.s <=> t.s"),
      correlated: append("SELECT n, (SELECT sum(v) FROM r WHERE r.s = t.s) AS x FROM t"),
      nullSafe: append("SELECT n, (SELECT sum(v) FROM r WHERE r.s <=> t.s) AS x FROM t"),
    },
    batches: [
      batch(
        record("10:00", span("10:00", null), 1),
        record("10:01", span(null, "10:00"), 2),
        record("10:02", span(null, null), 3),
        record("10:03", null, 4),
        record("10:04", EPOCH, 5),
      ),
      batch(record("10:05", span("10:00", null), 6), record("10:40", span(null, null), 7)),
      batch(record("10:41", span("10:00", "11:00"), 8), record("10:42", null, 9)),
    ],
  },
];
