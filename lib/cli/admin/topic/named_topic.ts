/** A command about one topic, which is its argument. */
import { Argument, type Command } from "commander";
import { topicName } from "../../../config/values/values.ts";
import type { Broker } from "../../../broker/broker.ts";
import type { Context } from "../../context.ts";
import { readFlag } from "../../flags.ts";
import type { Io } from "../../io.ts";
import { withBroker } from "../output.ts";

/** What a command does with its topic. */
export interface TopicAction {
  /** Finds what is wrong with flags and settings, before the broker is contacted. */
  readonly check?: (context: Context, name: string) => void;
  readonly body: (name: string, broker: Broker, context: Context) => Promise<void>;
}

/** Adds a subcommand with a topic as its argument; `act` is added with {@link onTopic}, after its flags. */
export function topicCommand(topic: Command, name: string, description: string): Command {
  return topic.command(name).description(description).addArgument(new Argument("<name>", "topic name"));
}

/** Sets what a command does. */
export function onTopic(command: Command, io: Io, { check, body }: TopicAction): void {
  command.action(async (name: string) => {
    await withBroker(command, io, {
      check: (context) => {
        readFlag("Topic name", name, topicName);
        check?.(context, name);
      },
      body: (broker, context) => body(name, broker, context),
    });
  });
}
