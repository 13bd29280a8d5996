/** What `sfcrime analyze` does once its flags and settings are read: plans the analysis, and runs or explains it. */
import { WorkerPool } from "../../analyze/workers/worker_pool.ts";
import type { StartedThreads } from "../../analyze/workers/worker_thread.ts";
import { closingAll } from "../../base/closing.ts";
import { logger } from "../../base/log.ts";
import { currentLogging } from "../../base/log_levels.ts";
import { printableLines } from "../../base/text/printable.ts";
import { topicsText } from "../../config/values/topic_selection.ts";
import { ProgressFile } from "../../monitoring/progress/progress_file.ts";
import { listenerBus, type RunListener } from "../../monitoring/run_listener.ts";
import { RunLog } from "../../monitoring/log/run_log.ts";
import { RunRecord } from "../../monitoring/run_record.ts";
import type { LiveView } from "../../monitoring/view/live_view.ts";
import { SampleReport } from "../../monitoring/log/sample_report.ts";
import { TimeReport } from "../../monitoring/log/time_report.ts";
import { type AnalysisPlan, columnNamesOf, selectionsOf } from "../../plan/analysis_plan.ts";
import { planAnalysis } from "../../plan/plan_analysis.ts";
import { type CheckedContext, type Context, interruptible } from "../context.ts";
import type { Io } from "../io.ts";
import { type Dashboard, serveDashboard } from "./dashboard.ts";
import type { Engine } from "./engines/engine.ts";
import { LocalEngine } from "./engines/local_engine.ts";
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
 * Plans the analysis, and runs it in the threads or on a cluster, or explains it.
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
  const isLive = live !== false && canBeLive({ plan, log: currentLogging(), io });
  await runPlan(context, { plan, isLive, engine: await engineOf(context, plan, { threads }) });
}

async function engineOf(
  context: Context,
  plan: AnalysisPlan,
  { threads }: { readonly threads: StartedThreads },
): Promise<Engine> {
  const { engine } = plan;
  if (engine.kind === "spark") {
    const { ClusterEngine } = await import("./engines/cluster_engine.ts");
    return new ClusterEngine(context, { plan, engine });
  }
  threads.have(WorkerPool.threadsAtFirst(plan.workerCount));
  return new LocalEngine(context, { plan, spawn: threads.take });
}

/** A plan, and what runs it. */
interface PlannedRun {
  readonly plan: AnalysisPlan;
  readonly engine: Engine;
  /** Whether it is shown on the terminal. */
  readonly isLive: boolean;
}

async function runPlan(context: Context, planned: PlannedRun): Promise<void> {
  const { io } = context;
  const { plan, engine, isLive } = planned;
  const { ui } = plan;
  const progressFile = plan.progress === undefined ? undefined : ProgressFile.open(plan.progress, io.stdout);
  const record = new RunRecord();
  const view = isLive || ui !== undefined ? await viewOf(plan, record, io) : undefined;
  const dashboard = ui && await serveDashboard(io, { ui, view: view!, broker: () => engine.broker });
  await closingAll(async () => {
    await engine.open();
    await runOn(context, { ...planned, record, view, progressFile, dashboard });
  }, () => [() => engine.close(), () => dashboard?.close(), () => progressFile?.close()]);
}

/** What a run consists of. */
interface Run extends PlannedRun {
  readonly record: RunRecord;
  /** Present if there is something to show it. */
  readonly view: LiveView | undefined;
  readonly progressFile: ProgressFile | undefined;
  readonly dashboard: Dashboard | undefined;
}

async function runOn(context: Context, run: Run): Promise<void> {
  const { plan, engine, view, isLive } = run;
  const names = plan.queries.map(({ plan: { name } }) => name).join(", ");
  const place = engine.isCluster ? " on Spark" : "";
  log.info(`Analysing ${selectionsOf(plan).map(topicsText).join(", ")}${place}: ${names}`);
  await interruptible(context.io, async (signal) => {
    if (!isLive) return await runUntil(signal, context, run);
    const { LiveRun } = await import("./live/live_run.ts");
    const live = new LiveRun({ ...context, plan, view: view!, stopping: signal });
    await closingAll(() => runUntil(signal, context, { ...run, live }), () => [() => live.end()]);
  }, () => log.info(engine.stopText));
}

async function runUntil(
  signal: AbortSignal,
  { io }: Context,
  { live, ...run }: Run & { readonly live?: LiveRun },
): Promise<void> {
  const { plan: { queries }, engine, record, view, progressFile, dashboard } = run;
  const showsBatches = live === undefined || !io.stderrIsTerminal;
  const timeReport = new TimeReport({ queries, record, isLocal: !engine.isCluster });
  const listeners = [
    record,
    view,
    dashboard?.listener,
    live,
    io.exportsTelemetry ? await telemetryOf(io) : undefined,
    new SampleReport(),
    new RunLog({ record, timeReport, queries, showsBatches }),
    progressFile,
    engine.listener,
  ];
  await engine.run({
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

/** Prints the plans of the queries. */
async function printPlans(analysis: AnalysisPlan, io: Io): Promise<void> {
  const { explainPlan } = await import("../../sql/explain/explain.ts");
  const columns = columnNamesOf(analysis);
  const texts = analysis.queries.map(({ plan }) => explainPlan(plan, columns));
  await io.stdout.write(new TextEncoder().encode(printableLines(texts.join("\n"))));
}
