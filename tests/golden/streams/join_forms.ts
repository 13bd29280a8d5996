/** Joins with a table by a comma, CROSS, NATURAL, <=>, or conditions that are no equalities. */
import type { Scenario } from "../../support/stream_scenario.ts";
import { at, batch, COLUMNS } from "./records.ts";

const streams = { t: { columns: COLUMNS, watermark: "at 10 minutes" } };
const tables = {
  codes: {
    columns: "k STRING, label STRING, rank INT",
    rows: [
      `{"k":"a","label":"first","rank":1}`,
      `{"k":"b","label":"second","rank":2}`,
      `{"k":"b","label":"again","rank":3}`,
      `{"k":null,"label":"null","rank":4}`,
      `{"k":"unused","label":null}`,
    ],
  },
  names: {
    columns: "label STRING, name STRING",
    rows: [`{"label":"first","name":"one"}`, `{"label":null,"name":"none"}`],
  },
};
const rows = (sql: string) => ({ sql, output_mode: "append" } as const);

export const JOIN_FORMS: readonly Scenario[] = [
  {
    name: "A table is joined in every form, with and without an equality",
    streams,
    tables,
    queries: {
      comma: rows("SELECT t.k, n, label FROM t, codes WHERE t.k = codes.k AND rank < 3"),
      commas: rows(
        "SELECT t.k, n, name FROM t, codes c, names WHERE c.k = t.k AND names.label = c.label AND n > 0",
      ),
      cross: rows("SELECT t.k, n, label FROM t CROSS JOIN codes WHERE n = 1"),
      none: rows("SELECT t.k, name FROM t JOIN names"),
      natural: rows("SELECT * FROM t NATURAL JOIN codes"),
      naturalLeft: rows("SELECT * FROM t NATURAL LEFT JOIN codes"),
      naturalCross: rows("SELECT * FROM t NATURAL JOIN names"),
      less: rows("SELECT t.k, n, label FROM t JOIN codes ON n < rank"),
      lessLeft: rows("SELECT t.k, n, label FROM t LEFT JOIN codes ON n < rank AND t.k <> codes.k"),
      lessSemi: rows("SELECT k, n FROM t LEFT SEMI JOIN codes ON n < rank"),
      lessAnti: rows("SELECT k, n FROM t LEFT ANTI JOIN codes ON n < rank OR n IS NULL"),
      nullSafe: rows("SELECT t.k, n, label FROM t JOIN codes ON t.k <=> codes.k"),
      nullSafeLeft: rows("SELECT t.k, n, label FROM t LEFT JOIN codes ON codes.k <=> t.k AND n = rank"),
      nullSafeAnti: rows("SELECT k, n FROM t LEFT ANTI JOIN codes ON t.k <=> codes.k"),
      true: rows("SELECT t.k, name FROM t LEFT JOIN names ON TRUE"),
    },
    batches: [
      batch(at("10:00", "a", 1), at("10:01", "b", 2), at("10:02", null, 4), at("10:03", "z", null)),
      batch(at("10:31", "b", 3), at("10:32", "a", null), at("10:40", null, 1)),
      batch(at("10:04", "b", 9), at("10:50", "c", 1)),
      batch(at("11:04", "b", 2)),
    ],
  },
  {
    name: "The columns of USING come first, also where only those of the left side are kept",
    isLikeAnother: true,
    streams,
    tables,
    queries: {
      semi: rows("SELECT * FROM t LEFT SEMI JOIN codes USING (k)"),
      anti: rows("SELECT * FROM t LEFT ANTI JOIN codes USING (k)"),
    },
    batches: [batch(at("10:00", "a", 1), at("10:01", "z", 2))],
  },
];
