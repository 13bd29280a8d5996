/** Queries with names in HAVING and ORDER BY that are those of columns, of the result, or of both. */
import type { ScenarioQuery } from "../../support/stream_scenario.ts";
import type { Random } from "../random.ts";
import type { RowSource, Surroundings } from "../relations/sources.ts";

/** Columns that can be compared, and what is made of them. */
interface Family {
  readonly columns: readonly [string, string];
  /** With a column as `#`. */
  readonly compoundKeys: readonly string[];
  /** Of the same type, with a key as `#`. */
  readonly values: readonly string[];
  /** Conditions, with a value as `#`. */
  readonly terms: readonly string[];
}

const TEXTS: Family = {
  columns: ["k", "s"],
  compoundKeys: ["upper(#)", "left(#, 1)", "coalesce(#, 'none')", "(# || '-')", "if(# = 'a', #, 'other')"],
  values: ["upper(#)", "# || '!'", "reverse(#)"],
  terms: ["# > 'a'", "# IS NOT NULL", "upper(#) <> 'A'", "# <> 'b'", "coalesce(#, '') = ''", "length(#) = 1"],
};

const INTEGERS: Family = {
  columns: ["i", "h"],
  compoundKeys: ["(# % 3)", "(-#)", "(abs(#) % 2)", "(# DIV 100)", "abs(#)", "coalesce(#, 0)"],
  values: ["# + 1", "(-#)", "abs(#)"],
  terms: ["# > 0", "# IS NOT NULL", "# <> 1", "# % 2 = 0", "# BETWEEN -5 AND 200", "(-#) < 3"],
};

const DAYS: Family = {
  columns: ["y", "e"],
  compoundKeys: [
    "CAST(# AS DATE)",
    "trunc(#, 'YEAR')",
    "date_trunc('month', #)",
    "coalesce(#, DATE '1970-01-01')",
  ],
  values: ["CAST(# AS DATE)", "date_add(#, 1)", "add_months(#, -1)"],
  terms: ["# > DATE '2018-12-31'", "# IS NOT NULL", "year(#) <> 2018", "# < TIMESTAMP '9999-12-31 00:00:00'"],
};

/** A query with a name that may mean two things; in complete mode it may be sorted by such names, too. */
export function aliasQuery(
  random: Random,
  { source, hasWatermark }: { readonly source: RowSource } & Pick<Surroundings, "hasWatermark">,
): ScenarioQuery {
  const { head, from, at, expressions } = source;
  const family = random.pick([TEXTS, INTEGERS, DAYS]);
  const filled = (templates: readonly string[], value: string) =>
    random.pick(templates).replaceAll("#", value);
  const [column, other] = random.pick([family.columns, family.columns.toReversed()]) as [string, string];
  const isCompound = random.chance(0.5);
  const key = isCompound ? filled(family.compoundKeys, column) : column;
  const alias = random.pick([column, column, column, other, other, "x"]);
  const value = random.pick([key, filled(family.values, key), `max(${other})`, `min(${column})`]);
  // The grouped column is what its name means, of whatever type the alias is.
  const shown = !isCompound && alias === column && random.chance(0.2) ? "count(*)" : value;
  const isFinal = hasWatermark && random.chance(0.25);
  const keys = [key, ...random.chance(0.3) ? [other] : [], ...isFinal ? [`window(${at}, '10 minutes')`] : []];

  const qualifier = random.chance(0.4) ? /^[tw]\b/.exec(from)?.[0] : undefined;
  const qualified = (text: string) =>
    qualifier === undefined
      ? text
      : text.replace(new RegExp(`\\b${column}\\b`, "g"), `${qualifier}.${column}`);
  const names = [alias, alias, qualified(key), qualified(key), `max(${other})`, qualified(`min(${column})`)];
  const condition = random.times(random.int(1, 2), () => filled(family.terms, random.pick(names)))
    .concat(random.chance(0.2) ? ["n > 1"] : []).join(random.pick([" AND ", " OR "]));
  const mode = random.pick<"append" | "update" | "complete">([isFinal ? "append" : "update", "complete"]);
  const isSorted = mode === "complete" && random.chance(0.6);
  const items = [
    `${shown} AS ${alias}`,
    "count(*) AS n",
    ...keys.map((each, index) => `${each} AS g${index}`),
    expressions.aggregate(0),
  ];
  // Another aggregate than those of the SELECT list cannot stand there; nor, beside one in HAVING, another column.
  const sorting = /\b(?:max|min)\(/.test(condition) ? [alias] : [alias, alias, qualified(key)];
  const order = [random.pick(sorting), ...keys.map((_key, index) => `g${index}`)];
  return {
    sql: `${head}SELECT ${items.join(", ")} FROM ${from} GROUP BY ${keys.join(", ")} HAVING ${condition}` +
      (isSorted ? ` ORDER BY ${order.join(", ")}` : ""),
    output_mode: mode,
  };
}
