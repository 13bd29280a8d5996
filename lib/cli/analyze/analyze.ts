/** `sfcrime analyze`: runs the configured queries over topics, in micro-batches. */
import type { Command } from "commander";
import { spawnWorker, StartedThreads } from "../../analyze/workers/worker_thread.ts";
import { closingAll } from "../../base/closing.ts";
import { SfcrimeError } from "../../base/errors.ts";
import { createCheckedContext } from "../context.ts";
import { addNewTopicFlags, addRunFlag, addSettingFlag } from "../flags.ts";
import type { Io } from "../io.ts";
import type { AdHocFlags } from "./ad_hoc.ts";
import type { AnalysisRequest } from "./run_analysis.ts";
import type { TableFlags } from "./tables/table_request.ts";

/** The name of the query of `--sql`. */
const AD_HOC = "sql";

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
  addSettingFlag(command, "--engine <engine>", "analyze.engine");
  addSettingFlag(command, "--remote <url>", "spark.remote");
  addSettingFlag(command, "--ui", "ui.enabled");
  addSettingFlag(command, "--ui-port <port>", "ui.port");
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
  addRunFlag(
    command,
    "--detach",
    "With --engine spark: start the queries, say how to come back to them, and exit; they go on running",
  );
  addRunFlag(
    command,
    "--attach",
    "With --engine spark: follow queries that are running already; Ctrl-C leaves them running",
  );
  addRunFlag(command, "--stop", "With --engine spark: stop such queries after their current batch");
  addRunFlag(command, "--no-live", "Print each batch, also on a terminal, where a live view takes its place");
  addRunFlag(command, "--rows <number>", "Rows of each table of the sink console (default: 20)");
  addRunFlag(
    command,
    "--truncate <length>",
    "Length at which its cells are cut: a number, true, or false for never (default: what fits, or 20 if piped)",
  );
  addRunFlag(command, "--spark-console", "Print its tables as Spark does on a terminal, too");
  addRunFlag(
    command,
    "--sql <statement>",
    "Run this statement, or that of @FILE or - for stdin, over streams or topics, up to their end unless --trigger is given",
  );
  addRunFlag(
    command,
    "--output-mode <mode>",
    "Output mode of --sql: append, update or complete (default: append)",
  );
  addRunFlag(command, "--explain", "Print the query plans and exit");
  command.action(
    async (
      given: string[],
      { sql, outputMode, rows, truncate, sparkConsole, ...flags }:
        & Omit<AnalysisRequest, "names" | "tables">
        & Partial<AdHocFlags>
        & TableFlags,
    ) => {
      requireOneKind(given, { sql, outputMode });
      const names = sql === undefined ? given : [AD_HOC];
      const context = sql === undefined
        ? await createCheckedContext(command, io)
        : await (await import("./ad_hoc.ts")).adHocContext(command, io, {
          sql,
          ...outputMode === undefined ? {} : { outputMode },
        });
      const threads = new StartedThreads(() => spawnWorker({ broker: context.address.kind }));
      // Any run needs one; it loads its modules while this thread loads its own.
      const runsHere = context.settings.analyze.engine === "local" && flags.explain !== true;
      if (context.error === undefined && runsHere) threads.have(1);
      await closingAll(async () => {
        const { runAnalysis } = await import("./run_analysis.ts");
        const tables = { rows, truncate, sparkConsole };
        await runAnalysis(context, { ...flags, tables, names, threads });
      }, () => [() => threads.close()]);
    },
  );
}

/** @throws {SfcrimeError} USAGE for flags that contradict each other. */
function requireOneKind(
  names: readonly string[],
  { sql, outputMode }: { readonly sql?: string | undefined; readonly outputMode?: string | undefined },
): void {
  if (sql !== undefined && names.length > 0) {
    throw new SfcrimeError("USAGE", "--sql cannot be used together with the names of queries.");
  }
  if (sql === undefined && outputMode !== undefined) {
    throw new SfcrimeError("USAGE", "--output-mode needs --sql.", {
      hint: "Queries of a file have a key output_mode.",
    });
  }
}
