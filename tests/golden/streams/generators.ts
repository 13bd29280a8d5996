/** Generators: explode and the like, in the SELECT list, as LATERAL VIEW and joined with LATERAL. */
import type { Scenario, ScenarioQuery } from "../../support/stream_scenario.ts";

type Item = { readonly name?: string | null; readonly n?: number } | null;

/** An order at a time of the last day of 2018, with its items; `undefined` leaves them out. */
function order(
  time: string,
  id: string | null,
  items?: readonly Item[] | null,
  more: { readonly tags?: readonly (string | null)[] | null; readonly attrs?: object | null } = {},
): string {
  return JSON.stringify({ at: `2018-12-31T${time}`, id, items, ...more });
}

const COLUMNS = "at TIMESTAMP, id STRING, items ARRAY<STRUCT<name: STRING, n: INT>>, tags ARRAY<STRING>, " +
  "attrs MAP<STRING, INT>, other STRUCT<tags: ARRAY<STRING>>";
const streams = { t: { columns: COLUMNS, watermark: "at 10 minutes" } };
const tables = {
  labels: {
    columns: "name STRING, label STRING",
    rows: [
      '{"name":"nut","label":"small"}',
      '{"name":"nut","label":"round"}',
      '{"name":"bolt","label":"long"}',
    ],
  },
};

/** Those without items, with none, and with NULL among them; and times of which some are late. */
const BATCHES = [
  {
    t: [
      order("10:00", "a", [{ name: "nut", n: 2 }, { name: "bolt", n: 1 }], { tags: ["x", null, "y"] }),
      order("10:01", "b", [], { tags: [], attrs: {} }),
      order("10:02", "c", null, { tags: null, attrs: { p: 1, q: 2 } }),
      order("10:03", null, [null, { n: 5 }, { name: "nut" }], { attrs: null }),
    ],
  },
  {
    t: [
      // Without items it advances the watermark only where nothing is generated of them.
      order("10:50", "d", []),
      order("10:31", "a", [{ name: "nut", n: 3 }], { tags: ["y"], attrs: { q: 7 } }),
      "no JSON",
    ],
  },
  { t: [order("10:05", "e", [{ name: "bolt", n: 4 }], { tags: ["z"] }), order("10:32", "a")] },
  {
    t: [
      order("11:30", "f", [{ name: "nut", n: 1 }, { name: "nut", n: 1 }], { tags: ["x"], attrs: { p: 3 } }),
    ],
  },
  {
    t: [
      order("11:31", "a", [{ name: "nail", n: 9 }], { tags: ["x", "z"] }),
      order("10:40", "g", [{ name: "nut", n: 1 }]),
    ],
  },
];

const append = (sql: string): ScenarioQuery => ({ sql, output_mode: "append" });
const TENS = "window(at, '10 minutes')";

