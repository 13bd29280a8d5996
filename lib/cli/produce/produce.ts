/** `sfcrime produce`: writes the records of a file or stdin to a topic. */
import { join } from "node:path";
import type { Command } from "commander";
import { SfcrimeError } from "../../base/errors.ts";
import { zoneOf } from "../../config/effective.ts";
import { newTopicsOf } from "../../config/new_topics.ts";
import type { Settings } from "../../config/settings.ts";
import { count, partitionNumber } from "../../config/values/values.ts";
import { DeadLetters } from "../../produce/broken/dead_letters.ts";
import { openInputs } from "../../produce/input/open_input.ts";
import type { InputSource } from "../../produce/input/input_source.ts";
import type { Pace } from "../../produce/pace.ts";
import type { TransactionsOptions } from "../../produce/produce_options.ts";
import type { RunTracker } from "../../produce/resume/record_gate.ts";
import { connect, type Context, createContext } from "../context.ts";
import {
  addLimitFlags,
  addListFlag,
  addNewTopicFlags,
  addRunFlag,
  addSettingArgument,
  addSettingFlag,
  type LimitFlags,
  readFlag,
  readLimit,
} from "../flags.ts";
import type { Io } from "../io.ts";
import { encodersOf } from "./encoders.ts";
import { orderOf, paceOf, transactionsOf } from "./produce_pace.ts";
import { trackerOf } from "./produce_tracking.ts";
import { inputPaths, inputsOf } from "./produced_topic.ts";
import { type RecordOptions, recordOptionsOf } from "./record_options.ts";
import { send, type SendFlags } from "./send.ts";
import { hasSource } from "./sources/has_source.ts";
import { openLetters, requireLettersOnly } from "./sources/letters_back.ts";

/** Adds the verb's flags and its action. */
export function addProduce(command: Command, io: Io): void {
  addSettingArgument(command, "[topic]", "kafka.topic");
  addSettingArgument(command, "[files...]", "producer.input");
  addListFlag(command, "--input <file>", "producer.input");
  addSettingFlag(command, "--source <name>", "producer.source");
  addSettingFlag(command, "--from <start>", "datasf.from");
  addRunFlag(command, "-e, --exit-at-end", "With --source: stop when all that is there was sent");
  addSettingFlag(command, "--input-format <format>", "producer.input_format");
  addSettingFlag(command, "-D, --delimiter <text>", "producer.delimiter");
  addRunFlag(
    command,
    "--null-value <text>",
    "Text that stands for null: a tombstone in lines and raw records",
  );
  addSettingFlag(command, "--rate <number>", "producer.rate");
  addSettingFlag(command, "--interval <duration>", "producer.interval");
  addSettingFlag(command, "--speedup <number>", "producer.speedup");
  addSettingFlag(command, "--sort-by <field>", "producer.sort_by");
  addLimitFlags(command, "Stop after this many records");
  addRunFlag(
    command,
    "--from-dead-letters <source>",
    "Send dead letters back where they belong, each once: a file, or kafka:TOPIC",
  );
  addRunFlag(command, "--where <condition>", "Only those dead letters for whose records this SQL holds");
  addRunFlag(command, "--dry-run", "Read and check everything, and send nothing");
  addRunFlag(command, "--follow", "Send what is added to the last input, until the run is stopped");
  addRunFlag(command, "--resume", "Go on after the last record of an interrupted run that is in the topic");
  addRunFlag(command, "--loop", "Start over at the end of the input, forever");
  addNewTopicFlags(command);
  addSettingFlag(command, "--key <field>", "producer.key");
  addSettingFlag(command, "-k, --key-template <text>", "producer.key_template");
  addSettingFlag(command, "-K, --key-delimiter <text>", "producer.key_delimiter");
  addListFlag(command, "-H, --header <name=value>", "producer.headers");
  addSettingFlag(command, "--timestamp <source>", "producer.timestamp");
  addRunFlag(command, "-p, --partition <number>", "Send all records to this partition");
  addSettingFlag(command, "--partitioner <how>", "producer.partitioner");
  addSettingFlag(command, "-z, --compression <codec>", "producer.compression");
  addSettingFlag(command, "--acks <acks>", "producer.acks");
  addSettingFlag(command, "--linger <duration>", "producer.linger");
  addSettingFlag(command, "--batch-bytes <number>", "producer.batch_bytes");
  addSettingFlag(command, "--transactional", "producer.transactional");
  addSettingFlag(command, "--transactional-id <id>", "producer.transactional_id");
  addSettingFlag(command, "--transaction-records <number>", "producer.transaction_records");
  addSettingFlag(command, "--transaction-interval <duration>", "producer.transaction_interval");
  addSettingFlag(command, "--value-format <format>", "producer.value_format");
  addSettingFlag(command, "--value-schema <schema>", "producer.value_schema");
  addSettingFlag(command, "--subject <name>", "producer.subject");
  addSettingFlag(command, "--message <name>", "producer.message");
  addSettingFlag(command, "--key-format <format>", "producer.key_format");
  addSettingFlag(command, "--key-schema <schema>", "producer.key_schema");
  addSettingFlag(command, "--key-subject <name>", "producer.key_subject");
  addSettingFlag(command, "--key-message <name>", "producer.key_message");
  addSettingFlag(command, "--validate <mode>", "producer.validate");
  addSettingFlag(command, "--on-error <action>", "producer.on_error");
  addSettingFlag(command, "--dead-letter-file <file>", "producer.dead_letter_file");
  addSettingFlag(command, "--progress-interval <number>", "kafka.progress_interval");
  command.action(async (_topic: string | undefined, _files: readonly string[], flags: Flags) =>
    await run(await createContext(command, io), readFlags(flags))
  );
}

