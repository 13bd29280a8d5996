/** Queries with names in HAVING and ORDER BY that are those of columns, of the result, or of both. */
import type { ScenarioQuery } from "../support/stream_scenario.ts";
import type { Random } from "./random.ts";
import type { RowSource } from "./random_sources.ts";

/** Columns of one type, some keys made of the first one, and values of the same type. */
interface Family {
  readonly columns: readonly [string, string];
  /** With the first column, or the second one, as `$`. */
  readonly compoundKeys: readonly string[];
  readonly values: readonly string[];
  /** With a value as `#`. */
  readonly terms: readonly string[];
}

const FAMILIES: readonly Family[] = [
  {
    columns: ["k", "s"],
    compoundKeys: ["upper($)", "left($, 1)", "coalesce($, 'none')", "$ || '-'", "if($ = 'a', $, 'other')"],
    values: ["upper(#)", "# || '!'", "reverse(#)"],
    terms: [
      "# > 'a'",
      "# IS NOT NULL",
      "upper(#) <> 'A'",
      "# <> 'b'",
      "coalesce(#, '') = ''",
      "length(#) = 1",
    ],
  },
  {
    columns: ["i", "h"],
    compoundKeys: ["$ % 3", "-$", "abs($) % 2", "$ DIV 100", "coalesce($, 0) % 5"],
    values: ["# + 1", "-#", "abs(#)"],
    terms: ["# > 0", "# IS NOT NULL", "# <> 1", "# % 2 = 0", "# BETWEEN -5 AND 200", "-# < 3"],
  },
];

/** A query with a name that may mean two things; in complete mode it may be sorted by such names. */
export function aliasQuery(random: Random, { head, from, expressions }: RowSource): ScenarioQuery {
  const family = random.pick(FAMILIES);
  const [column, other] = random.shuffled(family.columns) as [string, string];
  const qualified = random.chance(0.3) && /^[tw]\b/.test(from) ? `${from[0]}.` : "";
  const compound = random.pick(family.compoundKeys).replaceAll("$", column);
  const isCompound = random.chance(0.5);
  const key = isCompound ? compound : column;
  const keys = random.chance(0.3) ? [key, other] : [key];
  const filled = (templates: readonly string[], value: string) =>
    random.pick(templates).replaceAll("#", value);
  /** What each name stands for where no column of the stream is meant. */
  const value = random.pick([key, filled(family.values, key), `max(${other})`, `min(${column})`]);
  const alias = random.pick([column, column, column, other, other, "x"]);
  const references = [
    alias,
    alias,
    alias,
    key,
    qualified + column,
    `max(${qualified}${other})`,
    `max(${column})`,
    ...isCompound ? [compound.replaceAll(column, qualified + column)] : [],
  ];
  const condition = random.times(random.int(1, 2), () => filled(family.terms, random.pick(references)))
    .concat(random.chance(0.2) ? ["n > 1"] : []).join(random.pick([" AND ", " OR "]));
  const sorts = random.chance(0.5);
  const order = [random.pick(references), ...keys.map((_key, index) => `g${index}`), "n"];
  const shown = keys.map((each, index) => `${each} AS g${index}`);
  const items = [`${value} AS ${alias}`, "count(*) AS n", ...shown, expressions.aggregate(0)];
  return {
    sql: `${head}SELECT ${items.join(", ")} FROM ${from} GROUP BY ${keys.join(", ")} HAVING ${condition}` +
      (sorts ? ` ORDER BY ${order.join(", ")}` : ""),
    output_mode: sorts ? "complete" : random.pick(["update", "complete"]),
  };
}
