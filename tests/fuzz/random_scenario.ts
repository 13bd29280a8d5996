/** Streams and queries of the supported family, made from a seed. */
import type { Scenario, ScenarioBatch, ScenarioQuery } from "../support/stream_scenario.ts";
import { Random } from "./random.ts";
import { randomQueries } from "./random_queries.ts";
import { COLUMNS, randomRecord } from "./random_records.ts";

const ZONES = [
  ..."UTC America/Los_Angeles Europe/Berlin Asia/Kathmandu -03:30 Australia/Lord_Howe America/St_Johns".split(
    " ",
  ),
];

const DELAYS = ["0 seconds", "10 minutes", "1 hour", "90 seconds", "30 minutes"];

/** Where streams begin: at the turn of a year, where clocks are put forward or back, and before the epoch. */
const ORIGINS_MS = [
  ...["2018-12-31T10:00Z", "2018-12-31T23:00Z", "2018-11-04T08:30Z", "2019-03-31T00:30Z"].map(Date.parse),
];
const ORIGIN_BEFORE_EPOCH_MS = Date.parse("1969-12-31T10:00Z");

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
  days: {
    columns: "y DATE, price DOUBLE, at TIMESTAMP AS since",
    rows: [
      '{"y":"2018-12-31","price":1.25,"at":"2018-12-31T10:00:00"}',
      '{"y":"2019-01-01","price":-0.5}',
      '{"y":"1969-07-20","price":999.99,"at":"1969-07-20T20:17:40Z"}',
    ],
  },
};

/** The scenario of a seed: one stream, or two, and some queries. */
export function randomScenario(seed: number): Scenario {
  const random = new Random(seed);
  const hasSecondStream = random.chance(0.2);
  const hasWatermark = random.chance(0.85);
  const watermark = () => hasWatermark ? `at ${random.pick(DELAYS)}` : "none";
  const partitions = hasSecondStream ? 1 : random.pick([1, 1, 2, 3]);
  const trigger = hasSecondStream ? undefined : randomTrigger(random, partitions);
  const surroundings = { hasWatermark, isOrdered: partitions === 1 && trigger !== "once", hasSecondStream };
  const queries = randomQueries(random, surroundings, seed).map((query, index) => [`q${index}`, query]);
  return {
    name: `seed ${seed}`,
    timeZone: random.pick(ZONES),
    partitions,
    ...(trigger === undefined ? {} : { trigger }),
    ...(hasSecondStream ? { watermarkPolicy: random.pick(["min", "max"]) } : {}),
    streams: {
      t: { columns: COLUMNS, watermark: watermark() },
      ...(hasSecondStream ? { u: { columns: COLUMNS, watermark: watermark() } } : {}),
    },
    tables: TABLES,
    queries: Object.fromEntries(queries) as Record<string, ScenarioQuery>,
    batches: randomBatches(random, { hasSecondStream, trigger }),
  };
}

/** Spark's files are batches of any size, where a limit here makes batches of one size; so that goes with one partition. */
function randomTrigger(random: Random, partitions: number): Scenario["trigger"] {
  if (random.chance(0.8)) return undefined;
  return partitions === 1 && random.chance(0.6) ? "available-now" : "once";
}

interface BatchOptions {
  readonly hasSecondStream: boolean;
  readonly trigger: Scenario["trigger"];
}

function randomBatches(random: Random, { hasSecondStream, trigger }: BatchOptions): ScenarioBatch[] {
  // In the first batch all of it would be late; which Spark counts by task, and `once` has tasks of its own.
  const originMs = trigger !== "once" && random.chance(0.2)
    ? ORIGIN_BEFORE_EPOCH_MS
    : random.pick(ORIGINS_MS);
  const driftMinutes = random.pick([0, 10, 25, 60]);
  const spreadMinutes = random.pick([5, 30, 120]);
  const size = random.int(1, 12);
  const sent: NonNullable<ReturnType<typeof randomRecord>>[] = [];
  const batches: ScenarioBatch[] = [];
  const count = random.int(2, 6);
  for (let number = 0; number < count; number++) {
    const fromMinutes = number * driftMinutes - spreadMinutes;
    const range = { originMs, fromMinutes, toMinutes: number * driftMinutes + 10 };
    const record = () => {
      // Some records come twice, at once or much later.
      if (sent.length > 0 && random.chance(0.07)) {
        return random.chance(0.5) ? sent.at(-1)! : random.pick(sent);
      }
      const fresh = randomRecord(random, range);
      if (fresh !== null) sent.push(fresh);
      return fresh;
    };
    const records = () => random.times(trigger === "available-now" ? size : random.int(1, 12), record);
    batches.push(hasSecondStream ? { t: records(), u: records() } : { t: records() });
    const mayPause = !hasSecondStream && trigger === undefined && number < count - 1;
    if (mayPause && random.chance(0.2)) batches.push("idle");
  }
  return batches;
}
