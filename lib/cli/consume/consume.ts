/** `sfcrime consume`: the records of a topic, on stdout. */
import { Argument, type Command } from "commander";
import { SfcrimeError } from "../../base/errors.ts";
import { formatDuration } from "../../base/text/duration.ts";
import { formatBytes, formatCount, formatRate, plural } from "../../base/text/format.ts";
import { logger } from "../../base/log.ts";
import type { BrokerAddress } from "../../broker/broker.ts";
import { hasSchemas } from "../../config/values/record_format.ts";
import { readUntil } from "../../config/values/read_places.ts";
import { count, partitionNumber } from "../../config/values/values.ts";
import { consume } from "../../consume/consume.ts";
import { timeText } from "../../consume/formats/record_text.ts";
import type { ConsumeSummary } from "../../consume/printer.ts";
import type { RecordStage } from "../../consume/stages/record_stage.ts";
import { connect, type Context, createContext, interruptible } from "../context.ts";
import {
  addLimitFlags,
  addRunFlag,
  addSettingArgument,
  addSettingFlag,
  type LimitFlags,
  readFlag,
  readLimit,
} from "../flags.ts";
import type { Io } from "../io.ts";
import { chosenTopics, topicsIn } from "./topics.ts";
import { delimiterOf, type OpenOutputs, openOutputs, type OutputFlags } from "./outputs.ts";
import type { MakeSelection, SelectionFlags } from "./selection.ts";

const log = logger("consume");

interface Flags extends LimitFlags, OutputFlags, SelectionFlags {
  readonly grep?: string;
  readonly include?: string;
  readonly until?: string;
  readonly exitAtEnd?: boolean;
  readonly partition?: string;
  readonly readUncommitted?: boolean;
}

/** Adds the verb's arguments and flags, and its action. */
export function addConsume(command: Command, io: Io): void {
  addSettingArgument(command, "[topic]", "kafka.topic");
  command.addArgument(new Argument("[topics...]", "more topics to read"));
  addSettingFlag(command, "-o, --from <start>", "consumer.from");
  addRunFlag(
    command,
    "--include <regex>",
    "Read all topics whose full name matches a regular expression, instead of naming them",
  );
  addRunFlag(command, "--until <end>", `Stop before this place: ${readUntil.allowed}`);
  addRunFlag(
    command,
    "-e, --exit-at-end",
    "Stop at the current end of the topics, instead of waiting for more",
  );
  addLimitFlags(command, "Stop after this many records");
  addRunFlag(command, "-p, --partition <number>", "Read only this partition; not with a group");
  addSettingFlag(command, "--isolation-level <level>", "consumer.isolation_level");
  addRunFlag(command, "--read-uncommitted", "The same as --isolation-level read_uncommitted");
  addRunFlag(
    command,
    "--grep <regex>",
    "Print only records whose key, value or headers match a regular expression",
  );
  addRunFlag(
    command,
    "--where <condition>",
    "Print only records for which this SQL holds, over the fields of the value, key, headers, partition, offset and timestamp",
  );
  addRunFlag(command, "--select <columns>", "Print these columns, in SQL, in place of the value");
  addSettingFlag(command, "-g, --group <name>", "consumer.group");
  addSettingFlag(command, "-f, --format <format>", "consumer.format");
  addRunFlag(
    command,
    "-D, --delimiter <text>",
    "What follows each value in the formats value and raw, as \\n or \\x1e",
  );
  addRunFlag(command, "--tee <file>", "Write the same to a file as well");
  addSettingFlag(command, "--value-format <format>", "consumer.value_format");
  addSettingFlag(command, "--value-schema <schema>", "consumer.value_schema");
  addSettingFlag(command, "--message <name>", "consumer.message");
  addSettingFlag(command, "--key-format <format>", "consumer.key_format");
  addSettingFlag(command, "--key-schema <schema>", "consumer.key_schema");
  addSettingFlag(command, "--key-message <name>", "consumer.key_message");
  command.action(async (_topic: string | undefined, more: readonly string[], flags: Flags) =>
    await run(await createContext(command, io), { ...flags, more })
  );
}

