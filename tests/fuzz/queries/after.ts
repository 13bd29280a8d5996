/** Queries over groups, without a second aggregation. */
import type { ScenarioQuery } from "../../support/stream_scenario.ts";
import type { Random } from "../random.ts";
import { randomSource, type Surroundings } from "../relations/sources.ts";
import { codes } from "../relations/tables.ts";
import { modesOf, randomKey } from "./groups.ts";

/** What is made of groups: some of them, with tables joined, or what is computed of them. */
export function afterQuery(random: Random, surroundings: Surroundings): ScenarioQuery {
  const source = randomSource(random, surroundings);
  const { head, from, at, expressions } = source;
  const isFinal = surroundings.hasWatermark && random.chance(0.5);
  // MAPs have no order, so that only groups can have one.
  const key = random.chance(0.1) ? at.replace(/at$/, "attrs") : randomKey(random, source);
  const keys = [key, ...isFinal ? [`window(${at}, '10 minutes')`] : []];
  const shown = keys.map((key, index) => `${key} AS g${index}`);
  const call = expressions.aggregate(0).replace(/ AS \w+$/, "");
  const groups = `(SELECT ${shown.join(", ")}, count(*) AS n, ${call} AS a FROM ${from} GROUP BY ${
    keys.join(", ")
  }) AS x`;
  const relation = random.oneOf(
    () => groups,
    () =>
      `${groups} ${random.pick(["JOIN", "LEFT JOIN", "LEFT SEMI JOIN"])} ${
        codes(random)
      } ON x.n = codes.rank`,
    () => `${groups} LATERAL VIEW explode(array(n, -n)) v AS m`,
  );
  const condition = random.pick([
    "",
    " WHERE n > 1",
    " WHERE n % 2 = 1 AND a IS NOT NULL",
    " WHERE n IN (SELECT rank FROM codes)",
    " WHERE g0 IS NOT NULL OR n = 2",
  ]);
  const list = random.pick(["*", "g0, n + 1 AS m, a", "n, (SELECT max(rank) FROM codes) AS r, g0"]);
  return {
    sql: `${head}SELECT ${list} FROM ${relation}${condition}`,
    output_mode: random.pick(modesOf(isFinal)),
  };
}
