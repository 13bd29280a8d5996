/** Subqueries over tables in ON: of the rows of either side. */
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
  q: { columns: "d STRING, i INT", rows: [`{"d":"A","i":1}`, `{"d":"B","i":2}`, `{"d":"N","i":5}`] },
};
/** By batch, those of `t`, and of `u`. */
const RECORDS = [
  {
    t: [at("10:00"), at("10:01", "b", 2), at("10:02", null, 5), at("10:03", "z", null)],
    u: [at("10:01", "a", 5), at("10:02", "b", 2)],
  },
  { t: [at("10:04", "a", 4), at("10:30", "b", 1)], u: [at("10:04", "b", 1), at("10:31", "a", 1)] },
  { t: [at("10:05", "b", 5), at("10:50", "z", 2), at("10:35", "z", 4)], u: [at("10:51", "z", 2)] },
  { t: [at("11:30", "a", 1)], u: [at("11:29", "a", 2)] },
];
const append = (sql: string) => ({ sql, output_mode: "append" } as const);
const on = (join: string, condition: string) =>
  append(`SELECT t.k, n, r.v, d FROM t ${join} r ON t.k = r.k AND ${condition}`);
const kept = (join: string, condition: string) =>
  append(`SELECT k, n FROM t ${join} r ON t.k = r.k AND ${condition}`);
const windows = (join: string, condition: string) =>
  append(
    `SELECT window(at, '10 minutes') AS w, count(*) AS c, count(r.v) AS v FROM t ${join} r ON t.k = r.k AND ${condition}
      GROUP BY window(at, '10 minutes')`,
  );

const ROW_IN = "n IN (SELECT i FROM q)";
const ROW_NOT_IN = "n NOT IN (SELECT i FROM q WHERE i > 1)";
const ROW_EXISTS = "EXISTS (SELECT 1 FROM q WHERE q.i = t.n)";
const TABLE_IN = "r.d IN (SELECT d FROM q)";
const TABLE_NOT_EXISTS = "NOT EXISTS (SELECT 1 FROM q WHERE q.d = r.d)";

export const CONDITION_QUERIES: readonly Scenario[] = [
  {
    name: "A subquery over a table is a condition of a join with a table, on either side",
    isLikeAnother: true,
    streams,
    tables,
    queries: {
      rowIn: on("JOIN", ROW_IN),
      rowNotIn: on("JOIN", ROW_NOT_IN),
      rowExists: on("JOIN", ROW_EXISTS),
      tableIn: on("JOIN", TABLE_IN),
      tableNot: on("JOIN", TABLE_NOT_EXISTS),
      both: on("JOIN", `(${ROW_IN} OR ${TABLE_NOT_EXISTS})`),
      not: on("JOIN", `NOT (${TABLE_IN})`),
      alone: append(`SELECT t.k, n, r.d FROM t JOIN r ON ${TABLE_IN}`),
      leftRow: on("LEFT JOIN", ROW_IN),
      leftRowNot: on("LEFT JOIN", ROW_NOT_IN),
      leftTable: on("LEFT JOIN", TABLE_NOT_EXISTS),
      semi: kept("LEFT SEMI JOIN", TABLE_IN),
      anti: kept("LEFT ANTI JOIN", TABLE_NOT_EXISTS),
      antiRow: kept("LEFT ANTI JOIN", ROW_EXISTS),
      right: append(`SELECT r.v, n FROM r RIGHT JOIN t ON r.k = t.k AND ${TABLE_IN}`),
      value: on("JOIN", "r.v < (SELECT max(i) FROM q)"),
      any: on("LEFT JOIN", "EXISTS (SELECT 1 FROM q WHERE i > 100)"),
      tables: append(
        `SELECT k, n, y FROM t JOIN (SELECT k, r.d AS y FROM r FULL JOIN q ON r.d = q.d AND ${TABLE_IN}
          AND q.i NOT IN (SELECT v FROM r WHERE v IS NOT NULL)) USING (k)`,
      ),
      windowsRow: windows("JOIN", ROW_IN),
      windowsTable: windows("JOIN", TABLE_IN),
      windowsLeft: windows("LEFT JOIN", ROW_IN),
    },
    batches: RECORDS.map(({ t }) => batch(...t)),
  },
  {
    name: "A subquery over a table is a condition of a join of streams",
    streams: { t: streams.t, u: { columns: COLUMNS, watermark: "at 10 minutes" } },
    tables,
    queries: {
      left: append(`SELECT t.k, t.n, u.n AS m FROM t JOIN u ON t.k = u.k AND t.n IN (SELECT i FROM q)`),
      right: append(
        `SELECT t.k, t.n, u.n AS m FROM t JOIN u ON t.k = u.k AND EXISTS (SELECT 1 FROM q WHERE q.i = u.n)`,
      ),
      outer: append(
        `SELECT t.k, t.n, u.n AS m FROM t LEFT JOIN u ON t.k = u.k AND u.at BETWEEN t.at AND t.at + INTERVAL 10 MINUTES
          AND u.n NOT IN (SELECT i FROM q WHERE i > 1)`,
      ),
    },
    batches: RECORDS,
  },
];
