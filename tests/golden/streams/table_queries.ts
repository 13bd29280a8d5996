/** Queries over static tables in a statement over a stream: as values, in IN and EXISTS, joined, and on either side. */
import type { Scenario } from "../../support/stream_scenario.ts";
import { at, batch, COLUMNS } from "./records.ts";

const streams = { t: { columns: COLUMNS, watermark: "at 10 minutes" } };
const tables = {
  r: {
    columns: "k STRING, v INT, d STRING",
    rows: [
      `{"k":"a","v":1,"d":"A"}`,
      `{"k":"a","v":4,"d":"AA"}`,
      `{"k":"b","v":null,"d":"B"}`,
      `{"k":null,"v":5,"d":"N"}`,
      `{"k":"unused","v":7,"d":"U"}`,
    ],
  },
  names: {
    columns: "d STRING, name STRING",
    rows: [`{"d":"A","name":"one"}`, `{"d":"B","name":"two"}`, `{"d":null,"name":"none"}`],
  },
  none: { columns: "k STRING, v INT", rows: [] },
};
const records = [
  batch(at("10:00"), at("10:01", "b", 2), at("10:02", null, 5), at("10:03", "z", null)),
  batch(at("10:04", "a", 4), at("10:30", null, 1)),
  batch(at("10:05", "b", 5), at("10:50", "z", 2), at("10:35", "z", 4)),
  batch(at("11:30", "a", 1)),
];
const append = (sql: string) => ({ sql, output_mode: "append" } as const);
const rows = (where: string) => append(`SELECT at, k, n FROM t WHERE ${where}`);
const value = (query: string) => append(`SELECT k, n, (${query}) AS x FROM t`);
const from = (relations: string) => append(`SELECT * FROM ${relations}`);

