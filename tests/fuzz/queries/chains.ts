/** Several stateful operators, one after the other, in append mode. */
import type { ScenarioQuery } from "../../support/stream_scenario.ts";
import type { Random } from "../random.ts";
import { ofSession } from "./groups.ts";
import { joinWhere, randomJoin } from "./joins.ts";
import { randomSource, type Surroundings } from "../relations/sources.ts";
import { codes } from "../relations/tables.ts";
import { where } from "../relations/where.ts";

/** Windows of the first aggregation. */
const INNER = [
  "'10 minutes'",
  "'10 minutes', '5 minutes'",
  "'90 seconds'",
  "'15 minutes', '5 minutes', '2 minutes'",
];

/** Aggregates of groups, which have a number `n`, and something else, `a`. */
const TOTALS = [
  "count(*)",
  "max(n)",
  "min(n)",
  "avg(n)",
  "count(a)",
  "count_if(n > 1)",
  "collect_list(n) AS bag",
];

/** Groups that have a window `w`, a key `g`, a number `n`, and something else, `a`. */
interface Groups {
  /** WITH and its queries, or nothing. */
  readonly head: string;
  readonly sql: string;
}

/** A chain of operators. */
export function chainQuery(random: Random, surroundings: Surroundings): ScenarioQuery {
  const query = random.oneOf(
    () => groupsOfGroups(random, windows(random, surroundings)),
    () => groupsOfGroups(random, windows(random, surroundings)),
    () => groupsOfGroups(random, sessions(random, surroundings)),
    () => groupsOfGroups(random, distinct(random, surroundings)),
    () => joined(random, surroundings),
    () => joined(random, surroundings),
    () => united(random, surroundings),
  );
  return { sql: query, output_mode: "append" };
}

function windows(random: Random, surroundings: Surroundings): Groups {
  const { head, from, at, expressions } = randomSource(random, surroundings);
  const having = random.chance(0.2) ? ` HAVING ${random.pick(["count(*) > 1", "n < 3"])}` : "";
  return {
    head,
    sql: `SELECT window(${at}, ${random.pick(INNER)}) AS w, ${expressions.key()} AS g, count(*) AS n, ` +
      `${named(expressions.aggregate(0))} FROM ${from} GROUP BY 1, 2${having}`,
  };
}

function sessions(random: Random, surroundings: Surroundings): Groups {
  const { head, from, at, expressions } = randomSource(random, surroundings);
  const gap = random.pick(["5 minutes", "90 seconds", "20 minutes"]);
  return {
    head,
    sql: `SELECT session_window(${at}, '${gap}') AS w, ${expressions.key()} AS g, count(*) AS n, ` +
      `${named(ofSession(expressions.aggregate(0)))} FROM ${from} GROUP BY 1, 2`,
  };
}

/** Rows without duplicates, by their event time, which is a window then. */
function distinct(random: Random, surroundings: Surroundings): Groups {
  const { head, from, at, expressions } = randomSource(random, surroundings);
  const rows = `SELECT DISTINCT ${at} AS at, ${expressions.key()} AS g, ${
    expressions.of("integer", 1)
  } AS a FROM ${from}`;
  return {
    head,
    sql: `SELECT window(at, ${
      random.pick(INNER)
    }) AS w, g, count(*) AS n, max(a) AS a FROM (${rows}) GROUP BY 1, 2`,
  };
}

/** An aggregate call whose result is named `a`. */
function named(call: string): string {
  return `${call.replace(/ AS \w+$/, "")} AS a`;
}

function groupsOfGroups(random: Random, { head, sql }: Groups): string {
  const window = random.pick([
    "window(w, '30 minutes')",
    "window(w, '1 hour', '20 minutes')",
    "window(window_time(w), '1 hour')",
    "w",
    "session_window(window_time(w), '20 minutes')",
  ]);
  // A session needs a key beside it.
  const hasKey = window.startsWith("session") || sql.startsWith("SELECT session_window") ||
    random.chance(0.5);
  const condition = random.chance(0.3)
    ? ` WHERE ${random.pick(["n > 1", "n % 2 = 1", "a IS NOT NULL", "n IN (SELECT rank FROM codes)"])}`
    : "";
  const totals = random.some(TOTALS, 0.3).map((call, index) =>
    call.includes(" AS ") ? call : `${call} AS t${index}`
  );
  // Where the number does not matter, Spark leaves out an aggregation that only drops duplicates.
  const groups = random.pick([
    `(${sql})`,
    `(${sql})`,
    `(${sql}) LATERAL VIEW explode(array(n, 1L)) v AS m`,
    `(${sql}) AS x LEFT JOIN ${codes(random)} ON x.n = codes.rank`,
  ]);
  const whole =
    `SELECT ${window} AS v, ${hasKey ? "g, " : ""}sum(n) AS n, ${totals.join(", ")} FROM ${groups}` +
    `${condition} GROUP BY ${hasKey ? "1, 2" : "1"}`;
  if (window === "w" || random.chance(0.8)) return head + whole;
  // And once more.
  return `${head}SELECT window(v, '2 hours') AS v, sum(n) AS n FROM (${whole}) GROUP BY 1`;
}

/** Groups of the rows of a join of streams. */
function joined(random: Random, surroundings: Surroundings): string {
  const join = randomJoin(random, surroundings);
  const { from, sides, times, isWindow } = join;
  const time = random.pick(times);
  const key = isWindow
    ? random.pick([time, `window(${time}, '2 hours')`])
    : `window(${time}, ${random.pick(INNER)})`;
  const side = random.pick(sides);
  const keys = [key, ...random.chance(0.4) ? [isWindow ? side.of("condition", 1) : side.key()] : []];
  return `SELECT ${keys.map((each, index) => `${each} AS g${index}`).join(", ")}, count(*) AS n, ` +
    `${side.aggregate(0)} FROM ${from}${joinWhere(random, join)} GROUP BY ${
      keys.map((_key, index) => index + 1).join(", ")
    }`;
}

/** Groups and groups, or groups and rows. No two of them are the same: of such, Spark never returns the second ones. */
function united(random: Random, surroundings: Surroundings): string {
  const other = surroundings.hasSecondStream ? "u" : "t";
  const windows = random.pick(INNER);
  const groups = (stream: string, key = "k") =>
    `SELECT window(at, ${windows}) AS w, ${key} AS g, count(*) AS n, max(h) AS a FROM ${stream}${
      where(random)
    } GROUP BY 1, 2`;
  const both = `${groups("t")} UNION ALL ${groups(other, "s")}`;
  return random.oneOf(
    () => `SELECT w.start AS start, g, n, a FROM (${both})${random.chance(0.3) ? " WHERE n > 1" : ""}`,
    () => groupsOfGroups(random, { head: "", sql: both }),
    () =>
      `SELECT window(at, '30 minutes') AS v, sum(n) AS n, count(*) AS c FROM (SELECT window_time(w) AS at, n FROM ` +
      `(${groups("t")}) UNION ALL SELECT at, CAST(i AS BIGINT) FROM ${other}) GROUP BY 1`,
  );
}
