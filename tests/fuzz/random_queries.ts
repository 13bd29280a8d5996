/** Queries of the supported family over the streams of a scenario. */
import type { ScenarioQuery } from "../support/stream_scenario.ts";
import type { Random } from "./random.ts";
import { Expressions } from "./random_expressions.ts";
import { aliasQuery } from "./random_aliases.ts";
import { chainQuery } from "./random_chains.ts";
import { joinQuery } from "./random_joins.ts";
import { randomSource, type RowSource, type Surroundings } from "./random_sources.ts";
import { where } from "./random_where.ts";

type Mode = NonNullable<ScenarioQuery["output_mode"]>;

/** Queries over each stream. */
export const QUERIES_A_STREAM = 4;
/** Aggregates that take their turn in a query with groups. */
const AGGREGATES_A_TURN = 2;
/** Calls that take their turn in a query of rows. */
const CALLS_A_TURN = 8;

/**
 * Some queries, the first one over rows, the second one with groups, and the third one with a join of streams or a
 * chain of operators. In the first two, all forms of calls and aggregates come up sooner or later, as the turn grows.
 */
export function randomQueries(random: Random, surroundings: Surroundings, turn: number): ScenarioQuery[] {
  const makers = [rowsQuery, groupQuery, windowQuery, sessionQuery, distinctQuery];
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
  const deduplicates = hasWatermark && isOrdered && !hasSecondStream && !/UNION ALL|\br ON\b/.test(sql) &&
    random.chance(0.12);
  return deduplicates
    ? { deduplicate: random.pick(["k", "k, i", "s", "y", "h, f", "e", "dev", "items, k"]) }
    : {};
}

function rowsQuery(random: Random, surroundings: Surroundings, turn?: number): ScenarioQuery {
  const source = randomSource(random, surroundings);
  const { expressions, at } = source;
  const items = random.times(random.int(1, 6), (index) => {
    const expression = source.tableColumns.length > 0 && random.chance(0.3)
      ? random.pick(source.tableColumns)
      : random.chance(0.03)
      ? `window_time(window(${at}, '10 minutes'))`
      : expressions.any(3);
    return random.chance(0.5) ? expression : `${expression} AS c${index}`;
  });
  if (turn !== undefined) {
    items.push(...random.times(CALLS_A_TURN, (index) => expressions.inTurn(turn * CALLS_A_TURN + index)));
  }
  const list = turn === undefined && random.chance(0.2) ? "*" : items.join(", ");
  const select = `SELECT ${list} FROM `;
  const isRepeated = /^t\b/.test(source.from) && source.tableColumns.length === 0 && random.chance(0.15);
  return {
    sql: `${source.head}${select}${source.from}` +
      (isRepeated ? ` UNION ALL ${select}t${where(random)}` : ""),
    output_mode: random.pick<Mode>(["append", "append", "update"]),
  };
}

function groupQuery(random: Random, surroundings: Surroundings, turn?: number): ScenarioQuery {
  const source = randomSource(random, surroundings);
  const byTime = surroundings.hasWatermark && random.chance(0.25);
  const keys = random.times(random.int(0, 2), () => randomKey(random, source));
  if (byTime) keys.push(source.at);
  else if (random.chance(0.15)) keys.unshift(farWindow(random, source));
  return aggregation(random, source, { keys, modes: modesOf(byTime), turn });
}

/** A window that never closes, since its time is not the event time. */
function farWindow(random: Random, { at }: RowSource): string {
  const time = at.replace(/at$/, "e");
  return `window(${time}, '${random.pick(["1 day", "10 minutes", "1 week", "1 second"])}')`;
}

/** Tables have columns of the same names. */
function namesQuery(random: Random, surroundings: Surroundings): ScenarioQuery {
  const source = randomSource(random, surroundings);
  return source.tableColumns.length === 0
    ? aliasQuery(random, { source, ...surroundings })
    : namesQuery(random, surroundings);
}

function randomKey(random: Random, { tableColumns, expressions }: RowSource): string {
  return tableColumns.length > 0 && random.chance(0.4) ? random.pick(tableColumns) : expressions.key();
}

function windowQuery(random: Random, surroundings: Surroundings, turn?: number): ScenarioQuery {
  const source = randomSource(random, surroundings);
  const durations = random.pick([
    ["10 minutes"],
    ["10 minutes", "5 minutes"],
    ["15 minutes", "4 minutes"],
    ["1 hour", "1 hour", "15 minutes"],
    ["30 minutes", "20 minutes", "1 minute"],
    ["20 minutes", "10 minutes", "-3 minutes"],
    ["90 seconds"],
    ["1 day"],
    ["1 week"],
  ]);
  const window = `window(${[source.at, ...durations.map((part) => `'${part}'`)].join(", ")})`;
  const keys = [window, ...random.times(random.int(0, 1), () => randomKey(random, source))];
  return aggregation(random, source, { keys, modes: modesOf(surroundings.hasWatermark), turn });
}

