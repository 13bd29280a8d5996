/** The command line: its verbs, the flags that they share, and how errors end the program. */
import { Command, CommanderError, Option } from "commander";
import { accessError, SfcrimeError } from "../base/errors.ts";
import { currentLogging, parseLogLevels, timeText } from "../base/log_levels.ts";
import { printableLines } from "../base/text/printable.ts";
import denoJson from "../../deno.json" with { type: "json" };
import { withOwnConfigFlag } from "./admin/topic/kafka_flags.ts";
import { addSettingFlag } from "./flags.ts";
import { addHabits } from "./help/habits/add_habits.ts";
import { COMMON_HABITS, HABITS, OTHER_COMMANDS, withMode } from "./help/habits/habits.ts";
import { styleHelp } from "./help/program_help.ts";
import type { Io } from "./io.ts";

/** A verb of the command line. */
interface Verb {
  readonly summary: string;
  /** Adds its flags and its action. Loaded only for the verb that is called, so that help starts fast. */
  readonly load: () => Promise<(command: Command, io: Io) => void>;
  /** Whether it needs the flags of all the others. */
  readonly needsAll?: true;
  /** Whether it is for programs only, and in no list. */
  readonly isHidden?: true;
}

const VERBS: Readonly<Record<string, Verb>> = {
  demo: {
    summary: "Run the whole pipeline over the built-in sample; no setup needed.",
    load: async () => (await import("./demo/demo.ts")).addDemo,
  },
  produce: {
    summary: "Write records from a file or stdin to a topic.",
    load: async () => (await import("./produce/produce.ts")).addProduce,
  },
  consume: {
    summary: "Print the records of a topic.",
    load: async () => (await import("./consume/consume.ts")).addConsume,
  },
  analyze: {
    summary: "Run SQL queries over topics in micro-batches, with the results of Spark Structured Streaming.",
    load: async () => (await import("./analyze/analyze.ts")).addAnalyze,
  },
  "spark-job": {
    summary: "Write queries as a job for Spark, to be submitted to a cluster.",
    load: async () => (await import("./analyze/spark_job.ts")).addSparkJob,
  },
  ui: {
    summary: "Show the dashboard of queries that are not running, from their checkpoints.",
    load: async () => (await import("./analyze/ui.ts")).addUi,
  },
  topic: {
    summary: "List, describe, create, alter and delete topics.",
    load: async () => (await import("./admin/topic/topic.ts")).addTopic,
  },
  group: {
    summary: "List, describe, reset and delete consumer groups, and print their lag.",
    load: async () => (await import("./admin/group/group.ts")).addGroup,
  },
  state: {
    summary: "List, print, copy and delete the checkpoints of queries, and print their lag.",
    load: async () => (await import("./admin/state/state.ts")).addState,
  },
  doctor: {
    summary: "Look at all that a run needs, and say what is wrong, and what to do.",
    load: async () => (await import("./admin/doctor/doctor.ts")).addDoctor,
  },
  config: {
    summary: "Write, show or check the configuration.",
    load: async () => (await import("./config.ts")).addConfig,
  },
  completion: {
    summary: "Print the script that completes commands in bash, zsh or fish.",
    load: async () => (await import("./help/completion/completion.ts")).addCompletion,
  },
  man: {
    summary: "Print the manual page, for man -l.",
    load: async () => (await import("./help/man/man.ts")).addMan,
    needsAll: true,
  },
  complete: {
    summary: "What the scripts of completion ask.",
    load: async () => (await import("./help/completion/answer.ts")).addAnswer,
    isHidden: true,
  },
  help: {
    summary: "Show the help of a command, a document, or what they say of a name.",
    load: async () => (await import("./help/help.ts")).addHelp,
  },
  version: {
    summary: "Show the version, with its commit, platform and runtime.",
    load: async () => (await import("./help/version.ts")).addVersion,
  },
};

const SUMMARY = "Produce, consume and analyse San Francisco's police calls for service with Apache Kafka.";

/** Builds the program, with the flags of the verbs that appear in `args`. */
export async function buildProgram(
  io: Io,
  args: readonly string[],
  print: (text: string) => void,
): Promise<Command> {
  const program = new Command("sfcrime")
    .description(SUMMARY)
    .version(denoJson.version, "--version", "Show the version")
    .helpOption("-h, --help", "Show help for a command")
    .helpCommand(false)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => print(text),
      writeErr: (text) => io.writeError(text),
      outputError: (text) => {
        tell(usageError(text, args), { io, flags: program.opts<ReportFlags>() });
      },
    });
  styleHelp(program, io);
  program.addOption(
    new Option("--config <file>", "Configuration file (default: config/app.cfg, otherwise app.cfg)"),
  );
  program.addOption(
    new Option("--command-config <file>", "Client properties, in a file as Kafka's tools and kcat take it"),
  );
  addSettingFlag(program, "-b, --bootstrap-server <servers>", "kafka.bootstrap_servers");
  addSettingFlag(program, "--topic <name>", "kafka.topic");
  program.addOption(
    new Option(
      "--data-dir <directory>",
      "Directory for the embedded broker, checkpoints and dead letters (default: .sfcrime)",
    ),
  );
  program.addOption(
    new Option("-X, --property <name=value>", "Set a key, as section.key=value, or a Kafka client property")
      .argParser((value: string, before: readonly string[] | undefined) => [...before ?? [], value]),
  );
  addSettingFlag(program, "--log-level <level>", "logging.level");
  addSettingFlag(program, "--log-format <format>", "logging.format");
  program.addOption(new Option("--quiet", "Show only warnings and errors"));
  program.addOption(new Option("--no-color", "Disable colour"));
  const hasAll = args.some((arg) => VERBS[arg]?.needsAll === true);
  for (const [name, { summary, load, isHidden = false }] of Object.entries(VERBS)) {
    const command = program.command(name, { hidden: isHidden }).description(summary).helpCommand(false);
    if (!hasAll && !args.includes(name)) continue;
    (await load())(command, io);
    addHabits(command, HABITS[name] ?? []);
  }
  addHabits(program, COMMON_HABITS);
  return program;
}

