/** What happens in a simulation, as a seed decides it. */
import type { AnalysisPlan } from "../../lib/plan/analysis_plan.ts";
import { planFrom } from "../support/plan_from.ts";
import { randomFrom } from "../support/random.ts";

/** The topic that is read. */
export const TOPIC = "t";
/** A topic that falls silent before the first run. */
export const SILENT_TOPIC = "u";

/** Each has an answer that does not depend on where batches end. */
const QUERIES = {
  rows: { sql: "SELECT id FROM t", mode: "append" },
  counts: { sql: "SELECT type, count(*) AS n FROM t GROUP BY type", mode: "complete" },
  distinct: { sql: "SELECT id FROM t", mode: "append", deduplicate: "id" },
  windows: { sql: windowsOf("t"), mode: "append" },
  merged: { sql: windowsOf("(SELECT at, type FROM t UNION ALL SELECT at, type FROM u)"), mode: "append" },
} satisfies Record<string, { sql: string; mode: string; deduplicate?: string }>;

function windowsOf(source: string): string {
  return `SELECT unix_millis(window(at, '1 minute').start) AS w, type, count(*) AS n FROM ${source}
    GROUP BY window(at, '1 minute'), type`;
}

/** The name of a query. */
export type QueryName = keyof typeof QUERIES;

const SINKS = ["store", "sqlite", "topic"] as const;

/** The kind of a sink. */
export type SinkName = (typeof SINKS)[number];

/** What may go wrong; a simulation that fails is shown with as few of them as possible. */
export interface Faults {
  /** Runs that are killed or stopped before the last one. */
  readonly runs: number;
  /** Runs before these that nobody kills: they end because their store fails, or are stopped much later. */
  readonly failingRuns: number;
  /** Whether the power may fail in the middle of a commit. */
  readonly powerFails: boolean;
  /** The share of answers of the broker that are old. */
  readonly staleShare: number;
  /** The share of requests to the store that fail. */
  readonly storeFailures: number;
  /** The share of workers that die. */
  readonly workerDeaths: number;
  readonly latencyMsMax: number;
  /** The share of requests that are lost, that lose their answers, or that arrive again after they were repeated. */
  readonly lostShare: number;
  /** Whether the wall clock is set. */
  readonly clockJumps: boolean;
  readonly addedPartitions: number;
  /** How often another server leads a partition. */
  readonly leaderMoves: number;
  /** Whether the checkpoints are restored from an older copy, without their sinks. */
  readonly restores: boolean;
  /** Whether topics are created again, and records deleted before they were read. */
  readonly isLossy: boolean;
}

/** No faults. */
export const NO_FAULTS: Faults = {
  runs: 0,
  failingRuns: 0,
  powerFails: false,
  staleShare: 0,
  storeFailures: 0,
  workerDeaths: 0,
  latencyMsMax: 10,
  lostShare: 0,
  clockJumps: false,
  addedPartitions: 0,
  leaderMoves: 0,
  restores: false,
  isLossy: false,
};

/** A query of a scenario. */
export interface SimulatedQuery {
  readonly name: QueryName;
  /** In milliseconds; 0 is as soon as possible. Queries with different intervals share workers, but not batches. */
  readonly intervalMs: number;
}

/** See the module's description. */
export interface Scenario {
  readonly seed: number;
  readonly queries: readonly SimulatedQuery[];
  readonly sink: SinkName;
  readonly partitions: number;
  readonly workers: number;
  /** How many times something is appended, and how much at most. */
  readonly appends: number;
  readonly recordsMax: number;
  readonly maxOffsets: number | undefined;
  /** Whether a loss ends a run; the last one tells it and goes on. */
  readonly failOnDataLoss: boolean;
  /** How long a stream may be silent until it no longer holds back the watermark. */
  readonly idleTimeoutMs: number;
  /** Whether the last runs emit the groups that are still open. */
  readonly flushAtEnd: boolean;
  readonly faults: Faults;
}

/** The kinds of scenarios, each with its seeds. */
export const KINDS = { mixed: mixedScenario, failing: failingScenario } satisfies Record<
  string,
  (seed: number) => Scenario
>;

/** The name of a kind. */
export type Kind = keyof typeof KINDS;

