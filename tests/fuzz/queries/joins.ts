/**
 * Joins of streams: of two, or of one with itself.
 *
 * What a condition of ON that compares a number with a constant means is not the same in both engines: see "Where
 * Spark and sfcrime differ". So there is none.
 */
import type { ScenarioQuery } from "../../support/stream_scenario.ts";
import type { Random } from "../random.ts";
import { COMPUTED } from "../relations/branches.ts";
import { Expressions } from "../expressions/expressions.ts";
import type { Surroundings } from "../relations/sources.ts";
import { codes, tableCondition } from "../relations/tables.ts";
import { where } from "../relations/where.ts";

/** Equalities of keys that are not times. */
const KEYS = [
  "l.k = r.k",
  "l.k = r.k",
  "l.k = r.k AND l.b = r.b",
  "r.k = l.k AND l.i % 2 = r.i % 2",
  "upper(l.k) = upper(r.k)",
  "coalesce(l.k, 'none') = coalesce(r.k, 'none')",
  "l.b = r.b",
  "l.h % 5 = r.h % 5",
  "l.y = r.y",
  "l.d = r.d",
  "l.k <=> r.k",
  "l.dev = r.dev",
  "l.dev.id = r.dev.id",
  "l.items.id = r.items.id",
  "l.p = r.p",
  "l.z = r.z",
];

/** What bounds the time between two rows on both sides. */
const RANGES = [
  "l.at >= r.at - INTERVAL 10 MINUTES AND l.at <= r.at + INTERVAL 20 MINUTES",
  "r.at BETWEEN l.at AND l.at + INTERVAL 1 HOUR",
  "l.at > r.at - INTERVAL 90 SECONDS AND r.at > l.at - INTERVAL 5 MINUTES",
  "l.at - INTERVAL 1 MINUTE < r.at AND r.at <= l.at + INTERVAL 30 MINUTES",
  "r.at BETWEEN l.at - INTERVAL '0 00:10' DAY TO MINUTE AND l.at + INTERVAL '01:30' HOUR TO MINUTE",
  "CAST(l.at AS BIGINT) > CAST(r.at AS BIGINT) - 600 AND r.at >= l.at - INTERVAL 15 MINUTES",
];

/** What bounds it on one side: when left rows are of no more use, or right ones. */
const LEFT_HALVES = ["l.at >= r.at - INTERVAL 10 MINUTES", "r.at < l.at + INTERVAL 90 SECONDS"];
const RIGHT_HALVES = ["r.at >= l.at", "l.at < r.at + INTERVAL 25 MINUTES"];

/** Times that are keys. */
const TIME_KEYS = ["l.at = r.at", "l.at = r.at - INTERVAL 1 MINUTE", "r.at = date_trunc('minute', l.at)"];

const MORE = [
  "l.b",
  "NOT r.b",
  "l.k <> 'a'",
  "r.s IS NOT NULL",
  "l.h <= r.h",
  "l.i <> r.i",
  "length(l.s) < length(r.s)",
  "(l.b OR r.b)",
  "l.p < r.p",
  "size(l.items) = 1",
];

const WINDOWS = [["10 minutes"], ["10 minutes", "5 minutes"], ["1 hour", "30 minutes"], ["90 seconds"]];

/** How rows without a match become final. */
type Bound = "range" | "half" | "time" | "window" | "none";

/** A join: what stands behind FROM up to WHERE, and how its columns are named. */
export interface StreamJoin {
  readonly from: string;
  /** Expressions over columns of the left side, and of the right one unless the join is a filter. */
  readonly sides: readonly Expressions[];
  /** The event times that its rows may be grouped by: each is a window already, or not. */
  readonly times: readonly string[];
  readonly isWindow: boolean;
}

/** A join of streams. */
export function randomJoin(
  random: Random,
  { hasWatermark, hasSecondStream }: Surroundings,
): StreamJoin {
  const bound = random.pick<Bound>(
    hasWatermark ? ["range", "range", "range", "half", "time", "window", "none"] : ["none", "range"],
  );
  const isFinal = hasWatermark && bound !== "none";
  const type = random.pick(
    isFinal
      ? ["JOIN", "LEFT JOIN", "LEFT OUTER JOIN", "RIGHT JOIN", "FULL OUTER JOIN", "LEFT SEMI JOIN"]
      : ["JOIN", "INNER JOIN"],
  );
  const streams = hasSecondStream && random.chance(0.85) ? random.shuffled(["t", "u"]) : ["t", "t"];
  const window = `window(at, ${random.pick(WINDOWS).map((part) => `'${part}'`).join(", ")}) AS w`;
  const [left, right] = streams.map((stream) =>
    bound === "window" ? windowed(random, stream, window) : side(random, stream, type)
  );
  const key = random.pick(KEYS);
  const condition = {
    range: () => `${key} AND ${random.pick(RANGES)}`,
    half: () => `${key} AND ${random.pick(halvesFor(type))}`,
    time: () => random.pick([key, "l.k = r.k"]) + ` AND ${random.pick(TIME_KEYS)}`,
    window: () => `l.w = r.w AND ${key}`,
    none: () => key,
  }[bound]();
  const more = random.chance(0.3) ? ` AND ${random.pick(MORE)}` : "";
  const isFilter = type.includes("SEMI");
  const columns = isFilter ? ["l"] : ["l", "r"];
  const isWindow = bound === "window";
  // USING has the columns of both once, as its own.
  const on = bound === "time" && random.chance(0.25) ? "USING (k, at)" : `ON ${condition}${more}`;
  return {
    from: `${left} l ${type} ${right} r ${on}`,
    sides: columns.map((name) =>
      new Expressions(random, { qualifier: `${name}.`, at: isWindow ? `${name}.e` : `${name}.at` })
    ),
    times: columns.map((name) => `${name}.${isWindow ? "w" : "at"}`),
    isWindow,
  };
}

