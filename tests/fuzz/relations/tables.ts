/** Queries over the static tables: in the place of a table, as values, and in IN and EXISTS. */
import type { Random } from "../random.ts";

/** Relations with the columns of the table `codes`: k, label and rank. */
const CODES = [
  "(SELECT * FROM codes WHERE rank >= 0)",
  "VALUES ('a', 'first', 1), ('b', NULL, 2), (NULL, 'none', 3)",
  "(SELECT k, max(label) AS label, count(*) AS rank FROM codes GROUP BY k)",
  "(SELECT k, label, rank FROM codes UNION SELECT label, k, 7 FROM codes)",
  "(SELECT k, label, rank FROM codes UNION ALL VALUES ('c', 'more', 5), ('a', NULL, NULL))",
  "(SELECT k, label, rank FROM codes INTERSECT SELECT k, label, rank FROM codes WHERE rank > 0)",
  "(SELECT k, label, rank FROM codes EXCEPT SELECT 'b', 'again', 0)",
  "(SELECT DISTINCT lower(k) AS k, 'x' AS label, rank % 2 AS rank FROM codes)",
  "(SELECT codes.k, label, rank FROM codes JOIN VALUES ('a'), ('b'), ('b') AS kept (k) USING (k))",
  "(SELECT k, label, rank FROM codes LEFT JOIN days ON codes.rank = days.price)",
  "(SELECT k, label, rank FROM codes ORDER BY rank DESC, k LIMIT 3)",
  "(WITH best AS (SELECT k, max(rank) AS rank FROM codes GROUP BY k) SELECT k, k || '!' AS label, rank FROM best)",
  "(SELECT k, label, rank FROM codes WHERE k IN (SELECT k FROM codes WHERE rank > 1))",
  "(SELECT k, letter AS label, rank FROM codes LATERAL VIEW explode(split(label, 'e')) v AS letter)",
  "(FROM codes |> WHERE rank < 2 |> SELECT k, upper(label) AS label, rank)",
];

/** What stands behind JOIN for the table `codes`, or in its place, and goes by that name. */
export function codes(random: Random): string {
  return random.chance(0.55) ? "codes" : `${random.pick(CODES)} AS codes (k, label, rank)`;
}

/**
 * Values by a query that has one row at most. Of the row outside they read columns that no table has. Nothing is both
 * grouped and correlated by an expression.
 */
const VALUES = [
  "(SELECT max(label) FROM codes)",
  "(SELECT count(*) FROM codes WHERE rank > 0)",
  "(SELECT label FROM codes WHERE rank = 1)",
  "(SELECT label FROM codes WHERE rank > 5)",
  "(SELECT label FROM codes ORDER BY rank LIMIT 1)",
  "(VALUES ('x'))",
  "(SELECT sum(n) FROM VALUES (1.5), (2.25) AS x (n))",
  "(SELECT count(*) FROM (SELECT k FROM codes UNION SELECT label FROM codes))",
  "(SELECT min(since) FROM days)",
  "(SELECT sum(price) FROM days JOIN codes ON days.price > codes.rank)",
  "(SELECT max(label) FROM codes WHERE codes.k = $s)",
  "(SELECT count(*) FROM codes WHERE codes.k = $s)",
  "(SELECT sum(rank) FROM codes WHERE codes.k <=> $s AND rank > 0)",
  "(SELECT max(price) FROM days WHERE days.y = CAST($e AS DATE))",
  "(SELECT collect_list(rank) FROM codes WHERE codes.rank = $i GROUP BY codes.rank)",
];

/**
 * Conditions by queries. What IN asks for is computed: Spark looks at it after the event time if it is a column of a
 * table that is joined with USING as well.
 */
const CONDITIONS = [
  "$s {not}IN (SELECT concat(k, '') FROM codes WHERE rank > 0)",
  "$s {not}IN (SELECT concat(k, '') FROM codes)",
  "$i % 3 {not}IN (SELECT rank + 0 FROM codes WHERE rank IS NOT NULL)",
  "$s IN (SELECT k FROM codes EXCEPT SELECT 'b')",
  "$s IN (SELECT label FROM codes UNION ALL SELECT k FROM codes)",
  "$i % 4 {not}IN (VALUES 1, 2)",
  "$i % 3 {not}IN (SELECT count(*) FROM codes GROUP BY k)",
  "($s, $i % 3) {not}IN (SELECT concat(k, ''), rank + 0 FROM codes WHERE k IS NOT NULL)",
  "{not}EXISTS (SELECT 1 FROM codes WHERE codes.k = $s)",
  "{not}EXISTS (SELECT * FROM codes WHERE codes.rank > $i)",
  "EXISTS (SELECT 1 FROM days WHERE days.price > 1000)",
  "$h > (SELECT min(rank) FROM codes)",
  "coalesce($i, 0) >= (SELECT count(*) FROM codes WHERE codes.k = $s)",
  "($s IN (SELECT concat(k, '') FROM codes) OR $b)",
];

/** A value by a query over tables. */
export function tableValue(random: Random, qualifier: string): string {
  return filled(random, random.pick(VALUES), qualifier);
}

/** A condition by a query over tables. */
export function tableCondition(random: Random, qualifier: string): string {
  return filled(random, random.pick(CONDITIONS), qualifier);
}

function filled(random: Random, template: string, qualifier: string): string {
  return template.replaceAll("{not}", random.pick(["", "", "NOT "])).replaceAll("$", qualifier);
}
