/** LATERAL subqueries over tables: relations that are made for each row. */
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
  q: { columns: "d STRING, i INT", rows: [`{"d":"A","i":1}`, `{"d":"B","i":2}`] },
};
const append = (sql: string) => ({ sql, output_mode: "append" } as const);
const from = (rest: string) => append(`SELECT t.k, n, x.* FROM t ${rest}`);
const OF_KEY = "SELECT v, d FROM r WHERE r.k = t.k";

export const LATERAL: readonly Scenario[] = [
  {
    name: "A LATERAL subquery over a table makes rows of each row",
    isLikeAnother: true,
    streams,
    tables,
    queries: {
      equal: from(`JOIN LATERAL (${OF_KEY}) x`),
      comma: from(`, LATERAL (SELECT v FROM r WHERE r.v < t.n) x (less)`),
      whole: from("CROSS JOIN LATERAL (SELECT i FROM q) x"),
      left: from(`LEFT JOIN LATERAL (${OF_KEY}) x`),
      leftOn: from(`LEFT JOIN LATERAL (${OF_KEY}) x ON x.v > n`),
      groups: from(", LATERAL (SELECT d, count(*) AS c FROM r WHERE r.k = t.k GROUP BY d) x"),
      row: from(", LATERAL (SELECT n + 1 AS m) x"),
      chain: append("SELECT n, m, d FROM t, LATERAL (SELECT n + 1 AS m), LATERAL (SELECT m * n AS d)"),
      joined: from(", LATERAL (SELECT i FROM r JOIN q USING (d) WHERE r.k = t.k) x"),
      exists: from(
        ", LATERAL (SELECT d FROM r WHERE r.k = t.k AND EXISTS (SELECT 1 FROM q WHERE q.d = r.d)) x",
      ),
      windows: append(
        `SELECT window(at, '10 minutes') AS w, count(*) AS c, sum(v) AS v FROM t, LATERAL (${OF_KEY})
          GROUP BY window(at, '10 minutes')`,
      ),
    },
    batches: [
      batch(at("10:00"), at("10:01", "b", 2), at("10:02", null, 5), at("10:03", "z", null)),
      batch(at("10:04", "a", 4), at("10:30", "z", 1)),
      batch(at("10:05", "b", 5), at("10:35", "a", 4)),
      batch(at("11:30", "a", 1)),
    ],
  },
];
