/**
 * Runs scenarios with this program's own engine: the records go to an embedded broker, and the analysis sees as many
 * of them as there would be.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { analyze } from "../../lib/analyze/analyze.ts";
import { type BatchProgress, watermarkText } from "../../lib/monitoring/progress.ts";
import { systemHost } from "../../lib/base/host.ts";
import { timeZoneOf, UTC } from "../../lib/base/time_zone.ts";
import type { Broker } from "../../lib/broker/broker.ts";
import { openEmbeddedBroker } from "./brokers.ts";
import type { DataType, Row } from "../../lib/records/data_type.ts";
import { jsonRowWriter } from "../../lib/sinks/rows/json_row.ts";
import type { RowChunk, RowFormat, Sink } from "../../lib/sinks/sink.ts";
import type { QueryPlan } from "../../lib/sql/plan.ts";
import { eachSlot } from "../../lib/sql/expressions/slots.ts";
import {
  type Answers,
  type BatchAnswer,
  byPartition,
  joinRuns,
  planScenario,
  type QueryAnswer,
  runsOf,
  type Scenario,
  type ScenarioRun,
} from "./stream_scenario.ts";
import { revealing, type RunEnds, showingAll, type TopicEnds } from "./revealing_broker.ts";
import { tempDir } from "./temp_dir.ts";
import { RecordsBuilder } from "../../lib/broker/record_batch/encode.ts";
import { spawnWorker } from "../../lib/analyze/workers/worker_thread.ts";

/** How the engine runs. */
export interface HarnessOptions {
  readonly workerCount?: number;
}

/** What this program answers. */
export async function runHere(
  scenario: Scenario,
  { workerCount = 1 }: HarnessOptions = {},
): Promise<Answers> {
  await using directory = await tempDir();
  const path = join(directory.path, "broker.db");
  const broker = openEmbeddedBroker(path);
  try {
    const ends = await appendRuns(scenario, broker);
    const answers: Record<string, QueryAnswer> = {};
    for (const group of groups(scenario)) {
      const options = { broker, path, ends, workerCount, scenario, directory: directory.path };
      Object.assign(answers, await runGroup(group, options));
    }
    return answers;
  } finally {
    await broker.close();
  }
}

/** Queries run together where all read the same; what a batch is depends on who looks. */
function groups({ streams, queries }: Scenario): string[][] {
  const names = Object.keys(queries);
  return Object.keys(streams).length === 1 ? [names] : names.map((name) => [name]);
}

/** Appends the batches of all runs, and gives the ends behind them. */
async function appendRuns(scenario: Scenario, broker: Broker): Promise<RunEnds[]> {
  const { streams, partitions = 1 } = scenario;
  const names = Object.keys(streams);
  for (const name of names) {
    await broker.createTopic(name, {
      numPartitions: partitions,
      replicationFactor: 1,
      config: { "retention.ms": "-1" },
    });
  }
  const endOf = async (): Promise<TopicEnds> =>
    new Map(
      await Promise.all(names.map(async (name) => [name, await broker.listOffsets(name, "latest")] as const)),
    );
  const appender = await broker.openAppender({ codec: "none", acks: "all" });
  const runs: RunEnds[] = [];
  for (const { batches } of runsOf(scenario)) {
    const before = await endOf();
    const ends: (TopicEnds | undefined)[] = [];
    for (const batch of batches) {
      if (batch === "idle") {
        ends.push(undefined);
        continue;
      }
      for (const name of names) {
        const parts = byPartition(batch, name, partitions).map((values, partition) => ({
          partition,
          records: RecordsBuilder.of(values.map((value) => ({ key: null, value, timestampMs: 0 }))),
        })).filter(({ records }) => records.count > 0);
        if (parts.length > 0) await appender.append(name, parts);
      }
      ends.push(await endOf());
    }
    runs.push({ before, batches: ends });
  }
  await appender.close();
  return runs;
}

interface GroupOptions {
  readonly broker: Broker;
  readonly path: string;
  readonly ends: readonly RunEnds[];
  readonly workerCount: number;
  readonly scenario: Scenario;
  readonly directory: string;
}

async function runGroup(
  names: readonly string[],
  options: GroupOptions,
): Promise<Record<string, QueryAnswer>> {
  const runs: Record<string, QueryAnswer>[] = [];
  for (const [number, run] of runsOf(options.scenario).entries()) {
    const answers = await runOnce(names, { ...options, run, ends: options.ends[number]! });
    runs.push(answers);
    if (Object.values(answers).some(({ error }) => error !== undefined)) break;
  }
  return Object.fromEntries(
    names.map((name) => [name, joinRuns(options.scenario, runs.map((run) => run[name]!))]),
  );
}

