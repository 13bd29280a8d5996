/** A command about one group, which is its argument. */
import { Argument, type Command } from "commander";
import type { BrokerAdmin, GroupDescription } from "../../../broker/admin/broker_admin.ts";
import { missingGroup } from "../../../broker/admin/failures.ts";
import type { Broker, TopicOffsets } from "../../../broker/broker.ts";
import type { Context } from "../../context.ts";
import type { Io } from "../../io.ts";
import { withBroker } from "../output.ts";

/** A group, as a command finds it. */
export interface FoundGroup {
  readonly group: string;
  readonly broker: Broker;
  readonly admin: BrokerAdmin;
  readonly context: Context;
}

/** What a command does with its group. */
export interface GroupAction {
  /** Finds what is wrong with flags and settings, before the broker is contacted. */
  readonly check?: (context: Context) => void;
  readonly body: (found: FoundGroup) => Promise<void>;
}

/** Adds a subcommand with a group as its argument. */
export function groupCommand(group: Command, name: string, description: string): Command {
  return group.command(name).description(description).addArgument(new Argument("<group>", "group name"));
}

/** Sets what a command does. */
export function onGroup(command: Command, io: Io, { check, body }: GroupAction): void {
  command.action(async (group: string) => {
    await withBroker(command, io, {
      ...check === undefined ? {} : { check },
      body: async (broker, context) => await body({ group, broker, admin: await broker.admin(), context }),
    });
  });
}

/** @throws {SfcrimeError} GROUP_MISSING */
export async function requireGroup({ group, admin }: FoundGroup): Promise<GroupDescription> {
  const found = await admin.describeGroup(group);
  if (found !== undefined) return found;
  throw missingGroup(group, (await admin.groups()).map(({ group }) => group));
}

/**
 * What a group has committed, also in topics that its members read and nothing was committed of yet.
 *
 * @param only The topic of `--topic`; a topic that only the configuration names does not count.
 */
export async function positionsOf(
  { group, admin }: FoundGroup,
  { members }: GroupDescription,
  only?: string,
): Promise<TopicOffsets> {
  const offsets = new Map(await admin.groupOffsets(group));
  for (const topic of members.flatMap(({ assigned }) => [...assigned.keys()])) {
    if (!offsets.has(topic)) offsets.set(topic, new Map());
  }
  if (only === undefined) return offsets;
  return new Map([[only, offsets.get(only) ?? new Map<number, number>()]]);
}

/** The topic of `--topic`; undefined if the flag was not given. */
export function topicFlag({ settings: { kafka, provenance } }: Context): string | undefined {
  return provenance.get("kafka.topic")?.origin === "flag" ? kafka.topic : undefined;
}
