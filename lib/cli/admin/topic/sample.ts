/** `sfcrime topic sample`. */
import type { Command } from "commander";
import { SAMPLED_RECORDS_ASKED_MAX } from "../../../base/bounds.ts";
import { concat } from "../../../base/text/bytes.ts";
import { plural } from "../../../base/text/format.ts";
import { logger } from "../../../base/log.ts";
import { zoneOf } from "../../../config/effective.ts";
import { printedFormat } from "../../../config/values/printed_format.ts";
import { wholeNumber } from "../../../config/values/values.ts";
import { recordPrinter } from "../../../consume/formats/printers.ts";
import { spreadRecords } from "../../../consume/reading/spread_records.ts";
import { terminalOf } from "../../consume/outputs.ts";
import { interruptible } from "../../context.ts";
import { addJsonFlag, addLimitFlags, addRunFlag, type LimitFlags, readFlag, readLimit } from "../../flags.ts";
import type { Io } from "../../io.ts";
import { onTopic, topicCommand } from "./named_topic.ts";

const log = logger("topic");

/** How many records are printed by default. */
const COUNT = 10;

interface Flags extends LimitFlags {
  readonly format?: string;
  readonly json?: boolean;
}

/** Adds the command. */
export function addSample(topic: Command, io: Io): void {
  const sample = topicCommand(
    topic,
    "sample",
    "Print some records of a topic, spread evenly from its beginning to its end.",
  );
  addLimitFlags(sample, `How many records (default: ${COUNT})`);
  addRunFlag(sample, "--format <format>", `How they are printed, as by consume (default: pretty)`);
  addJsonFlag(sample, "The same as --format ndjson");
  const kind = wholeNumber(1, SAMPLED_RECORDS_ASKED_MAX);
  const optionsOf = ({ format, json, ...flags }: Flags) => ({
    count: readLimit(flags, kind) ?? COUNT,
    format: readFlag("--format", format, printedFormat) ?? (json === true ? "ndjson" : "pretty"),
  });
  onTopic(sample, io, {
    check: () => void optionsOf(sample.opts<Flags>()),
    body: async (name, broker, context) => {
      const { count, format } = optionsOf(sample.opts<Flags>());
      const style = { zone: zoneOf(context.settings), terminal: terminalOf(context) };
      const printer = await recordPrinter(format, style);
      let printed = 0;
      await interruptible(io, async (signal) => {
        for await (const record of spreadRecords(name, { broker, count, signal })) {
          const parts: Uint8Array[] = [];
          printer.print([record], parts);
          await io.stdout.write(concat(parts));
          printed++;
        }
      });
      log.info(`${plural(printed, "record")} printed`);
    },
  });
}
