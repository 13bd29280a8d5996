/** What stands behind FROM: a stream, or several, with tables joined, inside of other queries, or named by WITH. */
import type { Random } from "../random.ts";
import { branches, COMPUTED } from "./branches.ts";
import { Expressions } from "../expressions/expressions.ts";
import { codes } from "./tables.ts";
import { where } from "./where.ts";

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

/** A source of rows. */
export function randomSource(random: Random, { hasSecondStream }: Surroundings): RowSource {
  const expressions = new Expressions(random);
  const rows = () => `SELECT ${random.pick(["*", "*", COMPUTED])} FROM t${where(random)}`;
  const streams = hasSecondStream ? ["t", "u"] : ["t"];
  if (random.chance(hasSecondStream ? 0.8 : 0.15)) return union(random, streams);
  if (random.chance(0.3)) return joined(random, "t");
  if (random.chance(0.15)) {
    return { ...PLAIN, from: `(${rows()})${where(random)}`, expressions };
  }
  if (random.chance(0.15)) {
    return { ...PLAIN, head: `WITH w AS (${rows()}) `, from: `w${where(random)}`, expressions };
  }
  if (random.chance(0.3)) return exploded(random);
  return { ...PLAIN, from: `t${where(random)}`, expressions };
}

/**
 * What generators make of each row, one after the other, and the columns of that. Those of a part of a column keep rows
 * without elements: whether Spark drops them before the event time is for its optimizer to say.
 */
const VIEWS: readonly (readonly [view: string, ...columns: string[]])[] = [
  ["LATERAL VIEW explode(split(t.s, '')) v AS label", "label", "v.label"],
  ["LATERAL VIEW OUTER explode(split(t.s, 'a')) v AS label", "label", "upper(label)"],
  ["LATERAL VIEW posexplode(array(t.k, t.s, upper(t.k))) v AS place, label", "place", "label"],
  ["LATERAL VIEW explode(map(1, t.k, 2, t.s)) v AS number, label", "number % 2", "label"],
  [
    "LATERAL VIEW inline(array(struct(t.i AS n, t.k AS t), struct(CAST(t.h AS INT) AS n, t.s AS t))) v AS number, label",
    "number",
    "label",
  ],
  ["LATERAL VIEW stack(2, t.k, t.i, t.s, CAST(t.h AS INT)) v AS label, number", "number", "label"],
  ["LATERAL VIEW json_tuple(to_json(struct(t.k, t.s, t.i)), 's', 'i') v AS label, other", "label", "other"],
  [", LATERAL explode(array(t.k, lower(t.s))) AS v (label)", "label", "v.label"],
  ["LATERAL VIEW explode(t.items) v AS item", "item", "item.id", "v.item.v % 3"],
  ["LATERAL VIEW OUTER inline(t.items) v AS id, number", "id", "v.number", "coalesce(id, t.k)"],
  ["LATERAL VIEW OUTER explode(t.attrs) v AS name, number", "name", "number"],
  ["LATERAL VIEW OUTER posexplode(t.dev.pos.tags) v AS place, tag", "place", "tag", "tag || place"],
  [
    "LATERAL VIEW OUTER explode(t.items.id) v AS label LATERAL VIEW OUTER explode(map_keys(t.attrs)) w AS name",
    "label",
    "w.name",
  ],
];

function exploded(random: Random): RowSource {
  const [view, ...tableColumns] = random.pick(VIEWS);
  return {
    head: "",
    from: (view.startsWith(",") ? `t${view}` : `t ${view}`) + where(random, "t."),
    expressions: new Expressions(random, { qualifier: "t." }),
    at: "t.at",
    tableColumns,
  };
}

function union(random: Random, streams: readonly string[]): RowSource {
  const expressions = new Expressions(random);
  if (random.chance(0.2)) {
    const sides = branches(random, ["v", ...streams.slice(1)]);
    return {
      ...PLAIN,
      head: `WITH v AS (SELECT * FROM t${where(random)}) `,
      from: `(${sides})`,
      expressions,
    };
  }
  const sides = branches(random, streams);
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
  const table = codes(random);
  const isFirst = !isFilter && random.chance(0.15);
  const sides = isFirst
    ? `${table} ${random.pick(["JOIN", "RIGHT JOIN"])} ${left}`
    : `${left} ${type} ${table}`;
  let from = usesName ? `${sides} USING (k)` : `${sides} ON ${key}${more}`;
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
