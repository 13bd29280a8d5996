/** Joins of a stream with a static table. */
import type { Scenario } from "../../support/stream_scenario.ts";
import { at, batch, COLUMNS } from "./records.ts";

const streams = { t: { columns: COLUMNS, watermark: "at 10 minutes" } };
const tables = {
  codes: {
    columns: "code STRING AS k, label STRING, rank INT",
    rows: [
      `{"code":"a","label":"first","rank":1}`,
      `{"code":"b","label":"second","rank":2}`,
      `{"code":"b","label":"again","rank":3}`,
      `{"code":null,"label":"null","rank":4}`,
      `{"code":"unused","label":null}`,
    ],
  },
};
const BATCHES = [
  batch(at("10:00", "a", 1), at("10:01", "b", 2), at("10:02", null, 4), at("10:03", "z", null)),
  batch(at("10:31", "b", 3), at("10:32", "a", null)),
  batch(at("10:04", "b", 9)),
];
const rows = (type: string) =>
  ({
    sql: `SELECT t.k, n, label FROM t ${type} JOIN codes ON t.k = codes.k`,
    output_mode: "append",
  }) as const;
const semi = (type: string) =>
  ({ sql: `SELECT k, n FROM t LEFT ${type} JOIN codes USING (k)`, output_mode: "append" }) as const;

export const JOINS: readonly Scenario[] = [
  {
    name:
      "A NULL key matches nothing, and a key that occurs twice in the table gives two rows, in each type of join",
    streams,
    tables,
    queries: {
      inner: rows("INNER"),
      left: rows("LEFT OUTER"),
      semi: semi("SEMI"),
      anti: semi("ANTI"),
      using: { sql: "SELECT * FROM t LEFT JOIN codes USING (k)", output_mode: "append" },
      more: {
        sql: "SELECT t.k, rank FROM t LEFT JOIN codes ON t.k = codes.k AND t.n >= codes.rank",
        output_mode: "append",
      },
      semiMore: {
        sql: "SELECT k, n FROM t LEFT SEMI JOIN codes ON t.k = codes.k AND codes.rank > t.n",
        output_mode: "append",
      },
      antiMore: {
        sql: "SELECT k, n FROM t LEFT ANTI JOIN codes ON t.k = codes.k AND codes.rank > t.n",
        output_mode: "append",
      },
      keys: {
        sql: "SELECT t.k, label FROM t JOIN codes ON upper(t.k) = upper(codes.k) AND n = rank",
        output_mode: "append",
      },
    },
    batches: BATCHES,
  },
  {
    name: "What a join gives can be grouped and filtered like a stream",
    streams,
    tables,
    queries: {
      count: {
        sql: `SELECT label, count(*) AS c, count(n) AS n FROM t LEFT JOIN codes USING (k) GROUP BY label`,
        output_mode: "update",
      },
      windows: {
        sql: `SELECT window(at, '10 minutes') AS w, label, sum(n) AS n FROM t JOIN codes USING (k)
          WHERE rank < 3 GROUP BY window(at, '10 minutes'), label`,
        output_mode: "append",
      },
      missing: {
        sql: "SELECT k, n FROM t LEFT JOIN codes USING (k) WHERE label IS NULL",
        output_mode: "append",
      },
    },
    batches: BATCHES,
  },
  {
    name: "A table without rows leaves inner joins empty and outer ones without a match",
    streams,
    tables: { codes: { ...tables.codes, rows: [] } },
    queries: { inner: rows("INNER"), left: rows("LEFT"), semi: semi("SEMI"), anti: semi("ANTI") },
    batches: BATCHES,
  },
];
