/** `sfcrime consume`: the records of a topic, on stdout. */
import type { Command } from "commander";
import { SfcrimeError } from "../../base/errors.ts";
import { formatBytes, plural } from "../../base/text/format.ts";
import { logger } from "../../base/log.ts";
import { hasSchemas } from "../../config/values/record_format.ts";
import { wholeNumber } from "../../config/values/values.ts";
import { consume, type ConsumeSummary } from "../../consume/consume.ts";
import type { DecodedPart } from "../../consume/decoded_part.ts";
import { connect, type Context, createContext, interruptible } from "../context.ts";
import { addRunFlag, addSettingFlag, readFlag } from "../flags.ts";
import type { Io } from "../io.ts";

const log = logger("consume");

interface Flags {
  readonly maxMessages?: string;
  readonly exitAtEnd?: boolean;
  readonly partition?: string;
}

/** Adds the verb's flags and its action. */
export function addConsume(command: Command, io: Io): void {
  addSettingFlag(command, "--group <name>", "consumer.group");
  addSettingFlag(command, "--from <start>", "consumer.from");
  addSettingFlag(command, "--format <format>", "consumer.format");
  addSettingFlag(command, "--value-format <format>", "consumer.value_format");
  addSettingFlag(command, "--value-schema <schema>", "consumer.value_schema");
  addSettingFlag(command, "--message <name>", "consumer.message");
  addSettingFlag(command, "--key-format <format>", "consumer.key_format");
  addSettingFlag(command, "--key-schema <schema>", "consumer.key_schema");
  addSettingFlag(command, "--key-message <name>", "consumer.key_message");
  addRunFlag(command, "--max-messages <number>", "Stop after this many records");
  addRunFlag(command, "--exit-at-end", "Stop at the current end of the topic, instead of waiting for more");
  addRunFlag(command, "--partition <number>", "Read only this partition; not with a group");
  command.action(async (flags: Flags) => await run(await createContext(command, io), flags));
}

async function run(context: Context, flags: Flags): Promise<void> {
  const { settings: { kafka, consumer }, io } = context;
  const maxMessages = readFlag("--max-messages", flags.maxMessages, wholeNumber(1, Number.MAX_SAFE_INTEGER));
  const partition = readFlag("--partition", flags.partition, wholeNumber(0, 2 ** 31 - 1));
  const decoded = await decodedParts(context);
  const broker = await connect(context);
  try {
    const group = consumer.group ?? kafka.group_id;
    const how = consumer.from === "committed" ? ` as group ${group}` : "";
    log.info(`Consuming topic ${kafka.topic}${how}`);
    let summary: ConsumeSummary | undefined;
    try {
      await interruptible(io, (signal) =>
        consume({
          broker,
          topic: kafka.topic,
          from: consumer.from,
          group,
          autoOffsetReset: kafka.auto_offset_reset,
          partition,
          format: consumer.format,
          decoded,
          maxMessages,
          exitAtEnd: flags.exitAtEnd === true,
          output: io.stdout,
          clock: io.host,
          signal,
          onEnd: (ended) => summary = ended,
        }));
      report(summary!);
    } catch (error) {
      if (summary !== undefined && isStop(error, summary)) {
        report(summary);
        log.info(stoppedText(summary, consumer.from === "committed" ? group : undefined));
      }
      throw error;
    }
  } finally {
    await broker.close();
  }
}

/** What decodes values and keys whose formats have schemas. */
async function decodedParts(context: Context): Promise<DecodedPart[]> {
  const { key_format: key, value_format: value } = context.settings.consumer;
  if (!hasSchemas(key) && !hasSchemas(value)) return [];
  const { decodedPart } = await import("./record_schemas.ts");
  return [
    ...hasSchemas(key) ? [decodedPart(context, "key", key)] : [],
    ...hasSchemas(value) ? [decodedPart(context, "value", value)] : [],
  ];
}

function report({ messages, bytes }: ConsumeSummary): void {
  log.info(`${plural(messages, "record")} (${formatBytes(bytes)}) consumed`, { messages, bytes });
}

/** Whether a failure has stopped a run in progress; a closed output is not a failure. */
function isStop(error: unknown, { messages }: ConsumeSummary): boolean {
  const code = error instanceof SfcrimeError ? error.code : "INTERNAL";
  return code !== "OUTPUT_CLOSED" && (messages > 0 || code === "BROKER_UNREACHABLE");
}

/** Where a failed run has stopped, and how to resume. */
function stoppedText({ last }: ConsumeSummary, group: string | undefined): string {
  if (group !== undefined) {
    return `Stopped. Run the command again to resume after the last commit of group ${group}; ` +
      "records printed since then are printed again.";
  }
  if (last.size === 0) return "Stopped before the first record.";
  const places = [...last].sort(([left], [right]) => left - right)
    .map(([partition, offset]) => `${offset} of partition ${partition}`);
  return `Stopped after offset ${
    places.join(", ")
  }. Without --from, consume reads as a group, which resumes where it stopped.`;
}
