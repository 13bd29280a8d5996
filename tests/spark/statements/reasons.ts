/** Why some of Spark's own statements have another answer here. Each is wanted, or nobody's promise. */
import type { Compared } from "./survey.ts";

/** A statement whose answers differ. */
export type Difference = Compared & { readonly verdict: { readonly kind: "differs" } };

/** A reason, and the differences that it explains. */
export interface Reason {
  /** For users of the program. */
  readonly text: string;
  readonly explains: (difference: Difference) => boolean;
}

/** The places of statements in their files, as the first line of a difference has them. */
function statements(...places: readonly string[]): Reason["explains"] {
  return ({ statement: { file, number } }) => places.includes(`${file} ${number}`);
}

/** Whether the rows are the same, in another order. */
function inOtherOrder({ verdict: { ours, spark } }: Difference): boolean {
  const sorted = (rows: string) => rows.split("\n").toSorted().join("\n");
  return sorted(ours) === sorted(spark);
}

/** Whether the answers differ in texts of the same FLOATs only. */
function sameFloats({ verdict: { ours, spark } }: Difference): boolean {
  const rounded = (text: string) =>
    text.replaceAll(/-?\d+\.\d+(?:E-?\d+)?/g, (number) => String(Math.fround(Number(number))));
  return rounded(ours) === rounded(spark);
}

/** Whether the answers differ in the last digits of DOUBLEs only. */
function almostSame({ verdict: { ours, spark } }: Difference): boolean {
  const rounded = (text: string) =>
    text.replaceAll(/-?\d+\.\d+(?:E-?\d+)?/g, (number) => Number(number).toPrecision(12));
  return rounded(ours) === rounded(spark);
}

/** Whether the answers differ only in how columns of the outer row are named. */
function sameButOuter({ verdict: { ours, spark } }: Difference): boolean {
  const plain = (text: string) =>
    text.replaceAll(/outer\(([\w.]+)\)/g, "$1").replaceAll(/(?:[a-z]\w*\.)+(\w+)/g, "$1");
  return plain(ours) === plain(spark);
}

/** Functions whose results depend on the order in which rows are added up. */
const MOMENTS = /\b(?:corr|covar|kurtosis|regr_\w+|skewness|stddev|try_avg|var)/i;

/** Whether the answers differ in values only that are drawn at random: not in names, types or the number of rows. */
function otherDraws({ statement: { sql }, verdict: { ours, spark } }: Difference): boolean {
  const shape = (text: string) => [text.split("\n", 1)[0], text.split("\n").length].join();
  return /\b(?:rand|randn|uniform|randstr)\(/i.test(sql) && shape(ours) === shape(spark);
}

/** All reasons. */
export const REASONS: readonly Reason[] = [
  {
    text: "A time without a date is not a TIMESTAMP: in Spark it is one of the day on which the query runs",
    explains: ({ verdict }) =>
      /^SfcrimeError: The value "\d+:\d+:\d+" of type STRING cannot/.test(verdict.ours),
  },
  {
    text: "A FLOAT as text has the fewest digits that identify it, as from Java 19 on",
    explains: (difference) => statements("postgreSQL/int8.sql.out 71")(difference) && sameFloats(difference),
  },
  {
    text: "Rows with the same keys of ORDER BY have no order",
    explains: (difference) => statements("order-by.sql.out 5")(difference) && inOtherOrder(difference),
  },
  {
    text:
      "The last digits of moments depend on the order in which rows are added up: Spark had them in two partitions",
    explains: (difference) =>
      statements("postgreSQL/aggregates_part1.sql.out 34")(difference) ||
      (MOMENTS.test(difference.statement.sql) && almostSame(difference)),
  },
  {
    text: "Of several values that are the most frequent, mode is the smallest; Spark's may be any of them",
    explains: statements("mode.sql.out 2", "mode.sql.out 3", "mode.sql.out 5", "mode.sql.out 6"),
  },
  {
    text:
      "A column of VALUES that is the same constant in each row is one, also where only a constant may stand",
    explains: statements("mode.sql.out 10"),
  },
  {
    text: "The bins of a histogram depend on how rows are divided: Spark had them in two partitions",
    explains: statements("group-by.sql.out 62"),
  },
  {
    text: "GROUP BY ALL lists the columns also where one of them is called all",
    explains: statements("column-resolution-aggregate.sql.out 7"),
  },
  {
    text: "The column of assert_true names the condition as it is written, not as Spark has resolved it",
    explains: statements("misc-functions.sql.out 8"),
  },
  {
    text: "The rows of VALUES are made by SELECTs here, in which an aggregate, or a random value, is allowed",
    explains: statements("inline-table.sql.out 13", "inline-table.sql.out 18"),
  },
  {
    text: "Rows of a query that is sorted inside, or of OFFSET without ORDER BY, have no order",
    explains: (difference) =>
      statements(
          "postgreSQL/create_view.sql.out 14",
          "postgreSQL/union.sql.out 46",
          "postgreSQL/union.sql.out 48",
        )(difference) && inOtherOrder(difference) ||
      statements("subquery/subquery-offset.sql.out 9", "subquery/subquery-offset.sql.out 13")(difference),
  },
  {
    text:
      "An aggregate without GROUP BY has a row for no rows, also in EXISTS and IN: in Spark not by a legacy setting",
    explains: statements(
      ...[12, 13, 14, 15, 17].map((number) => `subquery/exists-subquery/exists-count-bug.sql.out ${number}`),
      ...[14, 15, 16, 17, 18].map((number) => `subquery/in-subquery/in-count-bug.sql.out ${number}`),
    ),
  },
  {
    text:
      "An aggregate with GROUP BY has no row for no rows, also where it groups by what equals the outer row",
    explains: statements(
      "subquery/scalar-subquery/scalar-subquery-count-bug.sql.out 19",
      "subquery/scalar-subquery/scalar-subquery-count-bug.sql.out 20",
    ),
  },
  {
    text: "A subquery may read the outer row in ORDER BY, and group by columns that equal nothing of it",
    explains: statements(
      "order-by.sql.out 12",
      "subquery/scalar-subquery/scalar-subquery-group-by.sql.out 14",
    ),
  },
  {
    text:
      "A column of the outer row is in a name as it is written; Spark has it in outer(…), with its relation",
    explains: (difference) =>
      difference.statement.file === "join-lateral.sql.out" && sameButOuter(difference),
  },
  {
    text: "Random values follow from the record; on streams, Spark draws others, too, whatever the seed",
    explains: otherDraws,
  },
  {
    text: "The only row of VALUES has constants as its columns",
    explains: statements("mask-functions.sql.out 53"),
  },
  {
    text: "The default padding of BINARY is named as a text in the column",
    explains: ({ statement: { sql }, verdict: { ours, spark } }) =>
      /[lr]pad\(unhex/.test(sql) && ours.replace(",  )", ", X'00')") === spark,
  },
  {
    text:
      "A STRUCT as the key of a MAP is written in JSON as its fields in JSON; Spark writes how it is in memory",
    explains: statements("json-functions.sql.out 4"),
  },
];
