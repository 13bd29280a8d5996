/** `sfcrime analyze`: runs the configured queries over topics, in micro-batches. */
import type { Command } from "commander";
import { analyze } from "../analyze/analyze.ts";
import { checkpointDirectories } from "../plan/checkpoint_places.ts";
import { LateRows, LateRowsFile } from "../monitoring/late_rows/late_rows.ts";
import { LateRowsTopic } from "../monitoring/late_rows/late_rows_topic.ts";
import { planChecked } from "../plan/plan_conflicts.ts";
import { type PlannedAnalysis, selectionsOf } from "../plan/plan_analysis.ts";
import { ProgressFile } from "../monitoring/progress_file.ts";
import { RunLog } from "../monitoring/run_log.ts";
import { tellAll } from "../monitoring/run_listener.ts";
import { RunRecord } from "../monitoring/run_record.ts";
import { SampleReport } from "../monitoring/sample_report.ts";
import { TimeReport } from "../monitoring/time_report.ts";
import { columnNamesOf } from "../analyze/table_reload.ts";
import { rateLimitsOf } from "../plan/rate_limits.ts";
import type { Clock } from "../base/clock.ts";
import { closingAll } from "../base/closing.ts";
import { logger } from "../base/log.ts";
import { printableLines } from "../base/text/printable.ts";
import type { Broker } from "../broker/broker.ts";
import { specificApplies } from "../config/effective.ts";
import { newTopicsOf } from "../config/new_topics.ts";
import type { Settings } from "../config/settings.ts";
import { distinctSelections, topicsText } from "../config/values/topic_selection.ts";
import type { StartingOffsets } from "../config/values/values.ts";
import { connect, type Context, createContext, interruptible } from "./context.ts";
import { explainPlan } from "../sql/explain.ts";
import { addNewTopicFlags, addRunFlag, addSettingFlag } from "./flags.ts";
import type { Io } from "./io.ts";

const log = logger("analyze");

const BYTES_PER_MIB = 2 ** 20;

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
    await run(await createContext(command, io), names, flags)
  );
}

async function run(context: Context, names: readonly string[], flags: Flags): Promise<void> {
  const { settings, io, address } = context;
  const planned = await planChecked(settings, names);
  if (flags.explain === true) {
    await explain(planned, io);
    return;
  }
  const { progress: progressPath } = settings.analyze;
  const progressFile = progressPath === undefined ? undefined : ProgressFile.open(progressPath, io.stdout);
  const { idle_timeout: idleTimeoutMs, max_event_time_ahead: eventTimeAheadMsMax } = settings.analyze;
  const sinkTopics = newTopicsOf(settings);
  const openLateRows = lateRowsOf(settings, io.host);
  const checkpoints = checkpointDirectories(settings, planned.queries, context.dataDir);
  const broker = await connect(context);
  const lateRows = openLateRows?.(broker);
  const record = new RunRecord();
  const timeReport = new TimeReport(planned.queries, { record, flushesAtEnd: settings.analyze.flush_at_end });
  const listeners = [
    record,
    new SampleReport(),
    new RunLog({ record, timeReport, checkpoints }),
    ...[progressFile, lateRows].filter((listener) => listener !== undefined),
  ];
  await closingAll(async () => {
    const queries = planned.queries.map(({ plan }) => plan.name).join(", ");
    log.info(`Analysing ${readText(planned)}: ${queries}`);
    await interruptible(io, (signal) =>
      analyze({
        broker,
        address,
        planned,
        startingOffsets: startOf(settings),
        timestampStrategy: settings.analyze.starting_offsets_by_timestamp_strategy,
        limits: rateLimitsOf(settings),
        workerCount: settings.analyze.workers ?? io.processorCount,
        checkpoints,
        acceptChangedQuery: flags.acceptChangedQuery === true,
        resumeAfterSink: flags.resumeAfterSink === true,
        sinkTopics,
        failOnDataLoss: settings.analyze.fail_on_data_loss,
        ...(idleTimeoutMs === undefined ? {} : { idleTimeoutMs }),
        ...(eventTimeAheadMsMax === undefined ? {} : { eventTimeAheadMsMax }),
        flushAtEnd: settings.analyze.flush_at_end,
        watermarkPolicy: settings.analyze.watermark_policy,
        withBatch: flags.withBatch === true,
        output: io.stdout,
        clock: io.host,
        signal,
        stateBytesMax: settings.analyze.state_memory_mb * BYTES_PER_MIB,
        listener: tellAll(listeners),
      }), () => log.info("Stopping after the current batch. Press Ctrl-C again to stop immediately."));
  }, () => [() => lateRows?.close(), () => broker.close(), () => progressFile?.close()]);
}

/** Where late rows go, for a broker; a file is opened at once, so that an error comes before there is a broker. */
function lateRowsOf(settings: Settings, clock: Clock): ((broker: Broker) => LateRows) | undefined {
  const { late_rows: place } = settings.analyze;
  if (place === undefined) return undefined;
  if (place.kind === "file") {
    const file = LateRowsFile.open(place.path);
    return () => new LateRows(() => Promise.resolve(file));
  }
  const { topic } = place;
  const sinkTopics = newTopicsOf(settings);
  return (broker) => new LateRows(() => LateRowsTopic.open({ broker, topic, sinkTopics, clock }));
}

/** Prints the plans of the queries. */
async function explain({ queries, tables }: PlannedAnalysis, io: Io): Promise<void> {
  const columns = columnNamesOf(tables);
  const texts = queries.map(({ plan }) => explainPlan(plan, columns));
  await io.stdout.write(new TextEncoder().encode(printableLines(texts.join("\n"))));
}

/** The topics that are read, for people. */
function readText(planned: PlannedAnalysis): string {
  const selections = planned.queries.flatMap(({ plan }) => selectionsOf(plan, planned));
  return distinctSelections(selections).map(topicsText).join(", ");
}

/** The offsets and limits of `[spark]` apply where `[analyze]` sets none. */
function startOf(settings: Settings): StartingOffsets {
  const own = specificApplies(settings, "analyze.starting_offsets", "spark.starting_offsets");
  return (own ? settings.analyze.starting_offsets : settings.spark.starting_offsets) ?? "earliest";
}
