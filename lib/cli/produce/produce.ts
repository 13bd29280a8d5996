/** `sfcrime produce`: writes the records of a file or stdin to a topic. */
import { join } from "node:path";
import type { Command } from "commander";
import { formatDuration } from "../../base/text/duration.ts";
import { SfcrimeError } from "../../base/errors.ts";
import { formatBytes, formatRate, plural } from "../../base/text/format.ts";
import { logger } from "../../base/log.ts";
import type { Settings } from "../../config/settings.ts";
import { hasSchemas, type RecordFormat } from "../../config/values/record_format.ts";
import { wholeNumber } from "../../config/values/values.ts";
import type { Broker } from "../../broker/broker.ts";
import { ensureTopic } from "../../broker/topics/new_topic.ts";
import { datesByWriting, retentionMsOf } from "../../broker/topics/topic_config.ts";
import { newTopicsOf } from "../../config/new_topics.ts";
import { DeadLetters } from "../../produce/dead_letters.ts";
import { openInput } from "../../produce/input_source.ts";
import { oldRecordsOf } from "../../produce/old_records.ts";
import type { Pace } from "../../produce/pace.ts";
import { produce } from "../../produce/produce.ts";
import type { ProduceSummary } from "../../produce/produce_options.ts";
import { EVENT_TIME_FIELD } from "../../produce/record_notes.ts";
import type { EncodeJson } from "../../records/formats/schemas/value_encoder.ts";
import type { RecordPart } from "../../registry/formats/stream_format.ts";
import type { InputPosition } from "../../records/splitting/input_item.ts";
import { timeZoneOf, UTC } from "../../base/time_zone.ts";
import { connect, type Context, createContext, interruptible } from "../context.ts";
import { addNewTopicFlags, addRunFlag, addSettingFlag, readFlag } from "../flags.ts";
import type { Io } from "../io.ts";
import { progressReporter } from "./produce_progress.ts";
import { asksForKey, inputOf, validationOf } from "./produced_topic.ts";

const log = logger("produce");

/** Adds the verb's flags and its action. */
export function addProduce(command: Command, io: Io): void {
  addSettingFlag(command, "--input <file>", "producer.input");
  addSettingFlag(command, "--rate <number>", "producer.rate");
  addSettingFlag(command, "--interval <duration>", "producer.interval");
  addSettingFlag(command, "--speedup <number>", "producer.speedup");
  addSettingFlag(command, "--sort-by <field>", "producer.sort_by");
  addRunFlag(command, "--limit <number>", "Stop after this many records");
  addRunFlag(command, "--loop", "Start over at the end of the input, forever");
  addNewTopicFlags(command);
  addSettingFlag(command, "--key <field>", "producer.key");
  addSettingFlag(command, "--timestamp <type>", "producer.timestamp");
  addSettingFlag(command, "--compression <codec>", "producer.compression");
  addSettingFlag(command, "--acks <acks>", "producer.acks");
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
  command.action(async (flags: { limit?: string; loop?: boolean }) => {
    const context = await createContext(command, io);
    const limit = readFlag("--limit", flags.limit, wholeNumber(1, Number.MAX_SAFE_INTEGER));
    await run(context, { limit, loop: flags.loop === true });
  });
}

