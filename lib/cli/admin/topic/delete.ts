/** `sfcrime topic delete`. */
import type { Command } from "commander";
import { logger } from "../../../base/log.ts";
import { plural } from "../../../base/text/format.ts";
import type { Broker } from "../../../broker/broker.ts";
import { missingTopic } from "../../../broker/failures.ts";
import { offsetCount, topicRanges } from "../../../broker/topics/topic_ranges.ts";
import { addRunFlag } from "../../flags.ts";
import type { Io } from "../../io.ts";
import { confirm, requireAnswerable, YES_FLAG } from "../../terminal/confirm.ts";
import { onTopic, topicCommand } from "./named_topic.ts";

const log = logger("topic");

/** Adds the command. */
export function addDelete(topic: Command, io: Io): void {
  const command = topicCommand(topic, "delete", "Delete a topic and all its records.");
  addRunFlag(command, YES_FLAG.flags, YES_FLAG.doc);
  const confirmation = () => ({ io, isConfirmed: command.opts<{ yes?: boolean }>().yes === true });
  onTopic(command, io, {
    check: () => requireAnswerable("Deleting a topic", confirmation()),
    body: async (name, broker) => {
      const { isConfirmed } = confirmation();
      if (!isConfirmed) {
        const question = `Delete topic ${name} with ${await contentOf(broker, name)}`;
        await confirm(question, { io, isConfirmed, name, declined: `Topic ${name} was not deleted.` });
      }
      if (!await broker.deleteTopic(name)) throw missingTopic(name, await broker.listTopics());
      log.info(`Deleted topic ${name}`);
    },
  });
}

/** What is lost with a topic. @throws {SfcrimeError} TOPIC_MISSING */
async function contentOf(broker: Broker, name: string): Promise<string> {
  const ranges = await topicRanges(broker, name);
  return `${plural(offsetCount(ranges), "offset")} in ${plural(ranges.length, "partition")}`;
}
