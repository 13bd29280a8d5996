/**
 * Runs an analysis: starts the workers, and runs all queries until they end. Queries that read the same
 * topics with the same trigger share their batches, so records are fetched and decoded only once.
 */
import { Worker } from "node:worker_threads";
import { closingAll } from "../base/closing.ts";
import { selectionText } from "../config/values/topic_selection.ts";
import type { TriggerSpec } from "../config/values/values.ts";
import type { QueryPlan } from "../sql/plan.ts";
import type { AnalyzeOptions } from "./analyze_options.ts";
import { Coordinator } from "./coordinator.ts";
import { heldToLogs } from "./source/log_epochs.ts";
import type { RunListener } from "../monitoring/run_listener.ts";
import { openRuns } from "./open_run.ts";
import { type PlannedAnalysis, type PlannedQuery, selectionsOf } from "../plan/plan_analysis.ts";
import type { QueryRun } from "./query/query_run.ts";
import { Source } from "./source/source.ts";
import { columnNamesOf, rowsOf, TableReload } from "./table_reload.ts";
import { WorkerPool } from "./workers/worker_pool.ts";
import type { WorkerThread } from "./workers/worker_thread.ts";

/** A worker thread that runs `worker.ts`. */
export function spawnWorker(): WorkerThread {
  return new Worker(new URL("./workers/worker.ts", import.meta.url));
}

/**
 * Runs until the queries end by their trigger, or the signal.
 *
 * @throws {SfcrimeError} TOPIC_MISSING, or the first failure of a query, which also ends the others.
 */
export async function analyze(options: AnalyzeOptions): Promise<void> {
  const { planned, broker: { outages }, address, workerCount, spawn = spawnWorker, listener = {} } = options;
  const runs = await openRuns(options);
  const runId = crypto.randomUUID();
  const unlisten = outages?.listen((news) => listener.outage?.(news));
  let pool: WorkerPool | undefined;
  const startAndRun = async () => {
    await listener.started?.({
      runId,
      queries: runs.map(({ plan, queryId }) => ({ query: plan.name, queryId })),
    });
    pool = WorkerPool.start(
      {
        broker: address,
        queries: runs.map(({ plan, rowFormat }) => ({ plan, format: rowFormat })),
        failOnDataLoss: options.failOnDataLoss ?? true,
        tellsLate: listener.late !== undefined,
        streams: planned.streams,
        tables: rowsOf(planned.tables),
        tableColumns: columnNamesOf(planned.tables),
      },
      { count: workerCount, spawn, outages, listener },
    );
    await runAll(runs, pool, { ...options, runId, listener });
  };
  const close = () => [() => pool?.close(), ...runs.map((run) => () => run.close()), unlisten ?? (() => {})];
  try {
    await closingAll(startAndRun, close);
  } catch (error) {
    listener.ended?.({ error });
    throw error;
  }
  listener.ended?.();
}

/** A query, and its index among all queries. */
interface IndexedRun {
  readonly index: number;
  readonly run: QueryRun;
}

async function runAll(
  runs: readonly QueryRun[],
  pool: WorkerPool,
  options: AnalyzeOptions & { readonly runId: string; readonly listener: RunListener },
): Promise<void> {
  const { planned, broker, startingOffsets, timestampStrategy = "error", failOnDataLoss = true } = options;
  const tables = new TableReload(planned.tables);
  const stop = new AbortController();
  const signal = AbortSignal.any([options.signal, stop.signal]);
  const coordinate = (source: Source, queries: readonly IndexedRun[]) =>
    new Coordinator({
      ...options,
      tables,
      signal,
      pool,
      source,
      queries: queries.map(({ index, run }) => ({ index, run, reads: selectionsOf(run.plan, planned) })),
      trigger: planned.queries[queries[0]!.index]!.trigger,
    });
  const sourceOf = (plan: QueryPlan) => ({
    broker,
    clock: options.clock,
    selections: selectionsOf(plan, planned),
    failOnDataLoss,
    timestampStrategy,
    signal,
  });
  for (const [index, run] of runs.entries()) {
    if (run.pending === undefined) continue;
    const { pending, topicIds: ids, epochs } = run;
    const read = { offsets: pending.from, epochs, ids };
    const offsets = await heldToLogs(broker, read, { failOnDataLoss });
    const source = await Source.resume(sourceOf(run.plan), { offsets, ids, pendingEnds: pending.to });
    if (signal.aborted) return;
    await coordinate(source, [{ index, run }]).repeat(pending, ids);
  }
  const keyOf = ({ index, run }: IndexedRun) => groupKey(planned.queries[index]!, run, planned);
  const groups = [...Map.groupBy(runs.map((run, index) => ({ index, run })), keyOf).values()];
  const coordinators = await Promise.all(groups.map(async (group) => {
    const { offsets, plan, topicIds: ids, epochs } = group[0]!.run;
    const source = offsets === undefined
      ? await Source.open(sourceOf(plan), startingOffsets)
      : await Source.resume(sourceOf(plan), {
        offsets: await heldToLogs(broker, { offsets, epochs, ids }, { failOnDataLoss }),
        ids,
      });
    return coordinate(source, group);
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

/** Queries with the same key run in the same batches. */
function groupKey(
  { plan, trigger }: PlannedQuery,
  { offsets, topicIds, epochs }: QueryRun,
  planned: PlannedAnalysis,
): string {
  const selections = selectionsOf(plan, planned).map(selectionText).sort();
  return JSON.stringify([selections, trigger satisfies TriggerSpec, offsets ?? null, topicIds, epochs]);
}
