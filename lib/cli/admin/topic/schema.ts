/** `sfcrime topic schema`. */
import type { Command } from "commander";
import { SAMPLED_RECORDS, SAMPLED_RECORDS_ASKED_MAX } from "../../../base/bounds.ts";
import { printableLines } from "../../../base/text/printable.ts";
import { wholeNumber } from "../../../config/values/values.ts";
import { requireFormat, sampleTopic } from "../../../consume/topic_sample.ts";
import { registryOf } from "../../../plan/schemas/registry_settings.ts";
import { interruptible } from "../../context.ts";
import { addJsonFlag, addRunFlag, readFlag } from "../../flags.ts";
import type { Io } from "../../io.ts";
import { printText } from "../output.ts";
import { onTopic, topicCommand } from "./named_topic.ts";
import { schemaJson, sectionText } from "./schema_text.ts";

interface Flags {
  readonly records?: string;
  readonly json?: boolean;
}

/** Adds the command. */
export function addSchema(topic: Command, io: Io): void {
  const schema = topicCommand(
    topic,
    "schema",
    "Look at the last records of a topic, and print the section that declares it as a stream.",
  );
  addRunFlag(schema, "--records <number>", `How many records to look at (default: ${SAMPLED_RECORDS})`);
  addJsonFlag(schema);
  const countOf = ({ records }: Flags) =>
    readFlag("--records", records, wholeNumber(1, SAMPLED_RECORDS_ASKED_MAX)) ?? SAMPLED_RECORDS;
  onTopic(schema, io, {
    check: () => void countOf(schema.opts<Flags>()),
    body: async (name, broker, { settings, io: { host } }) => {
      const flags = schema.opts<Flags>();
      const registry = registryOf(settings, host);
      const sample = await interruptible(
        io,
        (signal) => sampleTopic(name, { broker, count: countOf(flags), registry, signal }),
      );
      requireFormat(name, sample);
      const text = flags.json === true ? schemaJson(name, sample) : sectionText(name, sample);
      await printText(io, printableLines(text));
    },
  });
}