/** The commands that have commands below them. */
const WITH_COMMANDS: ReadonlySet<string> = new Set(["topic", "group", "state", "config"]);

/** What commander says of a command line, with where to see what it may be. */
function usageError(text: string, args: readonly string[]): SfcrimeError {
  const other = /unknown command '(.*)'/.exec(text)?.[1];
  if (other !== undefined && Object.hasOwn(OTHER_COMMANDS, other)) {
    return new SfcrimeError("USAGE", `unknown command '${other}'`, {
      hint: `It is here: sfcrime ${OTHER_COMMANDS[other]}.`,
    });
  }
  const [, message = text, suggestion] = /^(?:error: )?(.*?)(?:\n\((Did you mean .*)\))?\s*$/s.exec(text) ??
    [];
  const verb = args.find((arg) => arg in VERBS);
  const below = verb !== undefined && WITH_COMMANDS.has(verb) && !text.includes("unknown command")
    ? args[args.indexOf(verb) + 1]
    : undefined;
  const words = [verb, below?.startsWith("-") === true ? undefined : below, "--help"];
  const help = `See sfcrime ${words.filter((word) => word !== undefined).join(" ")}.`;
  return new SfcrimeError("USAGE", message, {
    hint: suggestion === undefined ? help : `${suggestion} ${help}`,
  });
}

/** Runs the program and returns its exit code. */
export async function runProgram(given: readonly string[], io: Io): Promise<number> {
  const args = withMode(given, Object.keys(VERBS));
  let help = "";
  const program = await buildProgram(io, args, (text) => help += text);
  io.onUncaught((thrown) => io.exitNow(reportError(thrown, { io, flags: program.opts<ReportFlags>() })));
  try {
    await program.parseAsync([...withOwnConfigFlag(args)], { from: "user" });
    return 0;
  } catch (error) {
    const report: Report = { io, flags: program.opts<ReportFlags>() };
    if (!(error instanceof CommanderError)) return reportError(error, report);
    if (error.exitCode !== 0) return 2;
    return await io.stdout.write(new TextEncoder().encode(help)).then(
      () => 0,
      (failure) => reportError(failure, report),
    );
  }
}

/** The flags that decide how an error is shown; they may not have been checked yet. */
interface ReportFlags {
  readonly logLevel?: string;
  readonly logFormat?: string;
}

interface Report {
  readonly io: Io;
  readonly flags: ReportFlags;
}

/** Reports what was thrown, and returns the exit code. */
function reportError(thrown: unknown, report: Report): number {
  const error = thrown instanceof SfcrimeError ? thrown : accessError(thrown) ?? new SfcrimeError(
    "INTERNAL",
    `Internal error: ${thrown instanceof Error ? thrown.message : thrown}.`,
    {
      hint: "This is a bug in sfcrime. Run it again with --log-level debug and report the output.",
      cause: thrown,
    },
  );
  // The reader of our output has closed it; that is not a failure.
  if (error.code === "OUTPUT_CLOSED") return 0;
  tell(error, report);
  return error.exitCode;
}

/** Writes an error in the format of the log, or in the one it would have had if the settings were valid. */
function tell(error: SfcrimeError, { io, flags }: Report): void {
  const { code, message, hint } = error;
  const current = currentLogging();
  const level = flags.logLevel ?? io.environment["SFCRIME_LOGGING_LEVEL"] ?? current.level;
  const format = flags.logFormat ?? io.environment["SFCRIME_LOGGING_FORMAT"] ?? current.format;
  const stack = parseLogLevels(level)?.level === "debug" ? stackOf(error) : undefined;
  const time = timeText(io.host.nowMs());
  if (format.toLowerCase() === "json") {
    io.writeError(`${JSON.stringify({ time, level: "error", code, message, hint, stack })}\n`);
    return;
  }
  const prefix = current.hasTimes === true ? `${time} ` : "";
  io.writeError(printableLines(`${prefix}sfcrime: ${message}\n${hint === undefined ? "" : `  ${hint}\n`}`));
  if (stack !== undefined) io.writeError(printableLines(`${stack}\n`));
}

/** The stack of an error and of all its causes. */
function stackOf(error: Error): string {
  const own = error.stack ?? error.message;
  return error.cause instanceof Error ? `${own}\nCaused by: ${stackOf(error.cause)}` : own;
}
