/** Streams and queries of the supported family, made from a seed. */
import type { Scenario, ScenarioBatch, ScenarioQuery } from "../support/stream_scenario.ts";
import { Random } from "./random.ts";
import { Expressions } from "./random_expressions.ts";
import { COLUMNS, randomRecord } from "./random_records.ts";

/** Queries over each stream. */
export const QUERIES_A_STREAM = 4;

type Mode = NonNullable<ScenarioQuery["output_mode"]>;

/** What holds for all queries of a scenario. */
interface Surroundings {
  readonly hasWatermark: boolean;
  /** Several partitions come in no fixed order. */
  readonly isOrdered: boolean;
  readonly hasSecondStream: boolean;
}

const TABLES = {
  codes: {
    columns: "code STRING AS k, label STRING, rank INT",
    rows: [
      '{"code":"a","label":"first","rank":1}',
      '{"code":"b","label":"second","rank":2}',
      '{"code":"b","label":"again","rank":0}',
      '{"code":null,"label":"none","rank":-1}',
      '{"code":"é","label":null}',
    ],
  },
};

/** The scenario of a seed: one stream, or two, and some queries. */
export function randomScenario(seed: number): Scenario {
  const random = new Random(seed);
  const hasSecondStream = random.chance(0.15);
  const watermark = random.chance(0.85)
    ? `at ${random.pick(["0 seconds", "10 minutes", "1 hour", "90 seconds", "30 minutes"])}`
    : "none";
  const partitions = hasSecondStream ? 1 : random.pick([1, 1, 2, 3]);
  const surroundings = { hasWatermark: watermark !== "none", isOrdered: partitions === 1, hasSecondStream };
  const queries = random.times(QUERIES_A_STREAM, (index) => [`q${index}`, randomQuery(random, surroundings)]);
  return {
    name: `seed ${seed}`,
    timeZone: random.pick(["UTC", "America/Los_Angeles", "Europe/Berlin", "Asia/Kathmandu", "-03:30"]),
    partitions,
    streams: {
      t: { columns: COLUMNS, watermark },
      ...(hasSecondStream ? { u: { columns: COLUMNS, watermark } } : {}),
    },
    tables: TABLES,
    queries: Object.fromEntries(queries) as Record<string, ScenarioQuery>,
    batches: randomBatches(random, hasSecondStream),
  };
}

function randomBatches(random: Random, hasSecondStream: boolean): ScenarioBatch[] {
  const originMs = Date.UTC(
    ...random.pick<[number, number, number]>([[2018, 11, 31], [2018, 11, 31], [1969, 11, 31]]),
    10,
  );
  const driftMinutes = random.pick([0, 10, 25, 60]);
  const spreadMinutes = random.pick([5, 30, 120]);
  const batches: ScenarioBatch[] = [];
  const count = random.int(2, 6);
  for (let number = 0; number < count; number++) {
    const fromMinutes = number * driftMinutes - spreadMinutes;
    const range = { originMs, fromMinutes, toMinutes: number * driftMinutes + 10 };
    const records = () => {
      const fresh = random.times(random.int(1, 12), () => randomRecord(random, range));
      // Some records come twice.
      return fresh.flatMap((record) => random.chance(0.05) ? [record, record] : [record]);
    };
    batches.push(hasSecondStream ? { t: records(), u: records() } : { t: records() });
    if (!hasSecondStream && number < count - 1 && random.chance(0.2)) batches.push("idle");
  }
  return batches;
}

function randomQuery(random: Random, surroundings: Surroundings): ScenarioQuery {
  const { hasWatermark, isOrdered } = surroundings;
  const deduplicates = hasWatermark && isOrdered && !surroundings.hasSecondStream && random.chance(0.12);
  const deduplicate = deduplicates ? { deduplicate: random.pick(["k", "k, i", "s"]) } : {};
  const query = random.oneOf(
    () => rowsQuery(random, surroundings),
    () => groupQuery(random, surroundings),
    () => windowQuery(random, surroundings),
    () => windowQuery(random, surroundings),
    () => sessionQuery(random, surroundings),
    () => distinctQuery(random, surroundings),
  );
  return { ...query, ...deduplicate };
}

/** FROM with what may follow it up to WHERE, and the columns that are there. */
function source(
  random: Random,
  { hasSecondStream }: Surroundings,
): { readonly from: string; readonly expressions: Expressions; readonly joins: boolean } {
  const inner = new Expressions(random);
  const where = (expressions: Expressions) => random.chance(0.45) ? ` WHERE ${expressions.condition()}` : "";
  if (hasSecondStream && random.chance(0.7)) {
    const sides = ["t", "u"].map((stream) => `SELECT * FROM ${stream}${where(inner)}`);
    return { from: `(${sides.join(" UNION ALL ")})`, expressions: inner, joins: false };
  }
  if (random.chance(0.3)) {
    const type = random.pick(["JOIN", "LEFT JOIN", "LEFT SEMI JOIN", "LEFT ANTI JOIN"]);
    const more = random.chance(0.4)
      ? ` AND ${random.pick(["t.i > codes.rank", "t.b", "codes.rank > 0"])}`
      : "";
    const key = random.pick(["t.k = codes.k", "lower(t.k) = codes.k", "t.i % 3 = codes.rank"]);
    const expressions = new Expressions(random, "t.");
    const from = `t ${type} codes ON ${key}${more}${where(expressions)}`;
    return { from, expressions, joins: type === "JOIN" || type === "LEFT JOIN" };
  }
  if (random.chance(0.15)) {
    return { from: `(SELECT * FROM t${where(inner)})${where(inner)}`, expressions: inner, joins: false };
  }
  return { from: `t${where(inner)}`, expressions: inner, joins: false };
}