/** The flags of the run, as commander returns them. */
interface Flags extends LimitFlags {
  readonly loop?: boolean;
  readonly resume?: boolean;
  readonly follow?: boolean;
  readonly dryRun?: boolean;
  readonly exitAtEnd?: boolean;
  readonly partition?: string;
  readonly nullValue?: string;
  readonly fromDeadLetters?: string;
  readonly where?: string;
}

/** What the flags of the run say. */
interface RunFlags extends SendFlags {
  readonly resume: boolean;
  readonly follow: boolean;
  readonly exitAtEnd: boolean;
  readonly nullValue: string | undefined;
  readonly fromDeadLetters: string | undefined;
  readonly where: string | undefined;
}

const UNLIMITED: Pace = { kind: "unlimited" };

/** @throws {SfcrimeError} USAGE */
function readFlags(flags: Flags): RunFlags {
  return {
    limit: readLimit(flags, count),
    loop: flags.loop === true,
    resume: flags.resume === true,
    follow: flags.follow === true,
    dryRun: flags.dryRun === true,
    exitAtEnd: flags.exitAtEnd === true,
    partition: readFlag("--partition", flags.partition, partitionNumber),
    nullValue: flags.nullValue,
    fromDeadLetters: flags.fromDeadLetters,
    where: flags.where,
  };
}

async function run(context: Context, flags: RunFlags): Promise<void> {
  const { settings, dataDir, io } = context;
  const { producer, kafka } = settings;
  const pace = flags.dryRun ? UNLIMITED : paceOf(settings);
  const order = orderOf(settings);
  const zone = zoneOf(settings);
  if (flags.fromDeadLetters !== undefined) {
    const records = recordOptionsOf(settings, { ...flags, zone });
    return await runLetters(context, { flags, records, pace });
  }
  // Data sets need the planner of SQL, which files do without.
  const opened = hasSource(settings)
    ? await (await import("./sources/data_set.ts")).openDataSet(context, flags)
    : await openFiles(context, flags);
  if (opened === undefined) return;
  const { input, records, tracker, transactions } = opened;
  const deadLetters = new DeadLetters(
    producer.dead_letter_file ?? join(dataDir, "dead-letters", `${kafka.topic}.ndjson`),
    io.host,
  );
  const onError = flags.dryRun && producer.on_error === "dead-letter" ? "skip" : producer.on_error;
  const newTopics = newTopicsOf(settings);
  const encoders = await encodersOf(context, flags);
  const broker = await connect(context);
  try {
    await send(context, {
      broker,
      newTopics,
      input,
      records,
      pace,
      order,
      encoders,
      tracker,
      transactions,
      deadLetters,
      onError,
      flags,
    });
  } finally {
    await broker.close();
  }
}

