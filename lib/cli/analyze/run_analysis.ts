/** What `sfcrime analyze` does once its flags and settings are read: plans the analysis, and runs or explains it. */
import { WorkerPool } from "../../analyze/workers/worker_pool.ts";
import type { StartedThreads } from "../../analyze/workers/worker_thread.ts";
import { closingAll } from "../../base/closing.ts";
import { SfcrimeError } from "../../base/errors.ts";
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
import { type TableFlags, type TableRequest, tableRequest, wantsTables } from "./tables/table_request.ts";
import { type MakeTables, tablesOf } from "./tables/tables_of.ts";

const log = logger("analyze");

/** What the command line asks for, besides settings. */
export interface AnalysisRequest {
  /** The queries to run; all if there is none. */
  readonly names: readonly string[];
  readonly withBatch?: boolean;
  readonly acceptChangedQuery?: boolean;
  readonly resumeAfterSink?: boolean;
  readonly explain?: boolean;
  /** Whether the queries are started on a cluster and left there. */
  readonly detach?: boolean;
  /** Whether queries are followed that run on a cluster already. */
  readonly attach?: boolean;
  /** Whether such queries are stopped. */
  readonly stop?: boolean;
  /** False if batches are to be printed in any case. */
  readonly live?: boolean;
  /** How they are printed. */
  readonly tables?: TableFlags;
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
  const { explain, live, detach: leaves, tables = {}, ...flags } = request;
  requireOneWay(request, settings.analyze.engine);
  const plan = await planAnalysis(settings, {
    ...flags,
    // Nobody looks at queries that are left.
    ...leaves === true ? { hasUi: false } : {},
    ...{ error, invalid, dataDir, processorCount, host: io.host },
  });
  const printing = tableRequest(tables, plan);
  if (explain === true) return await printPlans(plan, io);
  if (leaves === true && plan.engine.kind === "spark") {
    const { detach } = await import("./engines/detach.ts");
    return await detach(context, { plan, engine: plan.engine });
  }
  const run = await engineOf(context, plan, request);
  const isLive = live !== false && !wantsTables(printing) &&
    canBeLive({ plan: run.plan, log: currentLogging(), io });
  await runPlan(context, { ...run, isLive, printing });
}

/** What runs the queries, and which those are. */
async function engineOf(
  context: Context,
  plan: AnalysisPlan,
  { threads, names, attach = false, stop: stops = false }: AnalysisRequest & {
    readonly threads: StartedThreads;
  },
): Promise<{ readonly plan: AnalysisPlan; readonly engine: Engine }> {
  const { engine: planned } = plan;
  if (planned.kind !== "spark") {
    threads.have(WorkerPool.threadsAtFirst(plan.workerCount));
    return { plan, engine: new LocalEngine(context, { plan, spawn: threads.take }) };
  }
  const { AttachedEngine, ClusterEngine } = await import("./engines/cluster_engine.ts");
  if (!attach && !stops) return { plan, engine: new ClusterEngine(context, { plan, engine: planned }) };
  const engine = await AttachedEngine.find(context, { plan, engine: planned, names, stops });
  return { plan: engine.plan, engine };
}

/** @throws {SfcrimeError} USAGE for flags that contradict each other, or need a cluster. */
function requireOneWay({ detach, attach, stop }: AnalysisRequest, engine: "local" | "spark"): void {
  const flags = Object.entries({ detach, attach, stop }).flatMap(([name, isSet]) =>
    isSet ? [`--${name}`] : []
  );
  const [flag, other] = flags;
  if (flag === undefined) return;
  if (other !== undefined) throw new SfcrimeError("USAGE", `${flag} and ${other} cannot be used together.`);
  if (engine === "spark") return;
  throw new SfcrimeError("USAGE", `${flag} needs --engine spark.`, {
    hint: "Queries of the local engine end with the program; with a checkpoint, they resume.",
  });
}

/** A plan, and what runs it. */
interface PlannedRun {
  readonly plan: AnalysisPlan;
  readonly engine: Engine;
  /** Whether it is shown on the terminal. */
  readonly isLive: boolean;
  readonly printing: TableRequest;
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
  log.info(engine.startText(selectionsOf(plan).map(topicsText).join(", "), names));
  await interruptible(context.io, async (signal) => {
    const printed = await tablesOf(plan, { ...context, request: run.printing });
    if (!isLive) return await runUntil(signal, context, { ...run, printed });
    const { LiveRun } = await import("./live/live_run.ts");
    const live = new LiveRun({ ...context, plan, view: view!, stopping: signal, consoleOf: printed! });
    await closingAll(() => runUntil(signal, context, { ...run, live, printed }), () => [() => live.end()]);
  }, () => log.info(engine.stopText));
}

async function runUntil(
  signal: AbortSignal,
  context: Context,
  { live, printed, ...run }: Run & {
    readonly live?: LiveRun;
    readonly printed: MakeTables | undefined;
  },
): Promise<void> {
  const { io } = context;
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
    makeSink: (query) => live?.sinkOf(query) ?? printed?.(query, io.stdout),
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
