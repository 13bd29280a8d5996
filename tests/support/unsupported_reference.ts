/**
 * What the analysis refuses although Spark accepts it, as `docs/sql.md` lists it, each with a statement; a test
 * holds the refusals to these words. The forms that have no place in the grammar stand in `lib/sql/syntax/unsupported.ts`.
 */

/** A row of the table in `docs/sql.md`. */
export interface UnsupportedRow {
  /** In Markdown. */
  readonly form: string;
  readonly instead: string;
  /** A statement that is refused for it, and what the refusal says. */
  readonly sql: string;
  readonly says: string;
}

export const UNSUPPORTED_REFERENCE: readonly UnsupportedRow[] = [
  {
    form:
      "On a stream, a `LATERAL` subquery that aggregates without `GROUP BY`, or computes with the row before it",
    instead: "Use a subquery as a value, or compute in the SELECT list. Spark has neither on streams.",
    sql:
      "SELECT city, n FROM calls c, LATERAL (SELECT count(*) AS n FROM radio_code r WHERE r.disposition = c.disposition)",
    says: "a LATERAL subquery cannot aggregate without GROUP BY",
  },
  {
    form: "A subquery that reads the outer row with `LIMIT`, `UNION`, `INTERSECT` or `EXCEPT`",
    instead: "Use a join.",
    sql:
      "SELECT city, x FROM calls c, LATERAL (SELECT description AS x FROM radio_code r WHERE r.disposition = c.disposition LIMIT 1)",
    says: "reads the outer row below LIMIT or a set operator",
  },
  {
    form: "`LEFT JOIN LATERAL` of a stream with a generator, and a condition of `JOIN LATERAL`",
    instead: "Use `LATERAL VIEW OUTER`, and `WHERE`. On streams, Spark takes no condition either.",
    sql: "SELECT city, w FROM calls LEFT JOIN LATERAL explode(split(address, ' ')) AS t (w)",
    says: "a join with the rows of a generator is INNER or CROSS",
  },
  {
    form: "A generator next to aggregates with `HAVING`, or as a key of `GROUP BY`",
    instead: "Use a subquery, or `LATERAL VIEW`.",
    sql: "SELECT explode(split(address, ' ')) AS w, count(*) FROM calls GROUP BY w",
    says: "it can only be a column of the SELECT list by itself",
  },
  {
    form: "`count(DISTINCT …)` and other DISTINCT aggregates",
    instead: "Use `approx_count_distinct`, `size(collect_set(…))`, or `deduplicate`.",
    sql: "SELECT count(DISTINCT city) FROM calls",
    says: "DISTINCT aggregations are not supported on streams",
  },
  {
    form: "A `LEFT ANTI` join of two streams",
    instead: "Use a `LEFT JOIN` that bounds the time between two rows, and `WHERE b.city IS NULL`.",
    sql: "SELECT a.city FROM calls a LEFT ANTI JOIN calls b ON a.city = b.city",
    says: "LEFT ANTI join of two streams is not supported",
  },
  {
    form: "An outer join that keeps the rows of a table",
    instead: "Use `INNER`, `LEFT`, `LEFT SEMI` or `LEFT ANTI JOIN`, with `ON` or `USING`.",
    sql: "SELECT city FROM calls RIGHT JOIN radio_code USING (disposition)",
    says: "RIGHT join with a stream on the left and a static table on the right is not supported",
  },
  {
    form: "`UNION` of a stream and a table, `INTERSECT` of a stream, and `EXCEPT` with a stream on the right",
    instead: "Use a join. Spark does not support them on streams either.",
    sql: "SELECT city FROM calls INTERSECT SELECT state FROM calls",
    says: "INTERSECT of a stream is not supported",
  },
  {
    form: "`EXCEPT ALL` of a stream",
    instead: "Use `EXCEPT`, or a `LEFT ANTI` join.",
    sql: "SELECT disposition FROM calls EXCEPT ALL SELECT disposition FROM radio_code",
    says: "EXCEPT ALL of a stream is not supported",
  },
  {
    form: "Random values, such as `rand()`, in a lambda function",
    instead: "Use `explode`, and `collect_list`.",
    sql: "SELECT transform(split(address, ' '), x -> rand()) FROM calls",
    says: "rand is not supported in a lambda function",
  },
  {
    form: "Random values in a query over tables",
    instead: "Draw them outside of the query.",
    sql:
      "SELECT city FROM calls WHERE disposition IN (SELECT disposition FROM radio_code WHERE rand() < 0.5)",
    says: "is not supported in a query over tables",
  },
  {
    form: "`OFFSET`, except in a subquery over a table",
    instead: "Spark does not support it on streams either.",
    sql: "SELECT city FROM calls OFFSET 5",
    says: "OFFSET is not supported on streams",
  },
  {
    form: "`* EXCEPT (…)` that leaves no column",
    instead: "Keep a column.",
    sql: "SELECT * EXCEPT (c) FROM (SELECT city AS c FROM calls)",
    says: "EXCEPT leaves no column",
  },
  {
    form: "Back references and look-around in patterns",
    instead: "Use `regexp_extract` with groups; patterns are those of RE2.",
    sql: "SELECT regexp_extract(city, '(?=a)', 0) FROM calls",
    says: "regexp_extract has an unsupported pattern",
  },
  {
    form: "Week-based letters in formats",
    instead: "Use the letters above; `weekofyear` returns the week.",
    sql: "SELECT date_format(call_date_time, 'w') FROM calls",
    says: "date_format does not support the pattern letter w",
  },
];