function rowsQuery(random: Random, surroundings: Surroundings): ScenarioQuery {
  const { from, expressions, joins } = source(random, surroundings);
  const items = random.times(random.int(1, 5), (index) => {
    const expression = joins && random.chance(0.3)
      ? random.pick(["label", "codes.rank", "upper(label)"])
      : expressions.any(3);
    return random.chance(0.5) ? expression : `${expression} AS c${index}`;
  });
  const list = random.chance(0.1) ? "*" : items.join(", ");
  return {
    sql: `SELECT ${list} FROM ${from}`,
    output_mode: random.pick<Mode>(["append", "append", "update"]),
  };
}

function groupQuery(random: Random, surroundings: Surroundings): ScenarioQuery {
  const { from, expressions, joins } = source(random, surroundings);
  const byTime = surroundings.hasWatermark && random.chance(0.25);
  const keys = random.times(
    random.int(0, 2),
    () => joins && random.chance(0.4) ? "label" : expressions.key(),
  );
  if (byTime) keys.push(from.startsWith("t ") && from.includes(" codes ") ? "t.at" : "at");
  return aggregation(random, { from, keys, expressions, modes: modesOf(byTime) });
}

function windowQuery(random: Random, surroundings: Surroundings): ScenarioQuery {
  const { from, expressions, joins } = source(random, surroundings);
  const at = joins || from.includes(" codes ") ? "t.at" : "at";
  const [size, slide, start] = random.pick([
    ["10 minutes"],
    ["10 minutes", "5 minutes"],
    ["15 minutes", "4 minutes"],
    ["1 hour", "1 hour", "15 minutes"],
    ["30 minutes", "20 minutes", "1 minute"],
    ["90 seconds"],
    ["1 day"],
  ]);
  const window = `window(${
    [at, ...[size, slide, start].flatMap((part) => part === undefined ? [] : [`'${part}'`])].join(", ")
  })`;
  const keys = [
    window,
    ...random.times(random.int(0, 1), () => joins && random.chance(0.4) ? "label" : expressions.key()),
  ];
  return aggregation(random, { from, keys, expressions, modes: modesOf(surroundings.hasWatermark) });
}

function sessionQuery(random: Random, surroundings: Surroundings): ScenarioQuery {
  const { from, expressions } = source(random, surroundings);
  const at = from.includes(" codes ") ? "t.at" : "at";
  const session = `session_window(${at}, '${random.pick(["5 minutes", "90 seconds", "20 minutes"])}')`;
  // Spark wants a key beside the session.
  const keys = [session, ...random.times(random.int(1, 2), () => expressions.key())];
  const { hasWatermark } = surroundings;
  return aggregation(random, {
    from,
    keys,
    expressions,
    modes: hasWatermark ? ["append", "complete"] : ["complete"],
  });
}

function distinctQuery(random: Random, surroundings: Surroundings): ScenarioQuery {
  const { from, expressions } = source(random, surroundings);
  const items = random.times(random.int(1, 3), () => expressions.key());
  return {
    sql: `SELECT DISTINCT ${items.map((item, index) => `${item} AS c${index}`).join(", ")} FROM ${from}`,
    output_mode: random.pick<Mode>(["update", "complete"]),
  };
}

/** Append mode needs groups that become final. */
function modesOf(isFinal: boolean): Mode[] {
  return isFinal ? ["append", "update", "complete"] : ["update", "complete"];
}

interface Aggregation {
  readonly from: string;
  readonly keys: readonly string[];
  readonly expressions: Expressions;
  readonly modes: readonly Mode[];
}

function aggregation(random: Random, { from, keys, expressions, modes }: Aggregation): ScenarioQuery {
  const mode = random.pick(modes);
  const aggregates = random.times(random.int(1, 4), () => expressions.aggregate());
  const shown = keys.map((key, index) => `${key} AS g${index}`);
  const items = [...shown, "count(*) AS n", ...aggregates.map((call, index) => `${call} AS a${index}`)];
  let sql = `SELECT ${items.join(", ")} FROM ${from}`;
  if (keys.length > 0) sql += ` GROUP BY ${keys.join(", ")}`;
  if (random.chance(0.25)) {
    sql += ` HAVING ${
      random.pick([
        "count(*) > 1",
        `n ${random.pick([">", "<"])} 3`,
        "max(i) > 0 OR n = 1",
        ...keys.slice(1).map((key) => `${key} IS NOT NULL`),
      ])
    }`
      .replaceAll("max(i)", from.includes(" codes ") ? "max(t.i)" : "max(i)");
  }
  if (mode === "complete" && random.chance(0.5)) {
    const order = (by: string) => `${by}${random.pick(["", " DESC", " NULLS LAST", " DESC NULLS FIRST"])}`;
    sql += ` ORDER BY ${["n", ...keys.map((_key, index) => `g${index}`)].map(order).join(", ")}`;
    if (random.chance(0.6)) sql += ` LIMIT ${random.int(1, 4)}`;
  }
  return { sql, output_mode: mode };
}