async function run(context: Context, flags: Flags & { readonly more: readonly string[] }): Promise<void> {
  const { settings: { kafka, consumer }, io } = context;
  const chosen = await chosenTopics(context, flags);
  const until = readFlag("--until", flags.until, readUntil);
  const limit = readLimit(flags, count);
  const partition = readFlag("--partition", flags.partition, partitionNumber);
  const delimiter = delimiterOf(context, flags);
  const makeSelection = await selectionMaker(context, flags);
  const stages = await stagesOf(context, flags);
  const broker = await connect({ ...context, address: addressOf(context, flags) });
  let outputs: OpenOutputs | undefined;
  try {
    const group = consumer.group ?? kafka.group_id;
    const how = consumer.from === "committed" ? ` as group ${group}` : "";
    const topics = await topicsIn(broker, chosen);
    log.info(`Consuming topic${topics.length === 1 ? "" : "s"} ${topics.join(", ")}${how}`);
    warnOfGroup(context);
    let summary: ConsumeSummary | undefined;
    try {
      await interruptible(io, async (signal) => {
        const selected = await makeSelection?.({ broker, topics, stages, signal });
        outputs = await openOutputs(context, { delimiter, tee: flags.tee, selected: selected?.output });
        return await consume({
          broker,
          topics,
          from: consumer.from,
          group,
          autoOffsetReset: kafka.auto_offset_reset,
          partition,
          until: [...until === undefined ? [] : [until], ...flags.exitAtEnd === true ? ["end" as const] : []],
          stages: selected === undefined ? stages : [...stages, selected.stage],
          outputs: outputs.outputs,
          limit,
          clock: io.host,
          signal,
          onEnd: (ended) => summary = ended,
        });
      });
      if (summary !== undefined) report(summary);
    } catch (error) {
      if (summary !== undefined && isStop(error, summary)) {
        report(summary);
        log.info(stoppedText(summary, consumer.from === "committed" ? group : undefined));
      }
      throw error;
    }
  } finally {
    outputs?.close();
    await broker.close();
  }
}

function addressOf(
  { address, settings: { consumer } }: Context,
  { readUncommitted = false }: Flags,
): BrokerAddress {
  const readsUncommitted = readUncommitted || consumer.isolation_level === "read_uncommitted";
  // The embedded broker shows no record of an open transaction to anybody.
  return address.kind === "kafka" ? { ...address, readsUncommitted } : address;
}

/** `--where` and `--select`, which load the planner of SQL. @throws {SfcrimeError} SQL */
async function selectionMaker(context: Context, flags: Flags): Promise<MakeSelection | undefined> {
  if (flags.where === undefined && flags.select === undefined) return undefined;
  return (await import("./selection.ts")).selectionOf(context, flags);
}

/** What decodes values and keys whose formats have schemas, and what searches in them. @throws {SfcrimeError} USAGE, CONFIG */
async function stagesOf(context: Context, { grep }: Flags): Promise<RecordStage[]> {
  const { key_format: key, value_format: value } = context.settings.consumer;
  const stages: RecordStage[] = [];
  if (hasSchemas(key) || hasSchemas(value)) {
    const { decodedPart } = await import("./record_schemas.ts");
    if (hasSchemas(key)) stages.push(decodedPart(context, "key", key));
    if (hasSchemas(value)) stages.push(decodedPart(context, "value", value));
  }
  if (grep !== undefined) stages.push((await import("../../consume/stages/grep.ts")).matchingRecords(grep));
  return stages;
}

function report({ messages, bytes, printed, elapsedMs, times }: ConsumeSummary): void {
  const records = `${plural(messages, "record")} (${formatBytes(bytes)}) consumed`;
  if (messages === 0) return log.info(records, { messages, bytes, printed });
  const speed = `in ${formatDuration(elapsedMs)}: ${formatRate(messages, elapsedMs)} records/s`;
  const shown = printed === messages ? "" : `, ${formatCount(printed)} printed`;
  const span = times === undefined ? "" : `, ${spanText(times)}`;
  log.info(`${records} ${speed}${shown}${span}`, { messages, bytes, printed, elapsedMs, ...times });
}

function spanText({ minMs, maxMs }: NonNullable<ConsumeSummary["times"]>): string {
  return minMs === maxMs
    ? `with timestamp ${timeText(minMs)}`
    : `with timestamps from ${timeText(minMs)} to ${timeText(maxMs)}`;
}

/** Whether a failure has stopped a run in progress; a closed output is not a failure. */
function isStop(error: unknown, { messages }: ConsumeSummary): boolean {
  const code = error instanceof SfcrimeError ? error.code : "INTERNAL";
  return code !== "OUTPUT_CLOSED" && (messages > 0 || code === "BROKER_UNREACHABLE");
}

/** Where a failed run has stopped, and how to resume. */
/** Whoever names a group on the command line wants what it reads to be committed. */
function warnOfGroup({ settings: { consumer, provenance } }: Context): void {
  const { origin, place } = provenance.get("consumer.group")!;
  if (origin !== "flag" || consumer.from === "committed") return;
  log.warn(
    `${place} has no effect with ${
      provenance.get("consumer.from")!.place
    }: records are read without a group. ` +
      "To read as a group, leave that out; a new group begins where auto.offset.reset says.",
  );
}

function stoppedText({ last }: ConsumeSummary, group: string | undefined): string {
  if (group !== undefined) {
    return `Stopped. Run the command again to resume after the last commit of group ${group}; ` +
      "records printed since then are printed again.";
  }
  if (last.size === 0) return "Stopped before the first record.";
  const places = [...last].flatMap(([topic, offsets]) =>
    [...offsets].sort(([left], [right]) => left - right).map(([partition, offset]) =>
      `${offset} of ${last.size === 1 ? `partition ${partition}` : `${topic}-${partition}`}`
    )
  );
  return `Stopped after offset ${
    places.join(", ")
  }. Without --from, consume reads as a group, which resumes where it stopped.`;
}
