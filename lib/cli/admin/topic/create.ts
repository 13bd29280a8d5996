/** `sfcrime topic create`. */
import type { Command } from "commander";
import { SfcrimeError } from "../../../base/errors.ts";
import { ensureTopic } from "../../../broker/topics/new_topic.ts";
import { newTopicsOf } from "../../../config/new_topics.ts";
import { addNewTopicFlags } from "../../flags.ts";
import type { Io } from "../../io.ts";
import { onTopic, topicCommand } from "./named_topic.ts";

/** Adds the command. */
export function addCreate(topic: Command, io: Io): void {
  const create = topicCommand(topic, "create", "Create a topic.");
  addNewTopicFlags(create);
  onTopic(create, io, {
    check: ({ settings }) => void newTopicsOf(settings),
    body: async (name, broker, { settings }) => {
      const isThere = await broker.describeTopic(name) !== undefined;
      const isNew = !isThere && (await ensureTopic(broker, name, newTopicsOf(settings))).created;
      if (!isNew) throw new SfcrimeError("BROKER", `Topic ${name} already exists.`);
    },
  });
}
