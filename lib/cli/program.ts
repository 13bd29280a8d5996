/** The command line: its verbs, the flags that all of them share, and how errors end the program. */
import { Command, CommanderError, Option } from "commander";
import { SfcrimeError } from "../base/errors.ts";
import denoJson from "../../deno.json" with { type: "json" };
import { addAnalyze } from "./analyze.ts";
import { addConfig } from "./config.ts";
import { addConsume } from "./consume.ts";
import { addDemo } from "./demo.ts";
import { addSettingFlag } from "./flags.ts";
import type { Io } from "./io.ts";
import { addProduce } from "./produce.ts";
import { addTopic } from "./topic.ts";

const SUMMARY = "San Francisco's police calls for service over Apache Kafka: produce, consume, analyse.";

/** Builds the program. */
export function buildProgram(io: Io): Command {
  const program = new Command("sfcrime")
    .description(SUMMARY)
    .version(denoJson.version, "--version", "Print the version")
    .helpOption("-h, --help", "Print help for a command")
    .helpCommand(false)
    .exitOverride()
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({
      writeOut: (text) => void io.stdout.write(new TextEncoder().encode(text)),
      writeErr: (text) => io.writeError(text),
      outputError: (text, write) => write(`sfcrime: ${text.replace(/^error: /, "")}`),
    });
  program.addOption(
    new Option("--config <file>", "The configuration (default: config/app.cfg, else app.cfg)"),
  );
  addSettingFlag(program, "-b, --bootstrap-server <servers>", "kafka.bootstrap_servers");
  addSettingFlag(program, "--topic <name>", "kafka.topic");
  program.addOption(
    new Option(
      "--data-dir <directory>",
      "Where the embedded broker and dead letters are kept (default: .sfcrime)",
    ),
  );
  program.addOption(
    new Option("-X, --property <name=value>", "A setting as section.key, or a Kafka client property")
      .argParser((value: string, before: readonly string[] | undefined) => [...before ?? [], value]),
  );
  addSettingFlag(program, "--log-level <level>", "logging.level");
  addSettingFlag(program, "--log-format <format>", "logging.format");
  program.addOption(new Option("--quiet", "Show warnings and errors only"));
  program.addOption(new Option("--no-color", "Do not colour anything"));
  addProduce(program, io);
  addConsume(program, io);
  addAnalyze(program, io);
  addTopic(program, io);
  addConfig(program, io);
  addDemo(program, io);
  return program;
}

/** Runs the program and gives its exit code. */
export async function runProgram(args: readonly string[], io: Io): Promise<number> {
  const program = buildProgram(io);
  try {
    await program.parseAsync([...args], { from: "user" });
    return 0;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    return reportError(error, { io, flags: program.opts<ReportFlags>() });
  }
}

/** Of the flags, what decides how an error is told; it may have come before they were checked. */
interface ReportFlags {
  readonly logLevel?: string;
  readonly logFormat?: string;
}

function reportError(
  thrown: unknown,
  { io, flags }: { readonly io: Io; readonly flags: ReportFlags },
): number {
  const error = thrown instanceof SfcrimeError ? thrown : new SfcrimeError(
    "INTERNAL",
    `Something went wrong that should not: ${thrown instanceof Error ? thrown.message : thrown}.`,
    {
      hint: "This is a defect of sfcrime. Run it again with --log-level debug and report what it prints.",
      cause: thrown,
    },
  );
  // Whoever closed our output wants no more of it, and that is no failure.
  if (error.code === "OUTPUT_CLOSED") return 0;
  const { code, message, hint, exitCode } = error;
  if (flags.logFormat === "json") {
    io.writeError(
      `${JSON.stringify({ time: new Date().toISOString(), level: "error", code, message, hint })}\n`,
    );
  } else {
    io.writeError(`sfcrime: ${message}\n${hint === undefined ? "" : `  ${hint}\n`}`);
  }
  if (flags.logLevel === "debug") io.writeError(`${stackOf(error)}\n`);
  return exitCode;
}

/** The stack of an error and of all that caused it. */
function stackOf(error: Error): string {
  const own = error.stack ?? error.message;
  return error.cause instanceof Error ? `${own}\nCaused by: ${stackOf(error.cause)}` : own;
}