/** Rows without a match have to become final. */
function halvesFor(type: string): readonly string[] {
  if (type.startsWith("LEFT")) return LEFT_HALVES;
  return type.startsWith("RIGHT") ? RIGHT_HALVES : [...LEFT_HALVES, ...RIGHT_HALVES];
}

/** A stream, or what is made of one. Of a UNION ALL, Spark makes a semi-join for each branch. */
function side(random: Random, stream: string, type: string): string {
  const columns = random.pick(["*", "*", COMPUTED]);
  return random.oneOf(
    () => stream,
    () => stream,
    () => stream,
    () => `(SELECT ${columns} FROM ${stream}${where(random)})`,
    () => `(SELECT ${columns} FROM ${stream}${where(random)})`,
    () => `(SELECT * FROM ${stream} LATERAL VIEW explode(array(k, upper(k))) v AS letter)`,
    () => `(SELECT * FROM ${stream} LATERAL VIEW OUTER inline(items) v AS id, number)`,
    () => `(SELECT ${stream}.*, label FROM ${stream} LEFT JOIN ${codes(random)} ON ${stream}.k = codes.k)`,
    () => `(SELECT * FROM ${stream} WHERE ${tableCondition(random, "")})`,
    () =>
      type.includes("SEMI")
        ? stream
        : `(SELECT ${columns} FROM ${stream} WHERE b UNION ALL SELECT * FROM ${stream} WHERE NOT b OR k = 'a')`,
  );
}

/** Rows with a window in place of their event time: of both, it is not clear which one makes rows late. */
function windowed(random: Random, stream: string, window: string): string {
  return `(SELECT k, s, i, l, d, b, y, h, f, e, dev, items, attrs, z, p, ${window} FROM ${stream}${
    where(random)
  })`;
}

/**
 * WHERE on the rows of a join. Which conditions drop rows without a match, and so make an outer join an inner one, Spark
 * finds out by running them; so these are simple.
 */
const CONDITIONS = [
  "$.b",
  "$.i > 0 OR $.h < 5",
  "NOT ($.i > 3 AND $.b)",
  "$.k IN ('a', 'b')",
  "coalesce($.k, 'z') <> 'a'",
  "$.k IS NULL",
  "$.s IS NOT NULL",
  "$.b IS TRUE",
  "($.b AND $.i % 2 = 1) IS NOT TRUE",
  "CASE WHEN $.b THEN $.i > 0 ELSE $.k = 'a' END",
  "$.k = $.s OR $.h IS NULL",
  "$.k <=> 'b'",
];

/** WHERE with a condition on one side, or nothing. */
export function joinWhere(random: Random, { from, sides, isWindow }: StreamJoin): string {
  if (random.chance(0.55)) return "";
  const qualifier = sides.length > 1 ? random.pick(["l", "r"]) : "l";
  if (!/ (?:LEFT OUTER|LEFT|RIGHT|FULL OUTER) JOIN /.test(from) && random.chance(0.5)) {
    const condition = where(random, `${qualifier}.`);
    return isWindow ? condition.replaceAll(/\b([lr])\.at\b/g, "$1.e") : condition;
  }
  return ` WHERE ${random.pick(CONDITIONS).replaceAll("$", qualifier)}`;
}

/** The rows of a join of streams. */
export function joinQuery(random: Random, surroundings: Surroundings): ScenarioQuery {
  const join = randomJoin(random, surroundings);
  const { from, sides, times } = join;
  const items = random.times(random.int(1, 5), (index) => {
    const item = random.chance(0.2) ? random.pick(times) : random.pick(sides).any(2);
    return `${item} AS c${index}`;
  });
  // Two rows differ by their numbers at least.
  items.push(...sides.map((_side, index) => `${"lr"[index]}.i AS n${index}`));
  const list = random.chance(0.15) ? "*" : items.join(", ");
  return { sql: `SELECT ${list} FROM ${from}${joinWhere(random, join)}`, output_mode: "append" };
}