async function run(
  context: Context,
  { limit, loop }: { readonly limit: number | undefined; readonly loop: boolean },
): Promise<void> {
  const { settings, dataDir, io } = context;
  const { producer, kafka } = settings;
  const pace = paceOf(settings);
  const order = orderOf(settings);
  const validation = validationOf(settings);
  const input = await openInput(inputOf(settings), io.stdin);
  const deadLetters = new DeadLetters(
    producer.dead_letter_file ?? join(dataDir, "dead-letters", `${kafka.topic}.ndjson`),
    io.host,
  );
  const newTopics = newTopicsOf(settings);
  const encode = await encoderOf(context, "value", producer.value_format);
  const encodeKey = producer.key === "none"
    ? undefined
    : await encoderOf(context, "key", producer.key_format);
  const zone = timeZoneOf(settings.analyze.time_zone) ?? UTC;
  const broker = await connect(context);
  try {
    const datesByEvents = producer.timestamp === "event";
    const { created, partitionCount } = await ensureTopic(broker, kafka.topic, {
      ...newTopics,
      askForOldRecords: datesByEvents
        ? oldRecordsOf({ input, limit: order === undefined ? limit : undefined, zone, clock: io.host })
        : undefined,
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
    const retentionMs = datesByEvents ? await retentionOf(broker, kafka.topic) : undefined;
    const progress = progressReporter(context, { input, loop });
    let summary: ProduceSummary | undefined;
    try {
      await interruptible(
        io,
        (signal) =>
          produce({
            broker,
            topic: kafka.topic,
            input,
            pace,
            record: {
              keyField: producer.key === "none" ? undefined : producer.key,
              keyAsJson: encodeKey !== undefined,
              schema: validation === "none" ? "any" : "calls",
              zone,
            },
            timestamp: producer.timestamp,
            retentionMs,
            sortBy: producer.sort_by,
            encode,
            encodeKey,
            append: { codec: producer.compression, acks: producer.acks },
            limit,
            loop,
            onError: producer.on_error,
            strict: validation === "strict",
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
      if (summary !== undefined) report(summary, { topic: kafka.topic, deadLetters, order });
    }
  } finally {
    await broker.close();
  }
}

/** What encodes a part of records whose format has a schema. */
async function encoderOf(
  context: Context,
  part: RecordPart,
  format: RecordFormat,
): Promise<EncodeJson | undefined> {
  if (!hasSchemas(format)) return undefined;
  const { partEncoder } = await import("./record_schemas.ts");
  return await partEncoder(context, part, format);
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

/** The field by which records are sorted; undefined where they keep their order. @throws {SfcrimeError} USAGE */
function orderOf({ producer: { sort_by: field, speedup }, provenance }: Settings): string | undefined {
  if (field === undefined || speedup === undefined) {
    return field ?? (speedup === undefined ? undefined : EVENT_TIME_FIELD);
  }
  const places = ["sort_by", "speedup"].map((key) => provenance.get(`producer.${key}`)?.place ?? key);
  throw new SfcrimeError("USAGE", `${places.join(" and ")} are mutually exclusive.`, {
    hint: `A replay by speedup is sorted by ${EVENT_TIME_FIELD}.`,
  });
}

/** Rate, interval and speedup are mutually exclusive. @throws {SfcrimeError} USAGE */
function paceOf({ producer: { rate, interval, speedup }, provenance }: Settings): Pace {
  const given = Object.entries({ rate, interval, speedup }).filter(([, value]) => value !== undefined);
  if (given.length > 1) {
    const places = given.map(([key]) => provenance.get(`producer.${key}`)?.place ?? key);
    throw new SfcrimeError("USAGE", `${places.join(" and ")} are mutually exclusive.`, {
      hint: "Use only one of them to set the speed.",
    });
  }
  if (rate !== undefined) return { kind: "rate", everyMs: 1_000 / rate };
  if (interval !== undefined) return { kind: "rate", everyMs: interval };
  if (speedup !== undefined) return { kind: "replay", speedup };
  return { kind: "unlimited" };
}

function report(
  { sent, sentBytes, elapsedMs, broken, schemaProblems, stopped, last }: ProduceSummary,
  { topic, deadLetters, order }: {
    readonly topic: string;
    readonly deadLetters: DeadLetters;
    readonly order: string | undefined;
  },
): void {
  const speed = `${formatRate(sent, elapsedMs)} records/s`;
  log.info(
    `${plural(sent, "record")} (${formatBytes(sentBytes)}) sent to ${topic} in ${
      formatDuration(elapsedMs)
    }: ${speed}`,
    { sent, sentBytes, elapsedMs, broken, schemaProblems },
  );
  if (broken > 0) {
    const where = deadLetters.count > 0 ? `; see ${deadLetters.path}` : "";
    log.warn(`${plural(broken, "broken record")} not sent${where}.`);
  }
  if (schemaProblems > 0) {
    log.warn(
      `${plural(schemaProblems, "record")} ${
        schemaProblems === 1 ? "does" : "do"
      } not match the calls schema (sent anyway).`,
    );
  }
  if (stopped) {
    log.info(
      last === undefined
        ? "Stopped before the first record."
        : order === undefined
        ? `Stopped after ${place(last)}.`
        : `Stopped after ${plural(sent, "record")} in order of ${order}; the last one was ${place(last)}.`,
    );
  }
}

function place({ record, line, offset }: InputPosition): string {
  return `record ${record} (line ${line}, byte ${offset})`;
}
