/** `sfcrime topic`: the broker's topics. */
import { Argument, type Command } from "commander";
import { SAMPLED_RECORDS, SAMPLED_RECORDS_ASKED_MAX } from "../../../base/bounds.ts";
import { SfcrimeError } from "../../../base/errors.ts";
import { plural } from "../../../base/text/format.ts";
import { logger } from "../../../base/log.ts";
import { printable, printableLines } from "../../../base/text/printable.ts";
import type { Broker } from "../../../broker/broker.ts";
import { missingTopic } from "../../../broker/failures.ts";
import { ensureTopic } from "../../../broker/topics/new_topic.ts";
import { isShown, retentionDefaultText } from "../../../broker/topics/topic_config.ts";
import { newTopicsOf } from "../../../config/new_topics.ts";
import type { Settings } from "../../../config/settings.ts";
import { topicName, wholeNumber } from "../../../config/values/values.ts";
import { requireFormat, sampleTopic } from "../../../consume/topic_sample.ts";
import { registryOf } from "../../../plan/schemas/registry_settings.ts";
import { connect, type Context, createContext, interruptible } from "../../context.ts";
import { addNewTopicFlags, addRunFlag, readFlag } from "../../flags.ts";
import type { Io } from "../../io.ts";
import { schemaJson, sectionText } from "./schema_text.ts";

const log = logger("topic");

/** Adds the subcommands. */
export function addTopic(topic: Command, io: Io): void {
  const withBroker = (
    command: Command,
    body: (broker: Broker, context: Context, name: string) => Promise<void>,
    requireSound: (settings: Settings) => void = () => {},
  ) =>
    command.action(async (name: string) => {
      const context = await createContext(command, io);
      if (command.registeredArguments.length > 0) readFlag("Topic name", name, topicName);
      requireSound(context.settings);
      const broker = await connect(context);
      try {
        await body(broker, context, name);
      } finally {
        await broker.close();
      }
    });
  const name = () => new Argument("<name>", "topic name");
  const print = async (lines: readonly string[]) => {
    await io.stdout.write(new TextEncoder().encode(lines.map((line) => `${printable(line)}\n`).join("")));
  };

  withBroker(topic.command("list").description("List the names of all topics."), async (broker) => {
    await print(await broker.listTopics());
  });

  withBroker(
    topic.command("describe").description("Print the settings and partitions of a topic.").addArgument(
      name(),
    ),
    async (broker, _context, name) => {
      const description = await broker.describeTopic(name);
      if (description === undefined) throw missingTopic(name, await broker.listTopics());
      await print([
        `Topic ${description.name}, ${
          plural(description.partitions.length, "partition")
        }, id ${description.id}`,
        ...await settingsOf(broker, name),
        ...description.partitions.map(({ partition, leader, replicas, inSync }) =>
          `  partition ${partition}: leader ${leader}, replicas ${replicas.join(",")}, in sync ${
            inSync.join(",")
          }`
        ),
      ]);
    },
  );

  const create = topic.command("create").description("Create a topic.").addArgument(name());
  addNewTopicFlags(create);
  withBroker(create, async (broker, { settings }, name) => {
    const isThere = await broker.describeTopic(name) !== undefined;
    const isNew = !isThere && (await ensureTopic(broker, name, newTopicsOf(settings))).created;
    if (!isNew) throw new SfcrimeError("BROKER", `Topic ${name} already exists.`);
  }, newTopicsOf);

  withBroker(
    topic.command("delete").description("Delete a topic and all its records.").addArgument(name()),
    async (broker, _context, name) => {
      if (!await broker.deleteTopic(name)) throw missingTopic(name, await broker.listTopics());
      log.info(`Deleted topic ${name}`);
    },
  );

  withBroker(
    topic.command("offsets").description("Print the earliest and latest offset of each partition.")
      .addArgument(name()),
    async (broker, _context, name) => {
      const [earliest, latest] = await Promise.all([
        broker.listOffsets(name, "earliest"),
        broker.listOffsets(name, "latest"),
      ]);
      await print([...latest].map(([partition, end]) => {
        const start = earliest.get(partition) ?? 0;
        return `${name}-${partition}: ${start} to ${end} (${plural(end - start, "offset")})`;
      }));
    },
  );

  const schema = topic.command("schema")
    .description("Look at the last records of a topic, and print the section that declares it as a stream.")
    .addArgument(name());
  addRunFlag(schema, "--records <number>", `How many records to look at (default: ${SAMPLED_RECORDS})`);
  addRunFlag(schema, "--json", "Print one JSON object");
  withBroker(schema, async (broker, { settings, io: { host } }, name) => {
    const { records, json } = schema.opts<{ readonly records?: string; readonly json?: boolean }>();
    const count = readFlag("--records", records, wholeNumber(1, SAMPLED_RECORDS_ASKED_MAX)) ??
      SAMPLED_RECORDS;
    const registry = registryOf(settings, host);
    const sample = await interruptible(
      io,
      (signal) => sampleTopic(name, { broker, count, registry, signal }),
    );
    requireFormat(name, sample);
    const text = json === true ? schemaJson(name, sample) : sectionText(name, sample);
    await io.stdout.write(new TextEncoder().encode(printableLines(text)));
  });
}

/** What a topic keeps, and the settings that it has of its own. */
async function settingsOf(broker: Broker, topic: string): Promise<readonly string[]> {
  const settings = [...await broker.topicConfig(topic) ?? []];
  const config = Object.fromEntries(settings.map(([name, { value }]) => [name, value]));
  const own = settings.filter(([name, { isOwn }]) => isOwn && !isShown(name, config));
  return [
    ...[retentionDefaultText(config) ?? []].flat(),
    ...own.map(([name, { value }]) => `${name}=${value}`),
  ]
    .map((line) => `  ${line}`);
}
