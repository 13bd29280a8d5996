/**
 * Runs an analysis: starts the workers, and runs all queries until they end. Queries that read the same
 * topics with the same trigger share their batches, so records are fetched and decoded only once.
 */
import { OVER } from "../base/clock.ts";
import { closingAll } from "../base/closing.ts";
import { selectionText } from "../config/values/topic_selection.ts";
import type { AnalyzeOptions } from "./analyze_options.ts";
import { Coordinator } from "./coordinator.ts";
import type { CoordinatedQuery } from "./coordinator_options.ts";
import { verifiedOffsets } from "./source/log_epochs.ts";
import type { RunListener } from "../monitoring/run_listener.ts";
import { openRuns } from "./open_run.ts";
import type { CommittedOffsets } from "../checkpoint/moving/committed_offsets.ts";
import { columnNamesOf, type StartingPoint } from "../plan/analysis_plan.ts";
import type { QueryRun } from "./query/query_run.ts";
import { Source } from "./source/source.ts";
import { TableReload } from "./table_reload.ts";
import { WorkerPool } from "./workers/worker_pool.ts";

/**
 * Runs until the queries end by their trigger, or the signal.
 *
 * @throws {SfcrimeError} TOPIC_MISSING, or the first failure of a query, which also ends the others.
 */
export async function analyze(options: AnalyzeOptions): Promise<void> {
  const { plan: analysis, broker: { outages }, address, host, spawn, startLocal, listener = {} } = options;
  const local = startLocal && { start: startLocal, nowMs: () => host.monotonicMs() };
  const reload = new TableReload(analysis);
  const runs = await openRuns(options, reload);
  const runId = host.newId();
  const unlisten = outages?.listen((news) => listener.outage?.(news));
  const queries = runs.map((run, index): StoppableQuery => ({ run, index, stop: new AbortController() }));
  let pool: WorkerPool | undefined;
  const startAndRun = async () => {
    await listener.started?.({
      runId,
      queries: queries.map(({ run: { plan, queryId, sink, history, currentRows }, stop }) => ({
        query: plan.name,
        queryId,
        sink: sink.description,
        history,
        ...(currentRows === undefined ? {} : { rows: currentRows }),
        stop: () => stop.abort(OVER),
      })),
    });
    pool = WorkerPool.start(
      {
        broker: address,
        queries: runs.map(({ plan, rowFormat, keepsLast }) => ({ plan, format: rowFormat, keepsLast })),
        failOnDataLoss: analysis.failOnDataLoss,
        collectsLate: listener.late !== undefined,
        samplesBadRecords: listener.badRecords !== undefined,
        streams: analysis.streams,
        registry: analysis.registry,
        tables: Object.fromEntries(reload.rows),
        tableColumns: columnNamesOf(analysis),
      },
      { count: analysis.workerCount, spawn, local, outages, listener },
    );
    await runAll(queries, pool, { ...options, runId, listener, reload });
  };
  const close = () => [() => pool?.close(), ...runs.map((run) => () => run.close()), unlisten ?? (() => {})];
  const noteFailure = (error: unknown): never => {
    // One that is no query's ends them all.
    if (!runs.some(({ hasFailed }) => hasFailed)) runs.forEach((run) => run.failed(error));
    throw error;
  };
  try {
    await closingAll(() => startAndRun().catch(noteFailure), close);
  } catch (error) {
    listener.ended?.({ error });
    throw error;
  }
  listener.ended?.();
}

/** Where a query goes on. */
type Start =
  | StartingPoint & { readonly kind: "offsets" }
  | { readonly kind: "checkpoint" } & Omit<CommittedOffsets, "batchId">;

/** A query, and what stops it alone. */
interface StoppableQuery extends Omit<CoordinatedQuery, "stop"> {
  readonly stop: AbortController;
}

async function runAll(
  queries: readonly StoppableQuery[],
  pool: WorkerPool,
  options: AnalyzeOptions & {
    readonly runId: string;
    readonly listener: RunListener;
    readonly reload: TableReload;
  },
): Promise<void> {
  const {
    plan: { limits, timestampStrategy, failOnDataLoss },
    broker,
    host: clock,
    reload,
  } = options;
  const stop = new AbortController();
  const signal = AbortSignal.any([options.signal, stop.signal]);
  /** What coordinates a group of queries, and the options of its source: both end when the last query is stopped. */
  const groupOf = (group: readonly StoppableQuery[]) => {
    const ended = new AbortController();
    const groupSignal = AbortSignal.any([signal, ended.signal]);
    const { reads: selections, trigger } = group[0]!.run.planned;
    return {
      sourceOptions: {
        broker,
        clock,
        selections,
        failOnDataLoss,
        timestampStrategy,
        signal: groupSignal,
      },
      coordinate: (source: Source) =>
        new Coordinator({
          ...options,
          clock,
          tables: reload,
          limits,
          signal: groupSignal,
          allStopped: () => ended.abort(OVER),
          pool,
          source,
          queries: group.map((query) => ({ ...query, stop: query.stop.signal })),
          trigger,
        }),
    };
  };
  for (const query of queries) {
    const { pending, positions: { topicIds: ids, epochs } } = query.run;
    if (pending === undefined) continue;
    const { sourceOptions, coordinate } = groupOf([query]);
    const read = { offsets: pending.from, epochs, ids };
    const offsets = await verifiedOffsets(broker, read, { failOnDataLoss });
    const source = await Source.resume(sourceOptions, { offsets, ids, pendingEnds: pending.to });
    if (signal.aborted) return;
    await coordinate(source).repeat(pending, ids);
  }
  const groups = Map.groupBy(queries, ({ run }) => groupKey(run)).values();
  const coordinators = await Promise.all([...groups].map(async (group) => {
    const { sourceOptions, coordinate } = groupOf(group);
    const start = startOf(group[0]!.run);
    if (start.kind === "offsets") return coordinate(await Source.open(sourceOptions, start.offsets));
    const { topicIds: ids, epochs } = start;
    const offsets = await verifiedOffsets(broker, { offsets: start.offsets, epochs, ids }, {
      failOnDataLoss,
    });
    return coordinate(await Source.resume(sourceOptions, { offsets, ids }));
  }));
  await allOrNone(coordinators.map((coordinator) => () => coordinator.run()), stop);
}

/** Runs all; if one fails, the others end after their current batch, and the first error is thrown. */
async function allOrNone(runs: readonly (() => Promise<void>)[], stop: AbortController): Promise<void> {
  const failures: unknown[] = [];
  await Promise.all(runs.map((run) =>
    run().catch((error: unknown) => {
      stop.abort();
      failures.push(error);
    })
  ));
  if (failures.length > 0) throw failures[0];
}

/** Where a query goes on: its own checkpoint wins over where it was to start. */
function startOf({ planned: { start }, positions: { offsets, topicIds, epochs } }: QueryRun): Start {
  if (offsets !== undefined) return { kind: "checkpoint", offsets, topicIds, epochs };
  if (start.kind === "offsets") return start;
  return { kind: "checkpoint", offsets: start.offsets, topicIds: start.topicIds, epochs: start.epochs };
}

/** Queries with the same key run in the same batches. */
function groupKey(run: QueryRun): string {
  const { reads, trigger } = run.planned;
  return JSON.stringify([reads.map(selectionText).sort(), trigger, startOf(run)]);
}
