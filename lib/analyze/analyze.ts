/**
 * The analysis: opens the broker, starts the workers, and runs all queries until they end. Queries that read
 * the same topics at the same times share their batches, and so what is fetched and decoded.
 */
import { Worker } from "node:worker_threads";
import type { Clock } from "../base/clock.ts";
import type { Output } from "../base/output.ts";
import type { Broker, BrokerAddress } from "../broker/broker.ts";
import type { SinkSpec, StartingOffsets, TriggerSpec } from "../config/values.ts";
import { timeZoneOf, UTC } from "../base/time_zone.ts";
import { ConsoleSink } from "../sinks/console_sink.ts";
import { NdjsonSink } from "../sinks/ndjson_sink.ts";
import { NoneSink } from "../sinks/none_sink.ts";
import type { Sink } from "../sinks/sink.ts";
import type { QueryPlan } from "../sql/plan.ts";
import { Coordinator, type RateLimits } from "./coordinator.ts";
import type { PlannedAnalysis, PlannedQuery } from "./plan_analysis.ts";
import type { BatchProgress } from "./progress.ts";
import { QueryRun } from "./query_run.ts";
import { Source } from "./source.ts";
import { WorkerPool, type WorkerThread } from "./worker_pool.ts";

/** What to analyse, and how. */
export interface AnalyzeOptions {
  readonly broker: Broker;
  /** By which each worker opens a connection of its own. */
  readonly address: BrokerAddress;
  readonly planned: PlannedAnalysis;
  readonly startingOffsets: StartingOffsets;
  readonly limits: RateLimits;
  readonly workerCount: number;
  /** Whether rows of NDJSON name their query and batch, also where there is one query only. */
  readonly withBatch: boolean;
  readonly output: Output;
  readonly clock: Clock;
  /** Ends the run after the batches that are under way. */
  readonly signal: AbortSignal;
  readonly onProgress: (progress: BatchProgress) => void;
  /** Makes the sink of a query, in place of the ones that settings can name. */
  readonly makeSink?: (plan: QueryPlan) => Sink;
  /** Makes a worker thread, in place of the usual one. */
  readonly spawn?: () => WorkerThread;
}

/** A worker thread that runs `worker.ts`. */
export function spawnWorker(): WorkerThread {
  return new Worker(new URL("./worker.ts", import.meta.url));
}

/**
 * Runs until the queries end by their trigger, or the signal.
 *
 * @throws {SfcrimeError} TOPIC_MISSING, or the failure of a query, which ends the others.
 */
export async function analyze(options: AnalyzeOptions): Promise<void> {
  const { planned, address, broker, workerCount, spawn = spawnWorker } = options;
  const runs = planned.queries.map((query) => ({
    query,
    run: new QueryRun(query.plan, sinkOf(query, options)),
  }));
  const pool = WorkerPool.start(
    {
      broker: address,
      queries: runs.map(({ run }) => ({ plan: run.plan, format: run.sink.format })),
      topics: planned.topics,
      tables: planned.tables,
    },
    workerCount,
    spawn,
  );
  const stop = new AbortController();
  const signal = AbortSignal.any([options.signal, stop.signal]);
  try {
    const indexed = runs.map((entry, index) => ({ ...entry, index }));
    const groups = [...Map.groupBy(indexed, ({ query }) => groupKey(query, planned)).values()];
    const coordinators = await Promise.all(groups.map(async (group) => {
      const topics = topicsOf(group[0]!.query.plan, planned);
      return new Coordinator({
        ...options,
        signal,
        pool,
        source: await Source.open(broker, topics, options.startingOffsets),
        queries: group.map(({ index, run }) => ({ index, run })),
        trigger: group[0]!.query.trigger,
      });
    }));
    await allOrNone(coordinators.map((coordinator) => () => coordinator.run()), stop);
  } finally {
    await pool.close();
  }
}

/** Runs all; when one fails, the others end after what they are doing, and its error is thrown. */
async function allOrNone(runs: readonly (() => Promise<void>)[], stop: AbortController): Promise<void> {
  const results = await Promise.allSettled(runs.map((run) =>
    run().catch((error: unknown) => {
      stop.abort();
      throw error;
    })
  ));
  const failure = results.find((result) => result.status === "rejected");
  if (failure !== undefined) throw failure.reason;
}

/** Queries with the same key run in the same batches. */
function groupKey({ plan, trigger }: PlannedQuery, planned: PlannedAnalysis): string {
  return JSON.stringify([topicsOf(plan, planned), trigger satisfies TriggerSpec]);
}

function topicsOf({ branches }: QueryPlan, { topics }: PlannedAnalysis): string[] {
  return [...new Set(branches.map(({ stream }) => topics[stream]!))].sort();
}

function sinkOf({ plan, sink }: PlannedQuery, options: AnalyzeOptions): Sink {
  const { output, makeSink, planned, withBatch } = options;
  if (makeSink !== undefined) return makeSink(plan);
  const kind: SinkSpec["kind"] = sink.kind;
  switch (kind) {
    case "console":
      return new ConsoleSink(output, plan.output, timeZoneOf(plan.timeZone) ?? UTC);
    case "ndjson":
      return new NdjsonSink(output, withBatch || planned.queries.length > 1);
    case "none":
      return new NoneSink();
  }
}
