/** Joins of two streams. */
import type { Scenario, ScenarioBatch, ScenarioQuery } from "../../support/stream_scenario.ts";

const streams = {
  a: { columns: "k STRING, n INT, at TIMESTAMP", watermark: "at 10 minutes" },
  b: { columns: "k STRING, m INT, bt TIMESTAMP", watermark: "bt 5 minutes" },
};

type Event = readonly [time: string | null, k: string | null, number: number];

function batch(a: readonly Event[], b: readonly Event[]): ScenarioBatch {
  const timeOf = (time: string | null) => time === null ? null : `2018-12-31T${time}`;
  return {
    a: a.map(([time, k, n]) => JSON.stringify({ k, n, at: timeOf(time) })),
    b: b.map(([time, k, m]) => JSON.stringify({ k, m, bt: timeOf(time) })),
  };
}

const rows = (sql: string): ScenarioQuery => ({ sql, output_mode: "append" });
const NEAR = "a.at >= b.bt - INTERVAL 10 MINUTES AND a.at <= b.bt + INTERVAL 20 MINUTES";
const ON = `a.k = b.k AND ${NEAR}`;
const joined = (type: string, on = ON) => rows(`SELECT a.k, n, b.k AS k2, m FROM a ${type} JOIN b ON ${on}`);
const window = (stream: string, time: string) =>
  `(SELECT *, window(${time}, '10 minutes') AS w FROM ${stream}) ${stream}`;

const DEVICE = "d STRUCT<id: STRING, p: STRUCT<x: INT, y: INT>>, l ARRAY<INT>, m MAP<STRING, STRING>";
const DEVICES = {
  a: { columns: `${DEVICE}, at TIMESTAMP`, watermark: "at 10 minutes" },
  b: { columns: `${DEVICE}, bt TIMESTAMP`, watermark: "bt 5 minutes" },
};

/** A device has no field, no place or no list where there is a NULL. */
type Device = readonly [time: string, id: string | null, x: number | null];

function deviceBatch(a: readonly Device[], b: readonly Device[]): ScenarioBatch {
  const line = (name: string) => ([time, id, x]: Device) =>
    JSON.stringify({
      d: { ...id === null ? {} : { id }, ...x === null ? {} : { p: { x, y: 1 } } },
      ...x === null ? {} : { l: x > 2 ? [] : [x] },
      m: id === null ? {} : { k: id },
      [name]: `2018-12-31T${time}`,
    });
  return { a: a.map(line("at")), b: b.map(line("bt")) };
}

const devices = (type: string, columns: string, on: string) =>
  rows(`SELECT ${columns} FROM a ${type} JOIN b ON ${on} AND ${NEAR}`);

const BATCHES = [
  batch(
    [["10:00", "x", 1], ["10:05", "y", 2], ["10:06", "q", 3], ["10:07", null, 4], [null, "x", 5]],
    [["10:01", "x", 10], ["10:06", "y", 11], ["10:07", null, 12], [null, "y", 13]],
  ),
  batch([["10:40", "x", 6]], [["10:41", "x", 20], ["10:06", "q", 21]]),
  batch([["10:50", "x", 7], ["10:42", "x", 8]], [["10:42", "x", 30], ["10:50", "x", 31]]),
  batch([["10:04", "x", 9], ["10:51", "z", 10], ["10:35", "q", 11]], [["10:55", "x", 40], [
    "10:07",
    "q",
    41,
  ]]),
  batch([["11:30", "v", 12], ["10:56", "z", 13]], [["11:31", "w", 50], ["10:58", "z", 51]]),
  batch([["13:00", "u", 14]], [["13:00", "u", 60]]),
];

