/** `sfcrime topic sample`. */
import type { Command } from "commander";
import { SAMPLED_RECORDS_ASKED_MAX } from "../../../base/bounds.ts";
import { concat } from "../../../base/text/bytes.ts";
import { plural } from "../../../base/text/format.ts";
import { logger } from "../../../base/log.ts";
import { timeZoneOf, UTC } from "../../../base/time_zone.ts";
import { printedFormat } from "../../../config/values/printed_format.ts";
import { wholeNumber } from "../../../config/values/values.ts";
import { recordPrinter } from "../../../consume/formats/printers.ts";
import { spreadRecords } from "../../../consume/reading/spread_records.ts";
import { type Context, interruptible } from "../../context.ts";
import { addJsonFlag, addRunFlag, readFlag } from "../../flags.ts";
import type { Io } from "../../io.ts";
import { onTopic, topicCommand } from "./named_topic.ts";

const log = logger("topic");

/** How many records are printed by default. */
const COUNT = 10;

interface Flags {
  readonly limit?: string;
  readonly maxMessages?: string;
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
  addRunFlag(sample, "-n, --limit <number>", `How many records (default: ${COUNT})`);
  addRunFlag(sample, "--max-messages <number>", "The same as --limit");
  addRunFlag(sample, "--format <format>", `How they are printed, as by consume (default: pretty)`);
  addJsonFlag(sample, "The same as --format ndjson");
  const kind = wholeNumber(1, SAMPLED_RECORDS_ASKED_MAX);
  const optionsOf = ({ limit, maxMessages, format, json }: Flags) => ({
    count: readFlag("--limit", limit, kind) ?? readFlag("--max-messages", maxMessages, kind) ?? COUNT,
    format: readFlag("--format", format, printedFormat) ?? (json === true ? "ndjson" : "pretty"),
  });
  onTopic(sample, io, {
    check: () => void optionsOf(sample.opts<Flags>()),
    body: async (name, broker, context) => {
      const { count, format } = optionsOf(sample.opts<Flags>());
      const printer = await recordPrinter(format, styleOf(context));
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

function styleOf({ settings: { analyze }, io, color }: Context) {
  const size = io.canShow("stdout") ? io.sizeOf("stdout") : undefined;
  return {
    zone: timeZoneOf(analyze.time_zone) ?? UTC,
    terminal: size && { columns: size.columns, color },
  };
}