function sessionQuery(random: Random, surroundings: Surroundings, turn?: number): ScenarioQuery {
  const source = randomSource(random, surroundings);
  const { at } = source;
  const gap = random.pick([
    "'5 minutes'",
    "'90 seconds'",
    "'20 minutes'",
    "'1 month'",
    `CASE minute(${at}) % 3 WHEN 0 THEN '20 minutes' WHEN 1 THEN '1 minute' END`,
  ]);
  // Spark wants a key beside the session.
  const keys = [
    `session_window(${at}, ${gap})`,
    ...random.times(random.int(1, 2), () => randomKey(random, source)),
  ];
  const modes: Mode[] = surroundings.hasWatermark ? ["append", "complete"] : ["complete"];
  return aggregation(random, source, { keys, modes, turn });
}

function distinctQuery(random: Random, surroundings: Surroundings): ScenarioQuery {
  const source = randomSource(random, surroundings);
  const items = random.times(random.int(1, 3), () => randomKey(random, source));
  return {
    sql: `${source.head}SELECT DISTINCT ${
      items.map((item, index) => `${item} AS c${index}`).join(", ")
    } FROM ${source.from}`,
    output_mode: random.pick<Mode>(["update", "complete"]),
  };
}

/** Append mode needs groups that become final. */
function modesOf(isFinal: boolean): Mode[] {
  return isFinal ? ["append", "update", "complete"] : ["update", "complete"];
}

interface Grouping {
  readonly keys: readonly string[];
  readonly modes: readonly Mode[];
  readonly turn: number | undefined;
}

function aggregation(random: Random, source: RowSource, { keys, modes, turn }: Grouping): ScenarioQuery {
  const { head, from, expressions } = source;
  const mode = random.pick(modes);
  const aggregates = random.times(random.int(1, 4), (index) => expressions.aggregate(index));
  if (turn !== undefined) {
    aggregates.push(
      ...random.times(
        AGGREGATES_A_TURN,
        (index) => expressions.aggregateInTurn(aggregates.length + index, turn * AGGREGATES_A_TURN + index),
      ),
    );
  }
  const shown = keys.map((key, index) => `${key} AS g${index}`);
  let sql = `${head}SELECT ${[...shown, "count(*) AS n", ...aggregates].join(", ")} FROM ${from}`;
  if (keys.length > 0) sql += ` GROUP BY ${groupBy(random, keys)}`;
  const hasHaving = random.chance(0.25);
  if (hasHaving) sql += ` HAVING ${having(random, keys, expressions)}`;
  if (mode === "complete" && random.chance(0.5)) {
    const order = (by: string) =>
      `${by}${random.pick(["", " ASC", " DESC", " NULLS LAST", " DESC NULLS FIRST"])}`;
    // Beside HAVING with an aggregate of its own, Spark refuses one in ORDER BY.
    const first = random.pick(["n", "n", hasHaving ? "-n" : "count(*)", "n % 2"]);
    // With all keys in it the order is total.
    sql += ` ORDER BY ${[first, ...keys.map((_key, index) => `g${index}`)].map(order).join(", ")}`;
    if (random.chance(0.6)) sql += ` LIMIT ${random.int(1, 4)}`;
  }
  return { sql, output_mode: mode };
}

/** The keys as they stand, by their positions, or by their aliases. */
function groupBy(random: Random, keys: readonly string[]): string {
  const form = random.pick(["whole", "whole", "position", "alias"]);
  return keys.map((key, index) => form === "whole" ? key : form === "position" ? index + 1 : `g${index}`)
    .join(", ");
}

function having(random: Random, keys: readonly string[], expressions: Expressions): string {
  return random.pick([
    "count(*) > 1",
    `n ${random.pick([">", "<"])} 3`,
    `max(${expressions.of("integer", 0)}) > 0 OR n = 1`,
    `avg(${expressions.of("decimal", 1)}) IS NOT NULL`,
    `count(*) FILTER (WHERE ${expressions.condition(1)}) < 2`,
    // It is asked of the rows: see `where` for why the event time is left out.
    ...keys.slice(1).filter((key) => !/\bat\b/.test(key)).map((key) => `(${key}) IS NOT NULL`),
  ]);
}