/** Anything may happen. */
function mixedScenario(seed: number): Scenario {
  const random = randomFrom(seed);
  const upTo = (most: number) => Math.floor(random() * (most + 1));
  const maybe = <T>(share: number, value: () => T, otherwise: T): T => random() < share ? value() : otherwise;
  const queries = queriesOf(random);
  // Partitions that are read by turns have late rows.
  const mayBeLate = queries.some(({ name }) => name !== "rows" && name !== "counts");
  return {
    seed,
    queries,
    sink: random() < 0.3 ? "store" : SINKS[upTo(SINKS.length - 1)]!,
    partitions: 1 + upTo(2),
    workers: 1 + upTo(2),
    appends: 1 + upTo(19),
    recordsMax: 1 + upTo(14),
    maxOffsets: mayBeLate ? undefined : maybe(0.5, () => 5 + upTo(20), undefined),
    failOnDataLoss: random() < 0.5,
    idleTimeoutMs: maybe(0.7, () => 100 + upTo(1_000), Infinity),
    flushAtEnd: random() < 0.3,
    faults: {
      runs: upTo(4),
      failingRuns: 0,
      powerFails: random() < 0.5,
      staleShare: maybe(0.5, () => random() * 0.5, 0),
      storeFailures: maybe(0.4, () => random() * 0.3, 0),
      workerDeaths: maybe(0.3, () => random() * 0.5, 0),
      latencyMsMax: maybe(0.5, () => upTo(3_000), 10),
      lostShare: maybe(0.4, () => random() * 0.3, 0),
      clockJumps: random() < 0.3,
      addedPartitions: maybe(0.3, () => upTo(2), 0),
      leaderMoves: maybe(0.4, () => upTo(6), 0),
      restores: random() < 0.2,
      isLossy: random() < 0.2,
    },
  };
}

/**
 * A store fails while queries with different triggers have much to read with the same workers. Only rows without
 * aggregation are written while the workers run: their failure is one of the workers' batch, for which others wait.
 */
function failingScenario(seed: number): Scenario {
  const random = randomFrom(seed);
  const upTo = (most: number) => Math.floor(random() * (most + 1));
  const others = (Object.keys(QUERIES) as QueryName[]).filter((name) => name !== "rows");
  return {
    seed,
    queries: [
      { name: "rows", intervalMs: 1 + upTo(200) },
      { name: others[upTo(others.length - 1)]!, intervalMs: 0 },
    ],
    sink: "store",
    partitions: 1 + upTo(2),
    workers: 1 + upTo(2),
    appends: 10 + upTo(10),
    recordsMax: 5 + upTo(10),
    maxOffsets: undefined,
    failOnDataLoss: true,
    idleTimeoutMs: Infinity,
    flushAtEnd: false,
    faults: {
      ...NO_FAULTS,
      failingRuns: 1 + upTo(2),
      storeFailures: 0.02 + random() * 0.1,
      workerDeaths: random() < 0.3 ? random() * 0.3 : 0,
      latencyMsMax: 10 + upTo(300),
    },
  };
}

/** One query, or several that differ, most of them with a trigger of their own. */
function queriesOf(random: () => number): SimulatedQuery[] {
  const left = Object.keys(QUERIES) as QueryName[];
  const count = random() < 0.4 ? 1 : 2 + Math.floor(random() * 2);
  const interval = () => random() < 0.5 ? 100 + Math.floor(random() * 900) : 0;
  const common = interval();
  return Array.from({ length: count }, () => {
    const [name] = left.splice(Math.floor(random() * left.length), 1);
    return { name: name!, intervalMs: random() < 0.3 ? common : interval() };
  });
}

const planned = new Map<string, Promise<AnalysisPlan>>();

/** The plan of the queries of a scenario, each with its trigger. */
export async function planOf({ queries, idleTimeoutMs, flushAtEnd }: Scenario): Promise<AnalysisPlan> {
  const names = queries.map(({ name }) => name);
  const key = names.join();
  const plan = await (planned.get(key) ?? planned.set(key, planFor(names)).get(key)!);
  return {
    ...plan,
    queries: plan.queries.map((query, index) => ({
      ...query,
      trigger: { kind: "processing-time", intervalMs: queries[index]!.intervalMs },
      watermarks: { ...query.watermarks, idleTimeoutMs },
      flushAtEnd,
    })),
  };
}

function planFor(names: readonly QueryName[]): Promise<AnalysisPlan> {
  const values: Record<string, string> = {};
  for (const topic of [TOPIC, SILENT_TOPIC]) {
    values[`stream.${topic}.topic`] = topic;
    values[`stream.${topic}.columns`] = "id INT, type STRING, at TIMESTAMP";
    values[`stream.${topic}.watermark`] = "at 4 minutes";
  }
  for (const name of names) {
    const { sql, mode, deduplicate }: { sql: string; mode: string; deduplicate?: string } = QUERIES[name];
    values[`query.${name}.sql`] = sql;
    values[`query.${name}.output_mode`] = mode;
    if (deduplicate !== undefined) values[`query.${name}.deduplicate`] = deduplicate;
  }
  return planFrom(values, { names });
}
