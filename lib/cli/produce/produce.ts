/** `sfcrime produce`: writes the records of a file or stdin to a topic. */
import { join } from "node:path";
import type { Command } from "commander";
import { SfcrimeError } from "../../base/errors.ts";
import { plural } from "../../base/text/format.ts";
import { logger } from "../../base/log.ts";
import type { Settings } from "../../config/settings.ts";
import { hasSchemas, type RecordFormat } from "../../config/values/record_format.ts";
import { wholeNumber } from "../../config/values/values.ts";
import type { Broker } from "../../broker/broker.ts";
import { DryRunBroker, type ProducerBroker } from "../../broker/writing/dry_run.ts";
import { missingPartition } from "../../broker/failures.ts";
import { ensureTopic } from "../../broker/topics/new_topic.ts";
import { datesByWriting, retentionMsOf } from "../../broker/topics/topic_config.ts";
import { newTopicsOf } from "../../config/new_topics.ts";
import { DeadLetters } from "../../produce/broken/dead_letters.ts";
import type { InputSource } from "../../produce/input/input_source.ts";
import { openInputs } from "../../produce/input/open_input.ts";
import { inputRecords } from "../../produce/notes/input_records.ts";
import { oldRecordsOf } from "../../produce/old_records.ts";
import type { Pace } from "../../produce/pace.ts";
import { produce } from "../../produce/produce.ts";
import type { ProduceOptions, ProduceSummary } from "../../produce/produce_options.ts";
import type { RunTracker } from "../../produce/resume/record_gate.ts";
import type { EncodeJson } from "../../records/formats/schemas/value_encoder.ts";
import type { RecordPart } from "../../registry/formats/stream_format.ts";
import { timeZoneOf, UTC } from "../../base/time_zone.ts";
import { connect, type Context, createContext, interruptible } from "../context.ts";
import {
  addListFlag,
  addNewTopicFlags,
  addRunFlag,
  addSettingArgument,
  addSettingFlag,
  readFlag,
} from "../flags.ts";
import type { Io } from "../io.ts";
import { openLetters, requireLettersOnly } from "./letters_back.ts";
import { orderOf, paceOf } from "./produce_pace.ts";
import { progressReporter } from "./produce_progress.ts";
import { reportRun } from "./produce_report.ts";
import { asksForKey, inputsOf, validationOf } from "./produced_topic.ts";
import { trackerOf } from "./produce_tracking.ts";
import { type RecordOptions, recordOptionsOf } from "./record_options.ts";

const log = logger("produce");

