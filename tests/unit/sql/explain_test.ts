import { equal } from "assert";
import { analyzeQuery, type QuerySpec } from "../../../lib/sql/analyze.ts";
import { parseColumns } from "../../../lib/sql/catalog.ts";
import { explainPlan } from "../../../lib/sql/explain/explain.ts";

const EVENTS = {
  columns: parseColumns("at TIMESTAMP, kind STRING, n INT, tags ARRAY<STRING>", "events"),
  watermark: { column: "at", delayMs: 600_000 },
};
const KINDS = { columns: parseColumns("kind STRING, title STRING", "kinds") };

function explained(spec: Pick<QuerySpec, "sql" | "outputMode">, deduplicate?: readonly string[]): string {
  const events = { ...EVENTS, ...(deduplicate === undefined ? {} : { deduplicate }) };
  const catalog = { streams: new Map([["events", events]]), tables: new Map([["kinds", KINDS]]) };
  const plan = analyzeQuery({ name: "q", timeZone: "UTC", catalog, ...spec });
  return explainPlan(plan, { kinds: ["kind", "title"] });
}

Deno.test("A plan of windows says what is read, what moves the watermark, and when a group leaves", () => {
  const sql = `SELECT window(at, '10 minutes', '5 minutes').start AS start, title, count(*) AS n
    FROM events JOIN kinds USING (kind) WHERE n > 1 AND kind <> 'x'
    GROUP BY window(at, '10 minutes', '5 minutes'), title HAVING max(n) IS NOT NULL`;
  equal(
    explained({ sql, outputMode: "append" }),
    `query q, output mode append, time zone UTC
  stream events
    read at TIMESTAMP, kind STRING, n INT
    filter kind IS NOT NULL, before the watermark
    filter (n > 1), before the watermark
    filter NOT (kind = 'x'), before the watermark
    watermark at, delay 10 min
    INNER JOIN kinds on kind = kinds.kind
    window of 10 min every 5 min, on at
  group by window, kinds.title
    compute count(*)
    compute max(n)
    a group is evicted when the watermark reaches the end of window
  filter max(n) IS NOT NULL
  emit window.start, kinds.title, count(*)
  as start TIMESTAMP, title STRING, n BIGINT
`,
  );
});

Deno.test("A plan of sessions says the gap, and by what a row counts once", () => {
  const sql =
    `SELECT session_window(at, '15 minutes') AS s, upper(kind) AS k, count(*) FILTER (WHERE n IN (1, 2)) AS c
    FROM events GROUP BY 1, 2 ORDER BY c DESC LIMIT 3`;
  equal(
    explained({ sql, outputMode: "complete" }, ["kind"]),
    `query q, output mode complete, time zone UTC
  stream events
    read at TIMESTAMP, kind STRING, n INT
    watermark at, delay 10 min
    deduplicate by kind
    session window with a gap of 15 min, on at
  group by session_window, upper(kind)
    compute count(*) where n IN (1, 2)
  order by count(*) where n IN (1, 2) DESC NULLS LAST
  limit 3
  emit session_window, upper(kind), count(*) where n IN (1, 2)
  as s STRUCT<start: TIMESTAMP, end: TIMESTAMP>, k STRING, c BIGINT
`,
  );
});

Deno.test("A plan with generators says what rows are made of, and what Spark filters before", () => {
  const sql = `SELECT window(at, '1 hour') AS w, tag, count(*) AS c FROM events
    LATERAL VIEW explode(tags) t AS tag LATERAL VIEW OUTER posexplode(split(tag, '-')) u AS place, part
    WHERE place > 0 GROUP BY 1, 2`;
  equal(
    explained({ sql, outputMode: "append" }),
    `query q, output mode append, time zone UTC
  stream events
    read at TIMESTAMP, tags ARRAY<STRING>
    filter (size(tags) > 0), before the watermark
    filter tags IS NOT NULL, before the watermark
    watermark at, delay 10 min
    a row for each of explode(tags)
    a row for each of posexplode_outer(split(explode(tags), '-'))
    filter (posexplode_outer(split(explode(tags), '-')).pos > 0)
    window of 1 h, on at
  group by window, explode(tags)
    compute count(*)
    a group is evicted when the watermark reaches the end of window
  emit window, explode(tags), count(*)
  as w STRUCT<start: TIMESTAMP, end: TIMESTAMP>, tag STRING, c BIGINT
`,
  );
});

Deno.test("A plan without groups has what each side of UNION ALL gives", () => {
  const sql = `SELECT kind, 1.50 AS x FROM events UNION ALL
    SELECT CASE WHEN n = 1 THEN 'it\\'s' END, CAST(n AS DOUBLE) FROM events WHERE at > TIMESTAMP '2018-12-31 10:00:00'`;
  equal(
    explained({ sql, outputMode: "append" }),
    `query q, output mode append, time zone UTC
  stream events
    read at TIMESTAMP, kind STRING
    watermark at, delay 10 min
  stream events
    read at TIMESTAMP, n INT
    watermark at, delay 10 min
    filter (at > TIMESTAMP '2018-12-31T10:00:00.000Z')
  emit kind, cast(1.50 AS DOUBLE)
  emit CASE WHEN (n = 1) THEN 'it\\'s' ELSE cast(NULL AS STRING) END, cast(n AS DOUBLE)
  as kind STRING, x DOUBLE
`,
  );
});
