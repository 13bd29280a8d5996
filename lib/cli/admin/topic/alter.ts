/** `sfcrime topic alter`: settings and partitions of a topic that is there. */
import type { Command } from "commander";
import { SfcrimeError } from "../../../base/errors.ts";
import { logger } from "../../../base/log.ts";
import { plural } from "../../../base/text/format.ts";
import type { TopicChanges } from "../../../broker/admin/broker_admin.ts";
import { topicConfig } from "../../../config/values/new_topic_values.ts";
import { wholeNumber } from "../../../config/values/values.ts";
import { addRunFlag, addRunListFlag, readFlag } from "../../flags.ts";
import type { Io } from "../../io.ts";
import { onTopic, topicCommand } from "./named_topic.ts";

const log = logger("topic");

interface Flags {
  readonly topicConfig?: readonly string[];
  readonly deleteConfig?: readonly string[];
  readonly partitions?: string;
}

/** What to do. */
interface Alteration {
  readonly changes: TopicChanges;
  readonly partitions: number | undefined;
}

/** Adds the command. */
export function addAlter(topic: Command, io: Io): void {
  const alter = topicCommand(topic, "alter", "Change the settings of a topic, or add partitions.");
  addRunListFlag(alter, "--topic-config <name=value>", "Kafka setting of the topic, such as retention.ms=-1");
  addRunListFlag(alter, "--delete-config <name>", "Setting that goes back to the broker's default");
  addRunFlag(alter, "--partitions <number>", "Add partitions until there are as many");
  onTopic(alter, io, {
    check: (_context, name) => void alterationOf(name, alter.opts<Flags>()),
    body: async (name, broker) => {
      const { changes, partitions } = alterationOf(name, alter.opts<Flags>());
      const admin = await broker.admin();
      const words = [
        ...Object.entries(changes.set).map((setting) => setting.join("=")),
        ...changes.remove.map((setting) => `${setting} by default`),
      ];
      if (words.length > 0) {
        await admin.alterTopic(name, changes);
        log.info(`Changed topic ${name}: ${words.join(", ")}`);
      }
      if (partitions === undefined) return;
      await admin.addPartitions(name, partitions);
      log.info(`Topic ${name} has ${plural(partitions, "partition")} now`);
      log.info("Records with keys that are produced from now on may go to other partitions than before.");
    },
  });
}

/** @throws {SfcrimeError} USAGE */
function alterationOf(name: string, flags: Flags): Alteration {
  const { topicConfig: given, deleteConfig: remove = [], partitions: count } = flags;
  const set = readFlag("--topic-config", given?.join("\n"), topicConfig) ?? {};
  const partitions = readFlag("--partitions", count, wholeNumber(1, 10_000));
  const both = remove.find((setting) => setting in set);
  if (both !== undefined) {
    throw new SfcrimeError("USAGE", `${both} is both set by --topic-config and removed by --delete-config.`);
  }
  if (Object.keys(set).length + remove.length === 0 && partitions === undefined) {
    throw new SfcrimeError("USAGE", `Nothing to change in topic ${name}.`, {
      hint: "Use --topic-config, --delete-config or --partitions.",
    });
  }
  return { changes: { set, remove }, partitions };
}