export const GENERATORS: readonly Scenario[] = [
  {
    name: "A generator in the SELECT list makes rows of each row",
    isLikeAnother: true,
    streams,
    queries: {
      explode: append("SELECT id, explode(items) AS item FROM t"),
      outer: append("SELECT id, explode_outer(tags) FROM t"),
      map: append("SELECT explode(attrs), id FROM t"),
      map_outer: append("SELECT explode_outer(attrs) AS (name, value), id FROM t"),
      positions: append("SELECT posexplode(tags) AS (place, tag), id FROM t"),
      positions_outer: append("SELECT id, posexplode_outer(attrs) FROM t"),
      inline: append("SELECT *, inline(items) FROM t"),
      inline_outer: append("SELECT id, inline_outer(items) (thing, many) FROM t"),
      stack: append("SELECT id, stack(2, id, size(items), upper(id), -1) AS (text, number) FROM t"),
      stack_short: append("SELECT stack(3, id, at, 'b', NULL, 'c') FROM t"),
      tuple: append("SELECT id, json_tuple(to_json(struct(id, items)), 'items', 'id', 'none') FROM t"),
      texts: append("SELECT explode(split(id, '')) AS letter FROM t WHERE id > 'a'"),
      constant: append("SELECT id, explode(array(1, 2)) AS n FROM t"),
      nothing: append("SELECT id, explode(CAST(array() AS ARRAY<INT>)) AS n FROM t"),
    },
    batches: BATCHES,
  },
  {
    name: "LATERAL VIEW makes rows of each row, also several of them, one of the other's, with conditions",
    isLikeAnother: true,
    streams,
    tables,
    queries: {
      view: append("SELECT id, item.name, item.n FROM t LATERAL VIEW explode(items) i AS item"),
      outer: append("SELECT t.id, i.* FROM t LATERAL VIEW OUTER inline(items) i"),
      several: append(
        "SELECT id, tag, key, value FROM t LATERAL VIEW explode(tags) a AS tag LATERAL VIEW OUTER explode(attrs) b",
      ),
      chained: append(
        "SELECT id, letter FROM t LATERAL VIEW explode(tags) a AS tag LATERAL VIEW explode(split(tag, '')) b AS letter",
      ),
      where: append(
        "SELECT id, name, n + 1 AS more FROM t LATERAL VIEW inline(items) i WHERE n > 1 AND id <> 'e'",
      ),
      named_as: append("SELECT tag FROM t LATERAL VIEW explode(tags) AS tag"),
      nested: append("SELECT id, tag FROM t LATERAL VIEW explode(other.tags) o AS tag"),
      joined: append(
        "SELECT id, name, label FROM (SELECT * FROM t LATERAL VIEW inline(items) i) LEFT JOIN labels USING (name)",
      ),
      before: append(
        "SELECT id, label, tag FROM t JOIN labels ON t.id = labels.name LATERAL VIEW explode(tags) a AS tag",
      ),
      union: append(
        "SELECT id, explode(tags) AS tag FROM t UNION ALL SELECT tag, id FROM t LATERAL VIEW explode(tags) a AS tag",
      ),
    },
    batches: BATCHES,
  },
  {
    name:
      "The rows of a generator are grouped, by windows as well, and rows without any do not advance the watermark",
    streams,
    tables,
    queries: {
      windows: append(
        `SELECT ${TENS} AS w, name, count(*) AS c, sum(n) AS n FROM t LATERAL VIEW inline(items) i GROUP BY 1, 2`,
      ),
      outer: append(
        `SELECT ${TENS} AS w, count(*) AS c, count(tag) AS tags FROM t LATERAL VIEW OUTER explode(tags) a AS tag GROUP BY 1`,
      ),
      // What is generated of an expression is not filtered before.
      nested: append(
        `SELECT ${TENS} AS w, count(*) AS c FROM t LATERAL VIEW explode(other.tags) o AS tag GROUP BY 1`,
      ),
      texts: append(
        `SELECT ${TENS} AS w, count(*) AS c FROM t LATERAL VIEW explode(split(id, '')) o AS s GROUP BY 1`,
      ),
      of_subquery: append(
        `SELECT ${TENS} AS w, count(*) AS c FROM (SELECT at, split(id, '') AS s FROM t) LATERAL VIEW explode(s) AS s1 GROUP BY 1`,
      ),
      of_select: append(
        `SELECT ${TENS} AS w, item.name, count(*) AS c FROM (SELECT at, explode(items) AS item FROM t) GROUP BY 1, 2`,
      ),
      having: append(
        `SELECT ${TENS} AS w, sum(n) AS s FROM t LATERAL VIEW inline(items) i GROUP BY 1 HAVING sum(n) > 3`,
      ),
      by_time: append("SELECT at, count(*) AS c FROM t LATERAL VIEW explode(tags) a AS tag GROUP BY at"),
      update: {
        sql: "SELECT tag, count(*) AS c FROM t LATERAL VIEW explode(tags) a AS tag GROUP BY tag",
        output_mode: "update",
      },
      complete: {
        sql:
          "SELECT name, sum(n) AS s FROM t LATERAL VIEW inline(items) i WHERE name IS NOT NULL GROUP BY name ORDER BY s DESC NULLS LAST, name",
        output_mode: "complete",
      },
      distinct: { sql: "SELECT DISTINCT explode(tags) AS tag FROM t", output_mode: "update" },
      rollup: {
        sql: "SELECT id, name, count(*) AS c FROM t LATERAL VIEW inline(items) i GROUP BY ROLLUP (id, name)",
        output_mode: "complete",
      },
    },
    batches: BATCHES,
  },
  {
    name: "Rows are made of groups: in the SELECT list that aggregates, and of the groups of a subquery",
    streams,
    queries: {
      keys: append(`SELECT ${TENS} AS w, explode(collect_list(id)) AS id FROM t GROUP BY 1`),
      counted: {
        sql:
          "SELECT id, count(*) AS c, posexplode(collect_list(size(tags))) AS (place, n) FROM t GROUP BY id",
        output_mode: "update",
      },
      sorted: {
        sql:
          "SELECT id, explode(array(count(*), max(size(items)))) AS n FROM t GROUP BY id ORDER BY n DESC, id",
        output_mode: "complete",
      },
      of_key: append(
        `SELECT ${TENS} AS w, tags, explode(tags) AS tag, count(*) AS c FROM t GROUP BY 1, tags`,
      ),
      subquery: append(
        `SELECT w, id FROM (SELECT ${TENS} AS w, collect_list(id) AS ids FROM t GROUP BY 1) LATERAL VIEW explode(ids) i AS id`,
      ),
      again: append(
        `SELECT window(w, '1 hour') AS h, id, count(*) AS c FROM (SELECT ${TENS} AS w, collect_list(id) AS ids FROM t GROUP BY 1)
          LATERAL VIEW explode(ids) i AS id GROUP BY 1, 2`,
      ),
    },
    batches: BATCHES,
  },
  {
    name: "The rows of a generator are joined with LATERAL",
    isLikeAnother: true,
    streams,
    queries: {
      comma: append("SELECT id, tag FROM t, LATERAL explode(tags) AS a(tag)"),
      cross: append("SELECT id, col FROM t CROSS JOIN explode(array(1, 2))"),
      windows: append(
        `SELECT ${TENS} AS w, count(*) AS c FROM t, LATERAL explode(tags) AS a(tag) GROUP BY 1`,
      ),
    },
    batches: BATCHES,
  },
];
