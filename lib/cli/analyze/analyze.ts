/** `sfcrime analyze`: runs the configured queries over topics, in micro-batches. */
import type { Command } from "commander";
import { analyze } from "../../analyze/analyze.ts";
import { spawnWorker, StartedThreads, type WorkerThread } from "../../analyze/workers/worker_thread.ts";
import { LateRows, LateRowsFile } from "../../monitoring/late_rows/late_rows.ts";
import { LateRowsTopic } from "../../monitoring/late_rows/late_rows_topic.ts";
import { type AnalysisPlan, columnNamesOf, selectionsOf } from "../../plan/analysis_plan.ts";
import { planAnalysis } from "../../plan/plan_analysis.ts";
import { ProgressFile } from "../../monitoring/progress_file.ts";
import { RunLog } from "../../monitoring/run_log.ts";
import { listenerBus } from "../../monitoring/run_listener.ts";
import { RunRecord } from "../../monitoring/run_record.ts";
import { SampleReport } from "../../monitoring/sample_report.ts";
import { TimeReport } from "../../monitoring/time_report.ts";
import type { Clock } from "../../base/clock.ts";
import { closingAll } from "../../base/closing.ts";
import { logger } from "../../base/log.ts";
import { printableLines } from "../../base/text/printable.ts";
import type { Broker } from "../../broker/broker.ts";
import { topicsText } from "../../config/values/topic_selection.ts";
import { type CheckedContext, connect, createCheckedContext, interruptible } from "../context.ts";
import { explainPlan } from "../../sql/explain.ts";
import { addNewTopicFlags, addRunFlag, addSettingFlag } from "../flags.ts";
import type { Io } from "../io.ts";

const log = logger("analyze");

interface Flags {
  readonly withBatch?: boolean;
  readonly acceptChangedQuery?: boolean;
  readonly resumeAfterSink?: boolean;
  readonly explain?: boolean;
}

/** Adds the verb's flags and its action. */
export function addAnalyze(command: Command, io: Io): void {
  command.argument("[query...]", "names of the queries to run (default: all)");
  addSettingFlag(command, "--trigger <trigger>", "analyze.trigger");
  addSettingFlag(command, "--sink <sink>", "analyze.sink");
  addSettingFlag(command, "--starting-offsets <offsets>", "analyze.starting_offsets");
  addSettingFlag(command, "--max-offsets-per-trigger <number>", "analyze.max_offsets_per_trigger");
  addSettingFlag(command, "--max-rate-per-partition <number>", "spark.max_rate_per_partition");
  addSettingFlag(command, "--watermark <column delay>", "analyze.watermark");
  addSettingFlag(command, "--time-zone <zone>", "analyze.time_zone");
  addSettingFlag(command, "--workers <number>", "analyze.workers");
  addSettingFlag(command, "--checkpoint <directory>", "analyze.checkpoint");
  addSettingFlag(command, "--progress <file>", "analyze.progress");
  addSettingFlag(command, "--fail-on-data-loss <boolean>", "analyze.fail_on_data_loss");
  addSettingFlag(command, "--late-rows <target>", "analyze.late_rows");
  addSettingFlag(command, "--idle-timeout <duration>", "analyze.idle_timeout");
  addSettingFlag(command, "--max-event-time-ahead <duration>", "analyze.max_event_time_ahead");
  addSettingFlag(command, "--flush-at-end", "analyze.flush_at_end");
  addNewTopicFlags(command);
  addRunFlag(
    command,
    "--with-batch",
    "Add the query and the batch to each row of the ndjson sink, as with several queries",
  );
  addRunFlag(
    command,
    "--accept-changed-query",
    "Resume from the checkpoint even if the query has changed in ways that affect its state",
  );
  addRunFlag(
    command,
    "--resume-after-sink",
    "Resume after the last batch in the sink, if a restored checkpoint is behind it",
  );
  addRunFlag(command, "--explain", "Print the query plans and exit");
  command.action(async (names: string[], flags: Flags) =>
    await run(await createCheckedContext(command, io), names, flags)
  );
}

async function run(context: CheckedContext, names: readonly string[], flags: Flags): Promise<void> {
  const { settings, error, invalid, dataDir, io, address } = context;
  const { processorCount } = io;
  const plan = await planAnalysis(settings, { ...flags, names, error, invalid, dataDir, processorCount });
  if (flags.explain === true) {
    await explain(plan, io);
    return;
  }
  const threads = new StartedThreads(plan.workerCount, () => spawnWorker({ broker: address.kind }));
  await closingAll(() => runPlan(context, plan, threads.take), () => [() => threads.close()]);
}

async function runPlan(
  context: CheckedContext,
  plan: AnalysisPlan,
  spawn: () => WorkerThread,
): Promise<void> {
  const { io, address } = context;
  const { queries } = plan;
  const progressFile = plan.progress === undefined ? undefined : ProgressFile.open(plan.progress, io.stdout);
  const openLateRows = lateRowsOf(plan, io.host);
  const broker = await connect(context);
  const lateRows = openLateRows?.(broker);
  const record = new RunRecord();
  const listeners = [
    record,
    new SampleReport(),
    new RunLog({ record, timeReport: new TimeReport(queries, record), queries }),
    ...[progressFile, lateRows].filter((listener) => listener !== undefined),
  ];
  await closingAll(async () => {
    const names = queries.map(({ plan: { name } }) => name).join(", ");
    log.info(`Analysing ${selectionsOf(plan).map(topicsText).join(", ")}: ${names}`);
    await interruptible(io, (signal) =>
      analyze({
        broker,
        address,
        plan,
        output: io.stdout,
        host: io.host,
        spawn,
        signal,
        listener: listenerBus(listeners),
      }), () => log.info("Stopping after the current batch. Press Ctrl-C again to stop immediately."));
  }, () => [() => lateRows?.close(), () => broker.close(), () => progressFile?.close()]);
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
  return (broker) => new LateRows(() => LateRowsTopic.open({ broker, topic, sinkTopics, clock }));
}

/** Prints the plans of the queries. */
async function explain(analysis: AnalysisPlan, io: Io): Promise<void> {
  const columns = columnNamesOf(analysis);
  const texts = analysis.queries.map(({ plan }) => explainPlan(plan, columns));
  await io.stdout.write(new TextEncoder().encode(printableLines(texts.join("\n"))));
}