/** What is sent, and what knows which of it was sent before. */
interface Opened {
  readonly input: InputSource;
  readonly records: RecordOptions;
  readonly tracker: RunTracker | undefined;
  readonly transactions: TransactionsOptions | undefined;
}

/** Opens files, or stdin. @throws {SfcrimeError} USAGE, FILE_MISSING, INPUT */
async function openFiles(context: Context, flags: RunFlags): Promise<Opened> {
  const { settings, io } = context;
  const records = recordOptionsOf(settings, { ...flags, zone: zoneOf(settings) });
  requireFilesOnly(settings, flags);
  const input = await openInputs(inputsOf(settings), {
    stdin: io.stdin,
    format: settings.producer.input_format,
    followedBy: flags.follow ? io.host : undefined,
  });
  if (flags.dryRun) return { input, records, tracker: undefined, transactions: undefined };
  const transactions = transactionsOf(context, { input, names: inputPaths(settings) });
  const { transactionalId } = transactions?.producer ?? {};
  const tracker = trackerOf(context, { ...flags, input, records, transactionalId });
  return { input, records, tracker, transactions };
}

/** @throws {SfcrimeError} USAGE for what files have no use for. */
function requireFilesOnly(settings: Settings, { where, exitAtEnd, follow, loop }: RunFlags): void {
  if (where !== undefined) {
    throw new SfcrimeError("USAGE", "--where needs --from-dead-letters.", {
      hint: "It selects dead letters; sfcrime analyze --sql selects records of a topic.",
    });
  }
  if (exitAtEnd || settings.provenance.get("datasf.from")?.place === "--from") {
    throw new SfcrimeError("USAGE", `${exitAtEnd ? "--exit-at-end" : "--from"} needs --source.`, {
      hint: "Files are sent from their beginning to their end.",
    });
  }
  const order = orderOf(settings);
  if (follow && (loop || order !== undefined)) throw endless(loop ? "--loop" : "an order of records");
}

/** Sends dead letters back to where they belong. */
async function runLetters(
  context: Context,
  { flags, records: ofRecords, pace }: {
    readonly flags: RunFlags;
    readonly records: RecordOptions;
    readonly pace: Pace;
  },
): Promise<void> {
  requireLettersOnly(context.settings, flags);
  const newTopics = newTopicsOf(context.settings);
  const encoders = await encodersOf(context, flags);
  const broker = await connect(context);
  try {
    const source = flags.fromDeadLetters!;
    const letters = await openLetters(context, { broker, source, where: flags.where, records: ofRecords });
    const { input, records, settings, tracker } = letters;
    const deadLetters = new DeadLetters(source, context.io.host);
    const onError = settings.producer.on_error === "fail" ? "fail" : "skip";
    await send({ ...context, settings }, {
      ...{ broker, newTopics, input, records, pace, encoders, tracker, deadLetters, onError, flags },
      order: undefined,
      transactions: undefined,
    });
  } finally {
    await broker.close();
  }
}

/** @param other What needs an end of the input. */
function endless(other: string): SfcrimeError {
  return new SfcrimeError("USAGE", `--follow and ${other} are mutually exclusive.`, {
    hint: "An input that is followed has no end.",
  });
}
