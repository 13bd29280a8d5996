/** IN and EXISTS with a subquery over a static table. */
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
    ],
  },
  whole: { columns: "k STRING, v INT", rows: [`{"k":"a","v":1}`, `{"k":"b","v":2}`] },
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

export const SUBQUERIES: readonly Scenario[] = [
  {
    name: "A subquery of IN or EXISTS keeps the rows that it has, or that it has not",
    streams,
    tables,
    queries: {
      in: rows("k IN (SELECT k FROM r)"),
      inWhere: rows("n + 1 IN (SELECT v + 1 FROM r WHERE d <> 'AA' AND r.k <=> t.k)"),
      notIn: rows("k NOT IN (SELECT k FROM r)"),
      notInFull: rows("k NOT IN (SELECT k FROM whole)"),
      notInNone: rows("k NOT IN (SELECT k FROM none)"),
      notInWhere: rows("n NOT IN (SELECT v FROM r WHERE r.k = t.k)"),
      notInConstant: rows("n NOT IN (SELECT 1 FROM r)"),
      not: rows("NOT (k IN (SELECT k FROM whole) OR n = 4)"),
      exists: rows("EXISTS (SELECT 1 FROM r WHERE r.k = t.k AND r.v >= t.n)"),
      notExists: rows("NOT EXISTS (SELECT * FROM r WHERE k = t.k)"),
      any: rows("EXISTS (SELECT 1 FROM r WHERE v > 4) AND n > 1"),
      less: rows("EXISTS (SELECT 1 FROM whole f WHERE f.v < n)"),
      or: rows("k IN (SELECT k FROM whole WHERE v > 1) OR n IN (SELECT v FROM r) OR n IS NULL"),
      both: rows("k IN (SELECT k FROM r) AND n NOT IN (SELECT v FROM whole)"),
      star: rows("k IN (SELECT * EXCEPT (v) FROM whole)"),
    },
    batches: records,
  },
  {
    name: "A subquery of IN or EXISTS is a value, and a condition of groups",
    streams,
    tables,
    queries: {
      values: append(
        `SELECT k, n, k IN (SELECT k FROM r) AS a, k NOT IN (SELECT k FROM whole) AS b,
          CASE WHEN EXISTS (SELECT 1 FROM r WHERE v = n) THEN 'v' ELSE upper(k) END AS c FROM t`,
      ),
      windows: append(
        `SELECT window(at, '10 minutes') AS w, count(*) AS c FROM t WHERE k IN (SELECT k FROM whole)
          GROUP BY window(at, '10 minutes')`,
      ),
      notIn: append(
        `SELECT window(at, '10 minutes') AS w, count(*) AS c FROM t WHERE n NOT IN (SELECT v FROM whole)
          GROUP BY window(at, '10 minutes')`,
      ),
      counted: {
        sql: "SELECT count_if(k IN (SELECT k FROM whole)) AS c, count(*) AS n FROM t",
        output_mode: "update",
      },
    },
    batches: records,
  },
];
