/**
 * Runs scenarios with this program's own engine: the records go to an embedded broker, and the analysis sees one
 * batch more of them each time that it looks.
 */
import { join } from "node:path";
import { analyze } from "../../lib/analyze/analyze.ts";
import type { PlannedAnalysis } from "../../lib/analyze/plan_analysis.ts";
import type { BatchProgress } from "../../lib/analyze/progress.ts";
import { systemClock } from "../../lib/base/clock.ts";
import { timeZoneOf, UTC } from "../../lib/base/time_zone.ts";
import type { Broker, PartitionOffsets } from "../../lib/broker/broker.ts";
import { openEmbeddedBroker } from "../../lib/broker/embedded/embedded_broker.ts";
import type { DataType, Row } from "../../lib/records/data_type.ts";
import { jsonRowWriter } from "../../lib/sinks/json_row.ts";
import type { RowChunk, RowFormat, Sink } from "../../lib/sinks/sink.ts";
import type { QueryPlan } from "../../lib/sql/plan.ts";
import {
  type Answers,
  type BatchAnswer,
  byPartition,
  planScenario,
  type QueryAnswer,
  type Scenario,
} from "./stream_scenario.ts";
import { tempDir } from "./temp_dir.ts";
import { RecordsBuilder } from "../../lib/broker/record_batch/encode.ts";

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
  const { planned } = await planScenario(scenario, directory.path);
  const path = join(directory.path, "broker.db");
  const broker = openEmbeddedBroker(path);
  try {
    const ends = await appendBatches(scenario, broker);
    const answers: Record<string, QueryAnswer> = {};
    for (const group of groups(scenario, planned)) {
      Object.assign(answers, await runGroup(group, { broker, path, ends, workerCount, scenario }));
    }
    return answers;
  } finally {
    await broker.close();
  }
}

/** Queries run together where all read the same; what a batch is depends on who looks. */
function groups(scenario: Scenario, planned: PlannedAnalysis): PlannedAnalysis[] {
  if (Object.keys(scenario.streams).length === 1) return [planned];
  return planned.queries.map((query) => ({ ...planned, queries: [query] }));
}

/** The end of every partition behind each batch, by stream; undefined for a pause. */
type BatchEnds = readonly (ReadonlyMap<string, PartitionOffsets> | undefined)[];

async function appendBatches(
  { streams, batches, partitions = 1 }: Scenario,
  broker: Broker,
): Promise<BatchEnds> {
  const names = Object.keys(streams);
  for (const name of names) {
    await broker.createTopic(name, {
      numPartitions: partitions,
      replicationFactor: 1,
      config: { "retention.ms": "-1" },
    });
  }
  const appender = await broker.openAppender({ codec: "none", acks: "all" });
  const ends: (ReadonlyMap<string, PartitionOffsets> | undefined)[] = [];
  for (const batch of batches) {
    if (batch === "idle") {
      ends.push(undefined);
      continue;
    }
    const end = new Map<string, PartitionOffsets>();
    for (const name of names) {
      const parts = byPartition(batch, name, partitions).map((values, partition) => ({
        partition,
        records: RecordsBuilder.of(values.map((value) => ({ key: null, value, timestampMs: 0 }))),
      })).filter(({ records }) => records.count > 0);
      if (parts.length > 0) await appender.append(name, parts);
      end.set(name, await broker.listOffsets(name, "latest"));
    }
    ends.push(end);
  }
  await appender.close();
  return ends;
}

interface GroupOptions {
  readonly broker: Broker;
  readonly path: string;
  readonly ends: BatchEnds;
  readonly workerCount: number;
  readonly scenario: Scenario;
}

async function runGroup(
  planned: PlannedAnalysis,
  { broker, path, ends, workerCount, scenario }: GroupOptions,
): Promise<Record<string, QueryAnswer>> {
  const stop = new AbortController();
  const collectors = new Map(planned.queries.map(({ plan }) => [plan.name, new Collector(plan)]));
  let error: string | undefined;
  try {
    await analyze({
      broker: scenario.trigger === undefined ? revealing(broker, ends, stop) : broker,
      address: { kind: "embedded", path },
      planned,
      startingOffsets: "earliest",
      limits: { maxOffsetsPerTrigger: batchSize(scenario), maxRatePerPartition: undefined },
      ...(scenario.watermarkPolicy === undefined ? {} : { watermarkPolicy: scenario.watermarkPolicy }),
      workerCount,
      withBatch: false,
      output: { write: () => Promise.resolve() },
      clock: systemClock,
      signal: stop.signal,
      onProgress: (progress) => collectors.get(progress.query)!.progress(progress),
      makeSink: (plan) => collectors.get(plan.name)!,
    });
  } catch (cause) {
    error = String(cause);
  }
  return Object.fromEntries([...collectors].map(([name, collector]) => [name, collector.answer(error)]));
}

/** How many records are a batch by themselves, where that is for a limit to say. */
function batchSize({ trigger, batches }: Scenario): number | undefined {
  const [first] = batches;
  if (trigger !== "available-now" || first === undefined || first === "idle") return undefined;
  return Object.values(first).flat().length;
}

/**
 * The broker, but the end of a topic is that of one batch more with each look at it. A pause lasts until the
 * analysis waits for data; where nothing is left, its wait ends the run.
 */
function revealing(broker: Broker, ends: BatchEnds, stop: AbortController): Broker {
  const seen = new Map<string, number>();
  const latest = (topic: string): PartitionOffsets => {
    const next = seen.get(topic) ?? 0;
    if (ends[next] === undefined) return ends[next - 1]!.get(topic)!;
    seen.set(topic, next + 1);
    return ends[next]!.get(topic)!;
  };
  const wait = (topic: string): void => {
    const next = seen.get(topic) ?? 0;
    if (next >= ends.length) stop.abort();
    else if (ends[next] === undefined) seen.set(topic, next + 1);
  };
  const replaced: Partial<Broker> = {
    listOffsets: async (topic, at) => at === "latest" ? latest(topic) : await broker.listOffsets(topic, at),
    waitForData: (positions) => {
      for (const topic of positions.keys()) wait(topic);
      return Promise.resolve(new Map());
    },
  };
  return new Proxy(broker, {
    get(target, name) {
      const value: unknown = Reflect.get(replaced, name) ?? Reflect.get(target, name);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}

/** A sink that keeps the rows of each batch. */
class Collector implements Sink {
  readonly description = "collector";
  readonly format: RowFormat = { kind: "values", rowsMax: Infinity };
  readonly #plan: QueryPlan;
  readonly #write: (row: Row) => string;
  readonly #rows: string[][] = [];
  readonly #progress: BatchProgress[] = [];

  constructor(plan: QueryPlan) {
    this.#plan = plan;
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
      ...(error === undefined ? {} : { error }),
    };
  }
}

function batchAnswer(rows: readonly string[], { watermarkMs, state }: BatchProgress): BatchAnswer {
  return {
    watermark: watermarkMs === undefined ? null : new Date(watermarkMs).toISOString(),
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
