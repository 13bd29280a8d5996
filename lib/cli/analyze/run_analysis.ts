/** What `sfcrime analyze` does once its flags and settings are read: plans the analysis, and runs or explains it. */
import { analyze } from "../../analyze/analyze.ts";
import type { AnalyzeOptions } from "../../analyze/analyze_options.ts";
import { LocalWorker } from "../../analyze/workers/local/local_worker.ts";
import { WorkerPool } from "../../analyze/workers/worker_pool.ts";
import type { StartedThreads, WorkerThread } from "../../analyze/workers/worker_thread.ts";
import type { Clock } from "../../base/clock.ts";
import { closingAll } from "../../base/closing.ts";
import { logger } from "../../base/log.ts";
import { currentLogging } from "../../base/log_levels.ts";
import { printableLines } from "../../base/text/printable.ts";
import type { Broker } from "../../broker/broker.ts";
import { openBroker } from "../../broker/open.ts";
import { topicsText } from "../../config/values/topic_selection.ts";
import { LateRows, LateRowsFile } from "../../monitoring/late_rows/late_rows.ts";
import { ProgressFile } from "../../monitoring/progress/progress_file.ts";
import { listenerBus, type RunListener } from "../../monitoring/run_listener.ts";
import { RunLog } from "../../monitoring/log/run_log.ts";
import { RunRecord } from "../../monitoring/run_record.ts";
import type { LiveView } from "../../monitoring/view/live_view.ts";
import { SampleReport } from "../../monitoring/log/sample_report.ts";
import { TimeReport } from "../../monitoring/log/time_report.ts";
import { type AnalysisPlan, columnNamesOf, selectionsOf } from "../../plan/analysis_plan.ts";
import { planAnalysis } from "../../plan/plan_analysis.ts";
import { type CheckedContext, connect, interruptible } from "../context.ts";
import type { Io } from "../io.ts";
import { type Dashboard, serveDashboard } from "./dashboard.ts";
import { canBeLive } from "./live/can_be_live.ts";
import type { LiveRun } from "./live/live_run.ts";

const log = logger("analyze");

/** What the command line asks for, besides settings. */
export interface AnalysisRequest {
  /** The queries to run; all if there is none. */
  readonly names: readonly string[];
  readonly withBatch?: boolean;
  readonly acceptChangedQuery?: boolean;
  readonly resumeAfterSink?: boolean;
  readonly explain?: boolean;
  /** False if batches are to be printed in any case. */
  readonly live?: boolean;
}

/**
 * Plans the analysis, and runs it in the threads, or explains it.
 *
 * @throws {SfcrimeError} Everything that is wrong with the settings and the queries, or what ended the run.
 */
export async function runAnalysis(
  context: CheckedContext,
  request: AnalysisRequest & { readonly threads: StartedThreads },
): Promise<void> {
  const { settings, error, invalid, dataDir, io } = context;
  const { processorCount } = io;
  const { threads, explain, live, ...flags } = request;
  const plan = await planAnalysis(settings, { ...flags, error, invalid, dataDir, processorCount });
  if (explain === true) return await printPlans(plan, io);
  if (plan.engine.kind === "spark") {
    const { runOnCluster } = await import("./run_on_cluster.ts");
    return await runOnCluster(context, { plan, engine: plan.engine });
  }
  threads.have(WorkerPool.threadsAtFirst(plan.workerCount));
  const isLive = live !== false && canBeLive({ plan, log: currentLogging(), io });
  await runPlan(context, plan, { spawn: threads.take, isLive });
}

async function runPlan(
  context: CheckedContext,
  plan: AnalysisPlan,
  { spawn, isLive }: { readonly spawn: () => WorkerThread; readonly isLive: boolean },
): Promise<void> {
  const { io } = context;
  const { ui } = plan;
  const progressFile = plan.progress === undefined ? undefined : ProgressFile.open(plan.progress, io.stdout);
  const openLateRows = lateRowsOf(plan, io.host);
  const record = new RunRecord();
  let broker: Broker | undefined;
  const view = isLive || ui !== undefined ? await viewOf(plan, record, io) : undefined;
  const dashboard = ui && await serveDashboard(io, {
    ui,
    view: view!,
    broker: () => broker?.description ?? "not connected yet",
  });
  await closingAll(async () => {
    broker = await connect(context);
    const lateRows = openLateRows?.(broker);
    const run = { broker, plan, spawn, record, view, isLive, lateRows, progressFile, dashboard };
    await closingAll(() => runOn(context, run), () => [() => lateRows?.close(), () => broker!.close()]);
  }, () => [() => dashboard?.close(), () => progressFile?.close()]);
}