/** Adds the verb's flags and its action. */
export function addProduce(command: Command, io: Io): void {
  addSettingArgument(command, "[topic]", "kafka.topic");
  addSettingArgument(command, "[files...]", "producer.input");
  addListFlag(command, "--input <file>", "producer.input");
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
  addRunFlag(command, "-n, --limit <number>", "Stop after this many records");
  addRunFlag(command, "--max-messages <number>", "The same as --limit");
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
interface Flags {
  readonly limit?: string;
  readonly maxMessages?: string;
  readonly loop?: boolean;
  readonly resume?: boolean;
  readonly follow?: boolean;
  readonly dryRun?: boolean;
  readonly partition?: string;
  readonly nullValue?: string;
  readonly fromDeadLetters?: string;
  readonly where?: string;
}

/** What the flags of the run say. */
interface RunFlags {
  readonly limit: number | undefined;
  readonly loop: boolean;
  readonly resume: boolean;
  readonly follow: boolean;
  readonly dryRun: boolean;
  readonly partition: number | undefined;
  readonly nullValue: string | undefined;
  readonly fromDeadLetters: string | undefined;
  readonly where: string | undefined;
}

const UNLIMITED: Pace = { kind: "unlimited" };
const ONE_OR_MORE = wholeNumber(1, Number.MAX_SAFE_INTEGER);

/** @throws {SfcrimeError} USAGE */
function readFlags(flags: Flags): RunFlags {
  return {
    limit: readFlag("--limit", flags.limit, ONE_OR_MORE) ??
      readFlag("--max-messages", flags.maxMessages, ONE_OR_MORE),
    loop: flags.loop === true,
    resume: flags.resume === true,
    follow: flags.follow === true,
    dryRun: flags.dryRun === true,
    partition: readFlag("--partition", flags.partition, wholeNumber(0, 2 ** 31 - 1)),
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
  const zone = timeZoneOf(settings.analyze.time_zone) ?? UTC;
  const records = recordOptionsOf(settings, { ...flags, zone });
  if (flags.fromDeadLetters !== undefined) return await runLetters(context, { flags, records, pace });
  if (flags.where !== undefined) {
    throw new SfcrimeError("USAGE", "--where needs --from-dead-letters.", {
      hint: "It selects dead letters; sfcrime analyze --sql selects records of a topic.",
    });
  }
  if (flags.follow && (flags.loop || order !== undefined)) {
    throw endless(flags.loop ? "--loop" : "an order of records");
  }
  const input = await openInputs(inputsOf(settings), {
    stdin: io.stdin,
    format: producer.input_format,
    followedBy: flags.follow ? io.host : undefined,
  });
  const deadLetters = new DeadLetters(
    producer.dead_letter_file ?? join(dataDir, "dead-letters", `${kafka.topic}.ndjson`),
    io.host,
  );
  const tracker = flags.dryRun ? undefined : trackerOf(context, { ...flags, input, records });
  const onError = flags.dryRun && producer.on_error === "dead-letter" ? "skip" : producer.on_error;
  const encoders = await encodersOf(context, flags);
  const broker = await connect(context);
  try {
    await send(context, {
      broker,
      input,
      records,
      pace,
      order,
      encoders,
      tracker,
      deadLetters,
      onError,
      flags,
    });
  } finally {
    await broker.close();
  }
}

/** Sends dead letters back to where they belong. */
async function runLetters(
  context: Context,
  { flags, records: ofRecords, pace }: Pick<Sending, "flags" | "records" | "pace">,
): Promise<void> {
  requireLettersOnly(context.settings, flags);
  const encoders = await encodersOf(context, flags);
  const broker = await connect(context);
  try {
    const source = flags.fromDeadLetters!;
    const letters = await openLetters(context, { broker, source, where: flags.where, records: ofRecords });
    const { input, records, settings, tracker } = letters;
    const deadLetters = new DeadLetters(source, context.io.host);
    const onError = settings.producer.on_error === "fail" ? "fail" : "skip";
    await send({ ...context, settings }, {
      ...{ broker, input, records, pace, encoders, tracker, deadLetters, onError, flags },
      order: undefined,
    });
  } finally {
    await broker.close();
  }
}

/** All that is decided before a run. */
interface Sending {
  readonly broker: Broker;
  readonly input: InputSource;
  readonly records: RecordOptions;
  readonly pace: Pace;
  readonly order: string | undefined;
  readonly encoders: Encoders;
  readonly tracker: RunTracker | undefined;
  readonly deadLetters: DeadLetters;
  readonly onError: ProduceOptions["onError"];
  readonly flags: RunFlags;
}

async function send(context: Context, sending: Sending): Promise<void> {
  const { settings, io } = context;
  const { producer, kafka: { topic, num_partitions: numPartitions } } = settings;
  const { broker, input, records, order, encoders, deadLetters, flags, ...others } = sending;
  const dry = flags.dryRun ? new DryRunBroker(broker, { topic, numPartitions }) : undefined;
  const retentionMs = dry === undefined ? await readyTopic(context, sending) : undefined;
  await requirePartition(dry ?? broker, { topic, partition: flags.partition });
  const progress = progressReporter(context, { input, loop: flags.loop });
  let summary: ProduceSummary | undefined;
  try {
    await interruptible(
      io,
      (signal) =>
        produce({
          ...others,
          broker: dry ?? broker,
          topic,
          input,
          ...records,
          ...encoders,
          retentionMs,
          sortBy: producer.sort_by,
          append: { codec: producer.compression, acks: producer.acks },
          lingerMs: producer.linger,
          batchBytes: producer.batch_bytes,
          limit: flags.limit,
          loop: flags.loop,
          strict: validationOf(settings) === "strict",
          requireKey: asksForKey(settings),
          deadLetters,
          clock: io.host,
          signal,
          onProgress: (now) => progress.update(now),
          onEnd: (ended) => summary = ended,
        }),
      () => log.info("Stopping: sending the records already read. Press Ctrl-C again to stop immediately."),
    );
  } finally {
    progress.stop();
    // Also after a failure: confirmed records stay in the topic.
    if (summary !== undefined) {
      const isConfirmed = producer.acks !== "0";
      reportRun(summary, { topic, input, deadLetters, order, isConfirmed, dryCounts: dry?.counts });
    }
  }
}

/** Creates the topic if it is missing. Returns how long it keeps records, where that matters. */
async function readyTopic(
  { settings, io }: Context,
  { broker, input, records, flags, order }: Sending,
): Promise<number | undefined> {
  const newTopics = newTopicsOf(settings);
  const { kafka } = settings;
  const datesByEvents = records.timestamp === "event";
  const { splitterOf } = inputRecords(
    { ...records.reading, name: input.name },
    { ...records.record, withEventTime: true },
  );
  const limit = order === undefined ? flags.limit : undefined;
  const { created, partitionCount } = await ensureTopic(broker, kafka.topic, {
    ...newTopics,
    askForOldRecords: datesByEvents ? oldRecordsOf({ input, splitterOf, limit, clock: io.host }) : undefined,
  });
  const partitions = plural(partitionCount, "partition");
  log.info(`Producing ${input.name} to topic ${kafka.topic}${created ? "" : ` (${partitions})`}`);
  if (
    !created && kafka.num_partitions !== partitionCount && isConfigured(settings, "kafka.num_partitions")
  ) {
    log.warn(
      `Topic ${kafka.topic} already exists with ${partitions}; num_partitions applies only to new topics.`,
    );
  }
  return datesByEvents ? await retentionOf(broker, kafka.topic) : undefined;
}

/** @throws {SfcrimeError} TOPIC_MISSING for a partition that the topic does not have. */
async function requirePartition(
  broker: ProducerBroker,
  { topic, partition }: { readonly topic: string; readonly partition: number | undefined },
): Promise<void> {
  if (partition === undefined) return;
  const count = (await broker.describeTopic(topic))?.partitions.length ?? 0;
  if (partition >= count) throw missingPartition(topic, partition);
}

/** @param other What needs an end of the input. */
function endless(other: string): SfcrimeError {
  return new SfcrimeError("USAGE", `--follow and ${other} are mutually exclusive.`, {
    hint: "An input that is followed has no end.",
  });
}

/** What encodes values and keys; undefined for what is sent as it is. */
interface Encoders {
  readonly encode: EncodeJson | undefined;
  readonly encodeKey: EncodeJson | undefined;
}

/** What encodes the parts of records whose formats have schemas; a dry run registers none. */
async function encodersOf(context: Context, { dryRun }: RunFlags): Promise<Encoders> {
  const { key, key_template, key_format, value_format } = context.settings.producer;
  const encoderOf = async (part: RecordPart, format: RecordFormat) => {
    if (!hasSchemas(format)) return undefined;
    const { partEncoder } = await import("./record_schemas.ts");
    return await partEncoder(context, { part, format, registers: !dryRun });
  };
  const hasKeys = key !== "none" || key_template !== undefined;
  return {
    encode: await encoderOf("value", value_format),
    encodeKey: hasKeys ? await encoderOf("key", key_format) : undefined,
  };
}

/** How long a topic keeps records that are dated by their producer; undefined where it may keep them by other rules. */
async function retentionOf(broker: Broker, topic: string): Promise<number | undefined> {
  const settings = await broker.topicConfig(topic);
  if (settings === undefined) return undefined;
  const config = Object.fromEntries([...settings].map(([name, { value }]) => [name, value]));
  return datesByWriting(config) ? undefined : retentionMsOf(config);
}

function isConfigured(settings: Settings, name: string): boolean {
  const origin = settings.provenance.get(name)?.origin;
  return origin === "flag" || origin === "environment";
}