export const TABLE_QUERIES: readonly Scenario[] = [
  {
    name: "A query over a table is a value of each row",
    streams,
    tables,
    queries: {
      max: value("SELECT max(v) FROM r"),
      none: value("SELECT max(v) FROM none"),
      empty: value("SELECT v FROM none"),
      list: value("SELECT v FROM r ORDER BY v DESC LIMIT 1"),
      values: value("VALUES (1.5)"),
      equal: value("SELECT sum(v) FROM r WHERE r.k = t.k"),
      count: value("SELECT count(*) FROM r WHERE r.k = t.k"),
      grouped: value("SELECT max(v) FROM r WHERE r.k = t.k GROUP BY r.k"),
      joined: value("SELECT min(name) FROM r JOIN names USING (d) WHERE r.k = t.k"),
      nullSafe: value("SELECT max(d) FROM r WHERE r.k <=> t.k"),
      condition: rows("n > (SELECT min(v) FROM r)"),
      correlated: rows("n >= (SELECT max(v) FROM r WHERE r.k = t.k)"),
      twice: append("SELECT k, (SELECT max(v) FROM r) + (SELECT max(v) FROM r) AS s, (SELECT 1) AS o FROM t"),
      with: append(
        "WITH best AS (SELECT k, max(v) AS v FROM r GROUP BY k) SELECT k, (SELECT v FROM best WHERE k = 'a') AS x FROM t",
      ),
      windows: append(
        `SELECT window(at, '10 minutes') AS w, sum(n + (SELECT min(v) FROM r)) AS s, (SELECT max(d) FROM r) AS d FROM t
          GROUP BY window(at, '10 minutes')`,
      ),
      kept: {
        sql: "SELECT k, count(*) AS c FROM t GROUP BY k HAVING count(*) >= (SELECT min(v) FROM r)",
        output_mode: "complete",
      },
    },
    batches: records,
  },
  {
    name: "IN and EXISTS take any query over tables",
    streams,
    tables,
    queries: {
      inJoin: rows("k IN (SELECT r.k FROM r JOIN names ON r.d = names.d)"),
      inGroups: rows("k IN (SELECT k FROM r GROUP BY k HAVING count(*) > 1)"),
      inUnion: rows("n IN (SELECT v FROM r UNION SELECT 2)"),
      inValues: rows("n IN (VALUES 1, 2, 3)"),
      inLimit: rows("n IN (SELECT v FROM r ORDER BY v DESC LIMIT 2)"),
      inPair: rows("(k, n) IN (SELECT k, v FROM r)"),
      notInPair: rows("(k, n) NOT IN (SELECT k, v FROM r WHERE d LIKE 'A%')"),
      notInGroups: rows("n NOT IN (SELECT max(v) FROM r WHERE v IS NOT NULL GROUP BY d)"),
      notInWhere: rows("n NOT IN (SELECT v FROM r WHERE r.k = t.k AND d <> 'A')"),
      notInLess: rows("n NOT IN (SELECT v FROM r WHERE r.v < t.n)"),
      existsJoin: rows("EXISTS (SELECT * FROM r LEFT JOIN names USING (d) WHERE r.k = t.k AND name IS NULL)"),
      nested: rows("k IN (SELECT k FROM r WHERE d IN (SELECT d FROM names))"),
      with: append(
        "WITH two AS (SELECT k FROM r WHERE v > 1) SELECT k, n FROM t WHERE k IN (SELECT * FROM two)",
      ),
    },
    batches: records,
  },
  {
    name: "Queries over tables are joined like tables, and stand on either side",
    streams,
    tables,
    queries: {
      groups: from("t JOIN (SELECT k AS key, count(*) AS c, max(v) AS v FROM r GROUP BY k) g ON t.k = g.key"),
      distinct: from("t LEFT JOIN (SELECT DISTINCT substring(d, 1, 1) AS first FROM r) ON first = upper(k)"),
      values: from("t JOIN VALUES ('a', 1), ('b', 2) AS x(key, number) ON t.k = key AND n >= number"),
      union: from("t JOIN (SELECT k, v FROM r UNION SELECT d, 9 FROM names) u USING (k)"),
      intersect: from("t JOIN (SELECT d FROM r INTERSECT SELECT d FROM names) ON d = upper(k)"),
      except: from("t JOIN (SELECT d FROM r EXCEPT SELECT d FROM names) ON d > k OR k IS NULL"),
      intersectAll: from("t JOIN (SELECT k FROM r INTERSECT ALL SELECT k FROM r WHERE v < 5) USING (k)"),
      exceptAll: from("t JOIN (SELECT k, v > 0 FROM r EXCEPT ALL SELECT d, true FROM names) x USING (k)"),
      exceptAllTwice: from(
        "t JOIN ((SELECT k FROM r UNION ALL SELECT k FROM r) EXCEPT ALL SELECT k FROM r WHERE v = 1) USING (k)",
      ),
      tables: from("t JOIN (r FULL JOIN names USING (d)) ON t.k = r.k"),
      right: from("t JOIN (SELECT r.k, name FROM names RIGHT JOIN r ON r.d = names.d) x USING (k)"),
      cte: append(
        "WITH g AS (SELECT k, max(v) AS v FROM r GROUP BY k) SELECT t.k, n, v FROM t LEFT JOIN g ON t.k = g.k",
      ),
      first: from("r JOIN t ON r.k = t.k"),
      firstUsing: from("r JOIN t USING (k)"),
      firstRight: from("r RIGHT OUTER JOIN t USING (k)"),
      firstNatural: from("r NATURAL RIGHT JOIN t"),
      comma: append("SELECT d, n FROM r, t WHERE r.k = t.k AND v > 1"),
      both: from("names JOIN r USING (d) RIGHT JOIN t ON r.k = t.k"),
      types: append("SELECT k, n, word FROM t JOIN VALUES (1L, 'one'), (5L, 'five') AS v(b, word) ON n = b"),
      fromFirst: append("FROM t JOIN r USING (k) SELECT k, n, v WHERE v > 1"),
      piped: append("FROM t |> WHERE n > 1 |> JOIN r USING (k) |> EXTEND n + v AS s |> SELECT k, s"),
      windows: append(
        `SELECT window(at, '10 minutes') AS w, g.c, count(*) AS n
          FROM t JOIN (SELECT k, count(*) AS c FROM r GROUP BY k) g ON t.k = g.k GROUP BY window(at, '10 minutes'), g.c`,
      ),
    },
    batches: records,
  },
];
