/** What stands behind FROM: a stream, or several, with tables joined, inside of other queries, or named by WITH. */
import type { Random } from "./random.ts";
import { Expressions } from "./random_expressions.ts";

/** What holds for all queries of a scenario. */
export interface Surroundings {
  readonly hasWatermark: boolean;
  /** Several partitions, or files of Spark's in one batch, come in no fixed order. */
  readonly isOrdered: boolean;
  readonly hasSecondStream: boolean;
}

/** FROM with what may follow it up to WHERE, and the columns that are there. */
export interface RowSource {
  /** WITH and its queries, or nothing. */
  readonly head: string;
  readonly from: string;
  /** Over the stream's columns. */
  readonly expressions: Expressions;
  /** The event time. */
  readonly at: string;
  /** What the joined tables have. */
  readonly tableColumns: readonly string[];
}

const PLAIN = { head: "", at: "at", tableColumns: [] } as const;
/** The columns of `COLUMNS`, some of them computed. */
const COMPUTED = "at, upper(k) AS k, s, i + 1 AS i, l, -d AS d, NOT b AS b, date_add(y, 1) AS y, h, f";

/** A source of rows. */
export function randomSource(random: Random, { hasSecondStream }: Surroundings): RowSource {
  const expressions = new Expressions(random);
  const rows = () => `SELECT ${random.pick(["*", "*", COMPUTED])} FROM t${where(random)}`;
  if (hasSecondStream && random.chance(0.8)) return union(random, expressions);
  if (random.chance(0.3)) return joined(random, "t");
  if (random.chance(0.15)) {
    return { ...PLAIN, from: `(${rows()})${where(random)}`, expressions };
  }
  if (random.chance(0.15)) {
    return { ...PLAIN, head: `WITH w AS (${rows()}) `, from: `w${where(random)}`, expressions };
  }
  return { ...PLAIN, from: `t${where(random)}`, expressions };
}

/**
 * Spark asks what needs no event time before it looks at that, after it has simplified the condition. What the
 * watermark then is depends on each rule of its optimizer, so the event time stands in terms of its own.
 */
function where(random: Random, qualifier = ""): string {
  const timeless = new Expressions(random, { qualifier, at: `CAST(${qualifier}y AS TIMESTAMP)` });
  const terms = [
    ...random.chance(0.4) ? [timeless.condition()] : [],
    ...random.chance(0.15) ? [random.pick(TIME_TERMS).replaceAll("$at", `${qualifier}at`)] : [],
  ];
  if (terms.length === 0) return "";
  return ` WHERE ${
    random.chance(0.2) ? `NOT (${terms.map((term) => `NOT ${term}`).join(" OR ")})` : terms.join(" AND ")
  }`;
}

const TIME_TERMS = [
  "$at >= '2018-12-31 10:00:00'",
  "($at < TIMESTAMP '2018-12-31 11:00:00' OR $at > '2019-01-01')",
  "minute($at) < 50",
  "$at + INTERVAL 10 MINUTES > '2018-11-04'",
  "$at IS NOT NULL",
];

function union(random: Random, expressions: Expressions): RowSource {
  const sides = ["t", "u"].map((stream) => `SELECT * FROM ${stream}${where(random)}`).join(
    " UNION ALL ",
  );
  if (random.chance(0.25)) return { ...joined(random, "w"), head: `WITH w AS (${sides}) ` };
  if (random.chance(0.25)) return { ...PLAIN, head: `WITH w AS (${sides}) `, from: "w", expressions };
  return { ...PLAIN, from: `(${sides})`, expressions };
}

function joined(random: Random, left: string): RowSource {
  const type = random.pick([
    "JOIN",
    "INNER JOIN",
    "LEFT JOIN",
    "LEFT OUTER JOIN",
    "LEFT SEMI JOIN",
    "LEFT ANTI JOIN",
  ]);
  const isFilter = type.includes("SEMI") || type.includes("ANTI");
  const expressions = new Expressions(random, { qualifier: `${left}.` });
  const more = random.chance(0.4)
    ? ` AND ${random.pick([`${left}.i > codes.rank`, `${left}.b`, "codes.rank > 0"])}`
    : "";
  const key = random.pick([
    `${left}.k = codes.k`,
    `lower(${left}.k) = codes.k`,
    `${left}.i % 3 = codes.rank`,
  ]);
  const usesName = random.chance(0.3);
  let from = usesName ? `${left} ${type} codes USING (k)` : `${left} ${type} codes ON ${key}${more}`;
  const tableColumns = isFilter ? [] : ["label", "codes.rank", "upper(label)", ...(usesName ? ["k"] : [])];
  if (random.chance(0.25)) {
    from += ` ${random.pick(["JOIN", "LEFT JOIN"])} days AS o ON ${left}.y = o.y`;
    tableColumns.push("o.price", "since", `CAST(o.price AS DECIMAL(5,2)) * ${left}.h`);
  }
  return {
    head: "",
    from: from + where(random, `${left}.`),
    expressions,
    at: `${left}.at`,
    tableColumns,
  };
}