/** What a run consists of. */
interface Run extends Pick<AnalyzeOptions, "plan" | "broker" | "spawn"> {
  readonly record: RunRecord;
  /** Present if there is something to show it. */
  readonly view: LiveView | undefined;
  /** Whether it is shown on the terminal. */
  readonly isLive: boolean;
  readonly lateRows: LateRows | undefined;
  readonly progressFile: ProgressFile | undefined;
  readonly dashboard: Dashboard | undefined;
}

async function runOn(context: CheckedContext, run: Run): Promise<void> {
  const { plan, view, isLive } = run;
  const names = plan.queries.map(({ plan: { name } }) => name).join(", ");
  log.info(`Analysing ${selectionsOf(plan).map(topicsText).join(", ")}: ${names}`);
  await interruptible(context.io, async (signal) => {
    if (!isLive) return await runUntil(signal, context, run);
    const { LiveRun } = await import("./live/live_run.ts");
    const live = new LiveRun({ ...context, plan, view: view!, stopping: signal });
    await closingAll(() => runUntil(signal, context, { ...run, live }), () => [() => live.end()]);
  }, () => log.info("Stopping after the current batch. Press Ctrl-C again to stop immediately."));
}

async function runUntil(
  signal: AbortSignal,
  { io, address }: CheckedContext,
  { live, ...run }: Run & { readonly live?: LiveRun },
): Promise<void> {
  const { plan: { queries }, broker, record, view, lateRows, progressFile, dashboard } = run;
  const showsBatches = live === undefined || !io.stderrIsTerminal;
  const listeners = [
    record,
    view,
    dashboard?.listener,
    live,
    io.exportsTelemetry ? await telemetryOf(io) : undefined,
    new SampleReport(),
    new RunLog({ record, timeReport: new TimeReport(queries, record), queries, showsBatches }),
    progressFile,
    lateRows,
  ];
  await analyze({
    ...run,
    address,
    output: io.stdout,
    host: io.host,
    startLocal: () => localWorker(io, broker),
    signal,
    keepsRows: view !== undefined,
    listener: listenerBus(listeners.filter((listener) => listener !== undefined)),
    ...live === undefined ? {} : { makeSink: (plan) => live.sinkOf(plan) },
  });
}

/** The view of the run that is about to start, for whatever shows it. */
async function viewOf(plan: AnalysisPlan, record: RunRecord, { host: clock }: Io): Promise<LiveView> {
  const { LiveView } = await import("../../monitoring/view/live_view.ts");
  return new LiveView({ plan, record, clock, lagRecordsMax: plan.ui?.lagRecordsMax });
}

async function telemetryOf({ host }: Io): Promise<RunListener> {
  const { Telemetry } = await import("../../monitoring/telemetry.ts");
  return new Telemetry(host);
}

/**
 * A worker in this thread, whose connection tells of outages as that of the coordinator does, and reads the records
 * that came with the answers to its waits.
 */
function localWorker({ host }: Io, { outages, prefetched }: Broker): WorkerThread {
  const shared = {
    ...outages === undefined ? {} : { outages },
    ...prefetched === undefined ? {} : { prefetched },
  };
  return new LocalWorker((address) => openBroker(address, { host, isKnown: true, ...shared }), host);
}

/** Where late rows go, for a broker; a file is opened at once, so that an error comes before there is a broker. */
function lateRowsOf(
  { lateRows, sinkTopics }: AnalysisPlan,
  clock: Clock,
): ((broker: Broker) => LateRows) | undefined {
  if (lateRows === undefined) return undefined;
  if (lateRows.kind === "file") {
    const file = LateRowsFile.open(lateRows.path);
    return () => new LateRows(() => Promise.resolve(file));
  }
  const { topic } = lateRows;
  return (broker) =>
    new LateRows(async () => {
      const { LateRowsTopic } = await import("../../monitoring/late_rows/late_rows_topic.ts");
      return await LateRowsTopic.open({ broker, topic, sinkTopics, clock });
    });
}

/** Prints the plans of the queries. */
async function printPlans(analysis: AnalysisPlan, io: Io): Promise<void> {
  const { explainPlan } = await import("../../sql/explain/explain.ts");
  const columns = columnNamesOf(analysis);
  const texts = analysis.queries.map(({ plan }) => explainPlan(plan, columns));
  await io.stdout.write(new TextEncoder().encode(printableLines(texts.join("\n"))));
}
