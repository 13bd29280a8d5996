/** Queries with groups. */
import type { ScenarioQuery } from "../../support/stream_scenario.ts";
import type { Random } from "../random.ts";
import { randomSource, type RowSource, type Surroundings } from "../relations/sources.ts";
import type { Expressions } from "../expressions/expressions.ts";
import { groupBy } from "./keys.ts";

type Mode = NonNullable<ScenarioQuery["output_mode"]>;

/** Aggregates that take their turn in a query with groups. */
const AGGREGATES_A_TURN = 2;

/** Groups by anything, or by the event time. */
export function groupQuery(random: Random, surroundings: Surroundings, turn?: number): ScenarioQuery {
  const source = randomSource(random, surroundings);
  const byTime = surroundings.hasWatermark && random.chance(0.25);
  const keys = random.times(random.int(0, 2), () => randomKey(random, source));
  if (byTime) keys.push(source.at);
  else if (random.chance(0.15)) keys.unshift(farWindow(random, source));
  const isOrdered = isInOrder(source, surroundings);
  return aggregation(random, source, { keys, modes: modesOf(byTime), turn, isOrdered });
}

/** Whether the rows of a source are those of one stream, in their order. */
function isInOrder({ at, head, from }: RowSource, { isOrdered }: Surroundings): boolean {
  return isOrdered && at === "at" && !/UNION ALL/.test(head + from);
}

/** A window that never closes, since its time is not the event time. */
function farWindow(random: Random, { at }: RowSource): string {
  const time = at.replace(/at$/, "e");
  return `window(${time}, '${random.pick(["1 day", "10 minutes", "1 week", "1 second"])}')`;
}

/** A key of a group. */
export function randomKey(random: Random, { tableColumns, expressions }: RowSource): string {
  return tableColumns.length > 0 && random.chance(0.4) ? random.pick(tableColumns) : expressions.key();
}

/** Groups by windows. */
export function windowQuery(random: Random, surroundings: Surroundings, turn?: number): ScenarioQuery {
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
  const isOrdered = isInOrder(source, surroundings);
  return aggregation(random, source, { keys, modes: modesOf(surroundings.hasWatermark), turn, isOrdered });
}

/** Groups by sessions. */
export function sessionQuery(random: Random, surroundings: Surroundings, turn?: number): ScenarioQuery {
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
  return aggregation(random, source, { keys, modes, turn, isOrdered: false });
}

/** Rows without duplicates. */
export function distinctQuery(random: Random, surroundings: Surroundings): ScenarioQuery {
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
export function modesOf(isFinal: boolean): Mode[] {
  return isFinal ? ["append", "update", "complete"] : ["update", "complete"];
}

const IN_SETS = /\b(?:ROLLUP|CUBE|SETS)\b/;

interface Grouping {
  readonly keys: readonly string[];
  readonly modes: readonly Mode[];
  readonly turn: number | undefined;
  /** Whether it is known in which order the rows of a group come. */
  readonly isOrdered: boolean;
}

function aggregation(
  random: Random,
  source: RowSource,
  { keys, modes, turn, isOrdered }: Grouping,
): ScenarioQuery {
  const { head, from, expressions } = source;
  const mode = random.pick(modes);
  let aggregates = random.times(random.int(1, 4), (index) => expressions.aggregate(index));
  if (turn !== undefined) {
    aggregates.push(
      ...random.times(
        AGGREGATES_A_TURN,
        (index) => expressions.aggregateInTurn(aggregates.length + index, turn * AGGREGATES_A_TURN + index),
      ),
    );
  }
  if (keys.some((key) => key.startsWith("session_window("))) aggregates = aggregates.map(ofSession);
  if (isOrdered && random.chance(0.15)) aggregates.push(expressions.orderedAggregate());
  const shown = keys.map((key, index) => `${key} AS g${index}`);
  const grouping = keys.length > 0 ? groupBy(random, keys) : undefined;
  const sets = grouping !== undefined && IN_SETS.test(grouping) ? ["grouping_id() AS gid"] : [];
  let sql = `${head}SELECT ${[...shown, "count(*) AS n", ...sets, ...aggregates].join(", ")} FROM ${from}`;
  if (grouping !== undefined) sql += ` GROUP BY ${grouping}`;
  const hasHaving = random.chance(0.25);
  if (hasHaving) sql += ` HAVING ${having(random, keys, expressions)}`;
  if (mode === "complete" && random.chance(0.5)) {
    const order = (by: string) =>
      `${by}${random.pick(["", " ASC", " DESC", " NULLS LAST", " DESC NULLS FIRST"])}`;
    // Beside HAVING with an aggregate of its own, Spark refuses one in ORDER BY.
    const first = random.pick(["n", "n", hasHaving ? "-n" : "count(*)", "n % 2"]);
    // With all keys in it the order is total.
    const all = keys.map((_key, index) => `g${index}`);
    sql += ` ORDER BY ${[first, ...all, ...sets.length > 0 ? ["gid"] : []].map(order).join(", ")}`;
    if (random.chance(0.6)) sql += ` LIMIT ${random.int(1, 4)}`;
  }
  return { sql, output_mode: mode };
}

/** An aggregate of sessions. Where it has a query in it, Spark fails, as it loses the column of the sum. */
export function ofSession(call: string): string {
  return call.includes("FROM codes") ? "count(*)" : call;
}

function having(random: Random, keys: readonly string[], expressions: Expressions): string {
  return random.pick([
    "count(*) > 1",
    `n ${random.pick([">", "<"])} 3`,
    `max(${expressions.of("integer", 0)}) > 0 OR n = 1`,
    `avg(${expressions.of("decimal", 1)}) IS NOT NULL`,
    `count(*) FILTER (WHERE ${expressions.condition(1)}) < 2`,
    "count(*) >= (SELECT min(rank) FROM codes WHERE rank > 0)",
    // It is asked of the rows: see `where` for why the event time is left out.
    ...keys.slice(1).filter((key) => !/\bat\b/.test(key)).map((key) => `(${key}) IS NOT NULL`),
  ]);
}
