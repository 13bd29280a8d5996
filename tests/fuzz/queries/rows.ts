/** Queries over the rows of streams. */
import type { ScenarioQuery } from "../../support/stream_scenario.ts";
import type { Random } from "../random.ts";
import { randomSource, type RowSource, type Surroundings } from "../relations/sources.ts";
import { tableValue } from "../relations/tables.ts";
import { where } from "../relations/where.ts";

/** Calls that take their turn in a query of rows. */
const CALLS_A_TURN = 8;

/** Rows, and what is computed of each. */
export function rowsQuery(random: Random, surroundings: Surroundings, turn?: number): ScenarioQuery {
  const source = randomSource(random, surroundings);
  const { expressions, at } = source;
  const items = random.times(random.int(1, 6), (index) => {
    const expression = source.tableColumns.length > 0 && random.chance(0.3)
      ? random.pick(source.tableColumns)
      : random.chance(0.03)
      ? `window_time(window(${at}, '10 minutes'))`
      // Of a UNION ALL, Spark loses the columns that a subquery reads.
      : random.chance(0.07) && !`${source.head}${source.from}`.includes("UNION ALL")
      ? tableValue(random, qualifierOf(source))
      : expressions.any(3);
    return random.chance(0.5) ? expression : `${expression} AS c${index}`;
  });
  if (turn !== undefined) {
    items.push(...random.times(CALLS_A_TURN, (index) => expressions.inTurn(turn * CALLS_A_TURN + index)));
    items.push(RANDOM_VALUES[turn % RANDOM_VALUES.length]!.replaceAll("$", qualifierOf(source)));
  }
  // A generator stands beside no window, and has its say in the names of structures that are arguments.
  if (random.chance(0.1) && !items.some((item) => /window\(|\bstruct\(/.test(item))) {
    items.push(random.pick(GENERATORS).replaceAll("$", qualifierOf(source)));
  }
  const list = turn === undefined && random.chance(0.2) ? "*" : items.join(", ");
  const select = `SELECT ${list} FROM `;
  const isRepeated = /^t\b/.test(source.from) && source.tableColumns.length === 0 && random.chance(0.15);
  return {
    sql: `${source.head}${select}${source.from}` +
      (isRepeated ? ` UNION ALL ${select}t${where(random)}` : ""),
    output_mode: random.pick<NonNullable<ScenarioQuery["output_mode"]>>(["append", "append", "update"]),
  };
}

/** What makes several rows of each. */
const GENERATORS = [
  "explode(split($s, '')) AS x",
  "posexplode_outer($items) AS (place, item)",
  "inline_outer($items) AS (x, y)",
  "explode_outer($attrs) AS (x, y)",
  "stack(2, $k, $i, $s, 7) AS (x, y)",
  "explode_outer($dev.pos.tags)",
  "json_tuple($s, 'a', 'k') AS (x, y)",
];

/** What is the same of all values that may be drawn at random. */
const RANDOM_VALUES = [
  "rand() < 1",
  "(random(7) >= 0) AS drawn",
  "abs(randn()) < 40",
  "uniform(3, 3)",
  "uniform(-2.5, 7) BETWEEN -2.5 AND 7.0 AS drawn",
  "length(randstr(4))",
  "substring(uuid(), 15, 1)",
  "sort_array(shuffle(split($s, ''), 3))",
];

/** How the columns of the stream are qualified. */
function qualifierOf({ at }: RowSource): string {
  return at.slice(0, at.lastIndexOf(".") + 1);
}