export const STREAM_JOINS: readonly Scenario[] = [
  {
    name: "Pairs of two streams come as they are found, rows without a match once the watermark says so",
    streams,
    queries: {
      inner: joined("INNER"),
      left: joined("LEFT OUTER"),
      right: joined("RIGHT OUTER"),
      full: joined("FULL OUTER"),
      semi: rows(`SELECT a.k, n, at FROM a LEFT SEMI JOIN b ON ${ON}`),
      where: rows(
        `SELECT a.k, n, m FROM a JOIN b ON a.k = b.k WHERE b.bt BETWEEN a.at AND a.at + INTERVAL 5 MINUTES`,
      ),
      strict: joined(
        "LEFT",
        "a.k = b.k AND a.at > b.bt - INTERVAL 10 MINUTES AND b.bt > a.at - INTERVAL 5 MINUTES",
      ),
      negated: joined("INNER", "a.k = b.k AND NOT (a.at < b.bt - INTERVAL 10 MINUTES)"),
      seconds: joined(
        "FULL",
        "a.k = b.k AND CAST(a.at AS BIGINT) > CAST(b.bt AS BIGINT) - 600 AND b.bt > a.at - INTERVAL 1 MINUTE",
      ),
    },
    batches: BATCHES,
  },
  {
    name: "Streams are joined by structures, lists and bytes, with NULLs in them",
    isLikeAnother: true,
    streams,
    queries: {
      structures: joined("INNER", "struct(a.k, n % 2) = struct(b.k, m % 2)"),
      lists: joined("LEFT", `array(a.k, 'x') = array(b.k, 'x') AND ${NEAR}`),
      nullSafe: joined("FULL", `named_struct('v', a.k) <=> named_struct('v', b.k) AND ${NEAR}`),
      bytes: joined("RIGHT", `CAST(a.k AS BINARY) = CAST(b.k AS BINARY) AND ${NEAR}`),
      zeros: joined("INNER", "array(n * 0.0D, n % 2) = array(m * -0.0D, m % 2) AND a.k = b.k"),
    },
    batches: BATCHES,
  },
  {
    name: "Streams are joined by fields of structures, which are known as columns where only they are read",
    isLikeAnother: true,
    streams: DEVICES,
    queries: {
      right: devices("RIGHT", "a.at, b.bt, b.d.id", "a.d.id = b.d.id"),
      nested: devices("LEFT", "a.at, b.bt, a.d.p.x", "a.d.p.x = b.d.p.x"),
      inner: devices("INNER", "a.at, b.bt", "a.d.id = b.d.id AND b.d.id > 'b'"),
      whole: devices("INNER", "a.at, a.d, b.bt", "a.d.id = b.d.id AND b.d.id > 'b'"),
      all: devices("LEFT", "a.at, a.d.p, b.bt", "a.d.id = b.d.id AND a.d.id > 'b'"),
      others: devices("INNER", "a.at, b.bt", "a.d.id = b.d.id AND a.d.p.x < b.d.p.x"),
      lists: devices("RIGHT", "a.at, b.bt", "a.l[0] = b.l[0] AND a.d.id <> b.m['k']"),
      maps: devices("RIGHT", "a.at, b.bt", "a.m['k'] = b.m['k']"),
    },
    batches: [
      deviceBatch(
        [["10:00", "a", 1], ["10:02", "c", 2], ["10:20", null, 3]],
        [["10:01", "a", 5], ["10:03", "c", 1], ["10:04", "d", null]],
      ),
      deviceBatch([["10:04", "c", null], ["10:05", "d", 1]], [["10:30", "b", 2], ["10:31", null, 2]]),
      deviceBatch([["10:28", "b", 1], ["10:29", "d", 2]], [["10:29", "d", 3], ["10:50", "c", 3]]),
      deviceBatch([["11:30", "a", 1]], [["11:31", "a", 2]]),
    ],
  },
  {
    name: "What a join of streams keeps depends on its keys: windows, times, NULL, and none",
    isLikeAnother: true,
    streams,
    queries: {
      window: rows(
        `SELECT a.k, n, m, a.w.start FROM ${window("a", "at")} JOIN ${
          window("b", "bt")
        } ON a.k = b.k AND a.w = b.w`,
      ),
      windowLeft: rows(
        `SELECT a.k, n, m FROM ${window("a", "at")} LEFT JOIN ${
          window("b", "bt")
        } ON a.k = b.k AND a.w = b.w`,
      ),
      time: joined("LEFT", "a.k = b.k AND a.at = b.bt"),
      shifted: joined("FULL", "a.k = b.k AND a.at = b.bt - INTERVAL 1 MINUTE"),
      start: rows(`SELECT a.k, n, m FROM ${window("a", "at")} JOIN b ON a.k = b.k AND a.w.start = b.bt`),
      nullSafe: rows("SELECT a.k, n, m FROM a JOIN b ON a.k <=> b.k"),
      computed: joined("LEFT", `upper(a.k) = concat(upper(b.k), '') AND n % 2 = m % 2 AND ${NEAR}`),
      using: rows("SELECT * FROM a JOIN b USING (k)"),
      natural: rows("SELECT * FROM a NATURAL JOIN b"),
      fullUsing: rows(
        `SELECT k, n, m FROM (SELECT k, n, at AS t FROM a) FULL JOIN (SELECT k, m, bt AS t FROM b) USING (k, t)`,
      ),
      rightUsing: rows(
        `SELECT k, n, m FROM (SELECT k, n, at AS t FROM a) RIGHT JOIN (SELECT k, m, bt AS t FROM b) USING (k, t)`,
      ),
      unread: rows("SELECT a.k, n, m FROM a JOIN b ON a.k = b.k"),
      readLeft: rows("SELECT a.k, n, m, at FROM a JOIN b ON a.k = b.k"),
      readRight: rows("SELECT a.k, n, m, bt FROM a JOIN b ON a.k = b.k"),
      half: joined("LEFT", "a.k = b.k AND a.at >= b.bt - INTERVAL 10 MINUTES"),
      otherHalf: joined("FULL", "a.k = b.k AND a.at <= b.bt + INTERVAL 10 MINUTES"),
    },
    batches: BATCHES,
  },
  {
    name: "Conditions move into a join of streams, below it, and to its other side, as Spark moves them",
    isLikeAnother: true,
    streams,
    queries: {
      leftOn: joined("LEFT", `${ON} AND n <> 2`),
      rightOn: joined("LEFT", `${ON} AND m > 20`),
      fullOn: joined("FULL", `${ON} AND n <> 2 AND m <> 20`),
      leftWhere: rows(`SELECT a.k, n, m FROM a LEFT JOIN b ON ${ON} WHERE a.k = 'q'`),
      innerWhere: rows(`SELECT a.k, n, m FROM a JOIN b ON ${ON} WHERE a.k = 'q'`),
      rightWhere: rows(`SELECT a.k, n, m FROM a LEFT JOIN b ON ${ON} WHERE m > 0`),
      fullWhere: rows(`SELECT a.k, n, m FROM a FULL JOIN b ON ${ON} WHERE n > 2`),
      isNull: rows(`SELECT a.k, n, m FROM a LEFT JOIN b ON ${ON} WHERE b.k IS NULL`),
      both: rows(`SELECT a.k, n, m FROM a LEFT JOIN b ON ${ON} WHERE n < m`),
      subqueries: rows(
        `SELECT x.k, n, m FROM (SELECT k, n, at FROM a WHERE n <> 7) x JOIN (SELECT k, m, bt FROM b WHERE k <> 'y') y
           ON x.k = y.k AND x.at >= y.bt - INTERVAL 10 MINUTES AND x.at <= y.bt + INTERVAL 20 MINUTES`,
      ),
      semiWhere: rows(`SELECT a.k, n FROM a LEFT SEMI JOIN b ON ${ON} AND m < 40 WHERE n <> 8`),
    },
    batches: BATCHES,
  },
  {
    name:
      "An outer join whose rows without a match are dropped by WHERE is an inner one, whatever the form of that",
    isLikeAnother: true,
    streams,
    queries: Object.fromEntries(
      Object.entries({
        or: "b.k = 'q' OR m > 20",
        in: "b.k IN ('q', 'x')",
        nullSafe: "b.k <=> 'q'",
        coalesced: "coalesce(b.k, 'none') <> 'none'",
        negated: "NOT (m > 30 AND b.k = 'x')",
        cases: "CASE WHEN m > 20 THEN b.k <> 'z' ELSE b.k = 'q' END",
        isTrue: "(m > 20) IS TRUE",
        isNotTrue: "(m > 20) IS NOT TRUE",
      }).map(([name, condition]) => [
        name,
        rows(`SELECT a.k, n, m FROM a LEFT JOIN b ON ${ON} WHERE ${condition}`),
      ]),
    ),
    batches: BATCHES,
  },
  {
    name:
      "A stream is joined with itself, with a UNION ALL, with several streams, and with a table before and after",
    isLikeAnother: true,
    streams: { ...streams, c: { columns: "k STRING, l INT, ct TIMESTAMP", watermark: "ct 1 minute" } },
    tables: {
      codes: {
        columns: "k STRING, label STRING",
        rows: [`{"k":"x","label":"ex"}`, `{"k":"q","label":"queue"}`],
      },
    },
    queries: {
      self: rows(
        "SELECT l.k, l.n, r.n FROM a l JOIN a r ON l.k = r.k AND l.at < r.at AND r.at <= l.at + INTERVAL 1 HOUR",
      ),
      selfLeft: rows(
        "SELECT l.k, l.n, r.n FROM a l LEFT JOIN a r ON l.k = r.k AND l.at < r.at AND r.at <= l.at + INTERVAL 1 HOUR",
      ),
      union: rows(
        `SELECT u.k, n, m FROM (SELECT k, n, at FROM a UNION ALL SELECT k, n + 100, at FROM a WHERE n > 5) u JOIN b
           ON u.k = b.k AND u.at >= b.bt - INTERVAL 10 MINUTES AND u.at <= b.bt + INTERVAL 20 MINUTES`,
      ),
      table: rows(
        `SELECT a.k, n, m, label FROM a JOIN b ON ${ON} LEFT JOIN codes ON codes.k = a.k`,
      ),
      tableBefore: rows(
        `SELECT x.label, n, m FROM (SELECT a.k, n, at, label FROM a JOIN codes ON codes.k = a.k) x JOIN b
           ON x.k = b.k AND x.at >= b.bt - INTERVAL 10 MINUTES AND x.at <= b.bt + INTERVAL 20 MINUTES`,
      ),
      three: rows(
        `SELECT a.k, n, m, l FROM a JOIN b ON ${ON} JOIN c ON c.k = a.k AND c.ct >= a.at AND c.ct <= a.at + INTERVAL 30 MINUTES`,
      ),
      limited: rows(`SELECT a.k FROM a JOIN b ON a.k = b.k WHERE a.k = 'z' LIMIT 1`),
    },
    batches: BATCHES.map((records) => ({
      ...(records as Record<string, readonly string[]>),
      c: (records as Record<string, readonly string[]>).a!.map((text) => {
        const { k, n, at } = JSON.parse(text) as { k: string; n: number; at: string };
        return JSON.stringify({ k, l: n, ct: at });
      }),
    })),
  },
  {
    name: "Rows of a join of streams are aggregated, behind the watermark by what the join may still return",
    streams,
    queries: {
      inner: rows(`SELECT window(a.at, '10 minutes') AS w, count(*) AS c FROM a JOIN b ON ${ON} GROUP BY 1`),
      left: rows(
        `SELECT window(at, '10 minutes') AS w, a.k, count(*) AS c, sum(m) AS s FROM a LEFT JOIN b ON ${ON} GROUP BY 1, 2`,
      ),
      ofRight: rows(`SELECT window(bt, '10 minutes') AS w, count(*) AS c FROM a JOIN b ON ${ON} GROUP BY 1`),
      half: rows(
        `SELECT window(a.at, '10 minutes') AS w, count(*) AS c FROM a JOIN b
           ON a.k = b.k AND a.at >= b.bt - INTERVAL 25 MINUTES GROUP BY 1`,
      ),
      none: rows(
        `SELECT window(a.at, '10 minutes') AS w, count(*) AS c FROM a JOIN b ON a.k = b.k GROUP BY 1`,
      ),
      ofWindows: rows(
        `SELECT a.w, count(*) AS c FROM ${window("a", "at")} JOIN ${
          window("b", "bt")
        } ON a.k = b.k AND a.w = b.w GROUP BY 1`,
      ),
    },
    batches: BATCHES,
  },
];
