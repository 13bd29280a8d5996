/** `sfcrime consume`: the records of a topic, on stdout. */
import type { Command } from "commander";
import { formatBytes, plural } from "../base/format.ts";
import { logger } from "../base/log.ts";
import { wholeNumber } from "../config/values.ts";
import { consume } from "../consume/consume.ts";
import { connect, type Context, createContext, interruptible } from "./context.ts";
import { addRunFlag, addSettingFlag, readFlag } from "./flags.ts";
import type { Io } from "./io.ts";

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
  addRunFlag(command, "--max-messages <number>", "Stop after this many records");
  addRunFlag(command, "--exit-at-end", "Stop at the current end of the topic, instead of waiting for more");
  addRunFlag(command, "--partition <number>", "Read only this partition; not with a group");
  command.action(async (flags: Flags) => await run(await createContext(command, io), flags));
}

async function run(context: Context, flags: Flags): Promise<void> {
  const { settings: { kafka, consumer }, io } = context;
  const maxMessages = readFlag("--max-messages", flags.maxMessages, wholeNumber(1, Number.MAX_SAFE_INTEGER));
  const partition = readFlag("--partition", flags.partition, wholeNumber(0, 2 ** 31 - 1));
  const broker = await connect(context);
  try {
    const group = consumer.group ?? kafka.group_id;
    const how = consumer.from === "committed" ? ` as group ${group}` : "";
    log.info(`Consuming topic ${kafka.topic}${how}`);
    const summary = await interruptible(io, (signal) =>
      consume({
        broker,
        topic: kafka.topic,
        from: consumer.from,
        group,
        autoOffsetReset: kafka.auto_offset_reset,
        partition,
        format: consumer.format,
        maxMessages,
        exitAtEnd: flags.exitAtEnd === true,
        output: io.stdout,
        signal,
      }));
    log.info(`${plural(summary.messages, "record")} (${formatBytes(summary.bytes)}) consumed`, {
      ...summary,
    });
  } finally {
    await broker.close();
  }
}