async function runOnce(
  names: readonly string[],
  { broker, path, ends, workerCount, scenario, directory, run }: Omit<GroupOptions, "ends"> & {
    readonly run: ScenarioRun;
    readonly ends: RunEnds;
  },
): Promise<Record<string, QueryAnswer>> {
  const checkpoints = join(directory, "checkpoints");
  const size = batchSize(run);
  const plan = await planScenario(scenario, directory, {
    trigger: run.trigger,
    names,
    more: {
      "analyze.workers": String(workerCount),
      ...(size === undefined ? {} : { "analyze.max_offsets_per_trigger": String(size) }),
      // A scenario of one run needs none.
      ...(runsOf(scenario).length === 1 ? {} : { "analyze.checkpoint": checkpoints }),
    },
  });
  const stop = new AbortController();
  const shown = run.trigger === "processing-time" ? revealing(broker, ends, stop) : showingAll(broker, ends);
  const collectors = new Map(
    plan.queries.map(({ plan }) => [plan.name, new Collector(plan, scenario.partitions ?? 1)]),
  );
  let error: string | undefined;
  try {
    await analyze({
      broker: shown.broker,
      address: { kind: "embedded", path },
      plan,
      output: { write: () => Promise.resolve() },
      host: systemHost,
      spawn: spawnWorker,
      signal: stop.signal,
      listener: {
        // A run that goes on looks at the topics before its first trigger, too.
        status: ({ query, status: { message } }) => {
          if (query === names[0] && message.startsWith("Getting offsets")) shown.triggered();
        },
        // A crash is made up for afterwards: which batch is the last one is not known before.
        step: ({ query, step }) => {
          if (run.crashes && step === 1) {
            copyOver(join(checkpoints, query), join(checkpoints, `${query}-logged`));
          }
        },
        progress: (progress) => collectors.get(progress.query)!.progress(progress),
      },
      makeSink: (plan) => collectors.get(plan.name)!,
    });
  } catch (cause) {
    error = String(cause);
  }
  for (const name of run.crashes && error === undefined ? names : []) {
    copyOver(join(checkpoints, `${name}-logged`), join(checkpoints, name));
  }
  return Object.fromEntries([...collectors].map(([name, collector]) => [name, collector.answer(error)]));
}

/** Makes a directory the same as another one. */
function copyOver(from: string, to: string): void {
  if (existsSync(to)) Deno.removeSync(to, { recursive: true });
  Deno.mkdirSync(to);
  for (const { name } of Deno.readDirSync(from)) Deno.copyFileSync(join(from, name), join(to, name));
}

/** How many records are a batch by themselves, where that is for a limit to say. */
function batchSize({ trigger, batches: [first] }: ScenarioRun): number | undefined {
  if (trigger !== "available-now" || first === undefined || first === "idle") return undefined;
  return Object.values(first).flat().length;
}

/** A sink that keeps the rows of each batch. */
class Collector implements Sink {
  readonly description = "collector";
  readonly format: RowFormat = { kind: "values", rowsMax: Infinity };
  readonly #plan: QueryPlan;
  /** Whether the rows of a group may be added in another order: from several partitions, shuffled, or sorted. */
  readonly #isMerged: boolean;
  readonly #write: (row: Row) => string;
  readonly #rows: string[][] = [];
  readonly #progress: BatchProgress[] = [];

  constructor(plan: QueryPlan, partitions: number) {
    this.#plan = plan;
    this.#isMerged = partitions > 1 || plan.branches.length > 1 || plan.aggregate?.sessionKey !== undefined ||
      plan.branches.some(({ deduplication }) => deduplication !== undefined);
    const numbered = plan.output.map(({ type }, index) => ({ name: `c${index}`, type }));
    this.#write = jsonRowWriter(numbered, timeZoneOf(plan.timeZone) ?? UTC);
  }

  begin(): void {
    this.#rows.push([]);
  }

  write({ rows = [] }: RowChunk): Promise<void> {
    this.#rows.at(-1)!.push(...rows.map((row) => this.#write(row)));
    return Promise.resolve();
  }

  commit(): Promise<void> {
    return Promise.resolve();
  }

  progress(progress: BatchProgress): void {
    this.#progress.push(progress);
  }

  answer(error: string | undefined): QueryAnswer {
    return {
      columns: this.#plan.output.map(({ name, type }) => `${name} ${simpleType(type)}`),
      batches: this.#progress.map((progress, index) => batchAnswer(this.#rows[index]!, progress)),
      mergedSums: columnsOfSums(this.#plan, this.#isMerged),
      ...(error === undefined ? {} : { error }),
    };
  }
}

/** Aggregates that add up. Sums of whole numbers and of DECIMALs are exact. */
const SUM = /^(?:sum|avg)$/;
/** Their means round whenever they are merged, which Spark does in more steps. */
const DEVIATION = /^(?:stddev|var)_/;

/** The columns of a result that have a sum of DOUBLEs in them which may be rounded otherwise. */
function columnsOfSums({ aggregate, finish }: QueryPlan, isMerged: boolean): number[] {
  if (aggregate === undefined || finish === undefined) return [];
  const isSum = aggregate.calls.map(({ name, argTypes }) =>
    argTypes[0] === "DOUBLE" && (DEVIATION.test(name) || isMerged && SUM.test(name))
  );
  return finish.output.flatMap((expression, column) => {
    let found = false;
    eachSlot(expression, (slot) => found ||= isSum[slot - aggregate.keys.length] === true);
    return found ? [column] : [];
  });
}

function batchAnswer(rows: readonly string[], { watermarkMs, state }: BatchProgress): BatchAnswer {
  return {
    watermark: watermarkMs === undefined ? null : watermarkText(watermarkMs),
    rows,
    state: state.map(({ rowsTotal, rowsUpdated, rowsRemoved, groupsDropped }) => ({
      numRowsTotal: rowsTotal,
      numRowsUpdated: rowsUpdated,
      numRowsRemoved: rowsRemoved,
      numRowsDroppedByWatermark: groupsDropped,
    })),
  };
}

/** A type as Spark's `simpleString`. */
function simpleType(type: DataType): string {
  if (typeof type === "string") return type.toLowerCase();
  switch (type.kind) {
    case "DECIMAL":
      return `decimal(${type.precision},${type.scale})`;
    case "ARRAY":
      return `array<${simpleType(type.element)}>`;
    case "STRUCT":
      return `struct<${type.fields.map(({ name, type }) => `${name}:${simpleType(type)}`).join(",")}>`;
  }
}
