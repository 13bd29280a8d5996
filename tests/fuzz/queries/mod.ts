/** Queries of the supported family over the streams of a scenario. */
import type { ScenarioQuery } from "../../support/stream_scenario.ts";
import type { Random } from "../random.ts";
import { randomSource, type Surroundings } from "../relations/sources.ts";
import { afterQuery } from "./after.ts";
import { aliasQuery } from "./aliases.ts";
import { chainQuery } from "./chains.ts";
import { distinctQuery, groupQuery, sessionQuery, windowQuery } from "./groups.ts";
import { joinQuery } from "./joins.ts";
import { rowsQuery } from "./rows.ts";

/** Queries over each stream. */
export const QUERIES_A_STREAM = 4;

/**
 * Some queries, the first one over rows, the second one with groups, and the third one with a join of streams or a
 * chain of operators. In the first two, all forms of calls and aggregates come up sooner or later, as the turn grows.
 */
export function randomQueries(random: Random, surroundings: Surroundings, turn: number): ScenarioQuery[] {
  const makers = [rowsQuery, groupQuery, windowQuery, sessionQuery, distinctQuery, afterQuery, afterQuery];
  // A chain is of append mode, and that needs groups that become final.
  const long = surroundings.hasWatermark ? [joinQuery, chainQuery] : [joinQuery];
  const queries = [
    rowsQuery(random, surroundings, turn),
    random.pick([groupQuery, windowQuery, sessionQuery])(random, surroundings, turn),
    random.pick(long)(random, surroundings),
    ...random.times(
      QUERIES_A_STREAM - 3,
      () => random.pick([...makers, namesQuery, namesQuery, namesQuery])(random, surroundings),
    ),
  ];
  return queries.map((query) => ({
    ...query,
    ...deduplication(random, { ...surroundings, sql: query.sql }),
  }));
}

function deduplication(
  random: Random,
  { hasWatermark, isOrdered, hasSecondStream, sql }: Surroundings & { readonly sql: string },
): Pick<ScenarioQuery, "deduplicate"> {
  // Which of several rows is the first is for one partition to say, and for one branch: Spark keeps the state of the
  // second one forever.
  const deduplicates = hasWatermark && isOrdered && !hasSecondStream &&
    !/UNION ALL|\br (?:ON|USING)\b/.test(sql) &&
    random.chance(0.12);
  return deduplicates
    ? { deduplicate: random.pick(["k", "k, i", "s", "y", "h, f", "e", "dev", "items, k"]) }
    : {};
}

/** Tables have columns of the same names. */
function namesQuery(random: Random, surroundings: Surroundings): ScenarioQuery {
  const source = randomSource(random, surroundings);
  return source.tableColumns.length === 0
    ? aliasQuery(random, { source, ...surroundings })
    : namesQuery(random, surroundings);
}
