/** Streams and queries of the supported family, made from a seed. */
import type {
  BatchRecords,
  Scenario,
  ScenarioBatch,
  ScenarioQuery,
  ScenarioRecord,
} from "../../support/stream_scenario.ts";
import { Random } from "../random.ts";
import { randomQueries } from "../queries/mod.ts";
import { withRestarts } from "./restarts.ts";
import { randomForm, type RecordForm } from "./forms.ts";
import { farTimes, randomOriginMs } from "./times.ts";

const ZONES = [
  ..."UTC America/Los_Angeles Europe/Berlin Asia/Kathmandu -03:30 Australia/Lord_Howe America/St_Johns".split(
    " ",
  ),
];

const DELAYS = ["0 seconds", "10 minutes", "1 hour", "90 seconds", "30 minutes"];

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

/** Of all scenarios. */
const RESTARTED_SHARE = 0.35;
/** Of those whose batches are of one size, which are not frequent. */
const RESTARTED_SHARE_OF_SIZED = 0.8;

/** The scenario of a seed: one stream, or two, and some queries, in one run or several. */
export function randomScenario(seed: number): Scenario {
  const random = new Random(seed);
  const scenario = uninterrupted(random, seed);
  const share = scenario.trigger === "available-now" ? RESTARTED_SHARE_OF_SIZED : RESTARTED_SHARE;
  return random.chance(share) ? withRestarts(scenario, random) : scenario;
}

function uninterrupted(random: Random, seed: number): Scenario {
  const hasSecondStream = random.chance(0.35);
  const hasWatermark = random.chance(0.85);
  const watermark = () => hasWatermark ? `at ${random.pick(DELAYS)}` : "none";
  const partitions = hasSecondStream ? 1 : random.pick([1, 1, 2, 3]);
  const trigger = hasSecondStream ? undefined : randomTrigger(random, partitions);
  const surroundings = { hasWatermark, isOrdered: partitions === 1 && trigger !== "once", hasSecondStream };
  const forms: Record<string, RecordForm> = {
    t: randomForm(random),
    ...(hasSecondStream ? { u: randomForm(random) } : {}),
  };
  const queries = randomQueries(random, surroundings, seed).map((query, index) => [`q${index}`, query]);
  return {
    name: `seed ${seed}`,
    timeZone: random.pick(ZONES),
    partitions,
    ...(trigger === undefined ? {} : { trigger }),
    ...(hasSecondStream ? { watermarkPolicy: random.pick(["min", "max"]) } : {}),
    streams: Object.fromEntries(
      Object.entries(forms).map(([name, { stream }]) => [name, { ...stream, watermark: watermark() }]),
    ),
    tables: TABLES,
    queries: Object.fromEntries(queries) as Record<string, ScenarioQuery>,
    batches: randomBatches(random, { forms, hasWatermark, trigger }),
  };
}

/** Spark's files are batches of any size, where a limit here makes batches of one size; so that goes with one partition. */
function randomTrigger(random: Random, partitions: number): Scenario["trigger"] {
  if (random.chance(0.8)) return undefined;
  return partitions === 1 && random.chance(0.6) ? "available-now" : "once";
}

interface BatchOptions {
  /** By stream. */
  readonly forms: Readonly<Record<string, RecordForm>>;
  readonly hasWatermark: boolean;
  readonly trigger: Scenario["trigger"];
}

function randomBatches(
  random: Random,
  { forms, hasWatermark, trigger }: BatchOptions,
): ScenarioBatch[] {
  // Before the epoch, with a watermark, all of the first batch is late; which Spark counts by task, and `once` has
  // tasks of its own.
  const isEarly = trigger !== "once" && random.chance(hasWatermark ? 0.1 : 0.5);
  const originMs = randomOriginMs(random, { isEarly });
  const far = farTimes(random);
  const driftMinutes = random.pick([0, 10, 25, 60]);
  const spreadMinutes = random.pick([5, 30, 120]);
  const size = random.int(1, 12);
  const sent: Record<string, ScenarioRecord[]> = Object.fromEntries(
    Object.keys(forms).map((stream) => [stream, []]),
  );
  const batches: ScenarioBatch[] = [];
  const count = random.int(2, 6);
  for (let number = 0; number < count; number++) {
    const fromMinutes = number * driftMinutes - spreadMinutes;
    const range = { originMs, fromMinutes, toMinutes: number * driftMinutes + 10, far };
    const records = ([stream, form]: [string, RecordForm]) => {
      const before = sent[stream]!;
      const record = () => {
        // Some records come twice, at once or much later.
        if (before.length > 0 && random.chance(0.07)) {
          return random.chance(0.5) ? before.at(-1)! : random.pick(before);
        }
        const fresh = form.record(random, range);
        if (fresh !== null) before.push(fresh);
        return fresh;
      };
      return [stream, random.times(trigger === "available-now" ? size : random.int(1, 12), record)];
    };
    batches.push(Object.fromEntries(Object.entries(forms).map(records)) as BatchRecords);
    const mayPause = Object.keys(forms).length === 1 && trigger === undefined && number < count - 1;
    if (mayPause && random.chance(0.2)) batches.push("idle");
  }
  return batches;
}
