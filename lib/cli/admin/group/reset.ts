/** `sfcrime group reset`. */
import type { Command } from "commander";
import { SfcrimeError } from "../../../base/errors.ts";
import { logger } from "../../../base/log.ts";
import { plural } from "../../../base/text/format.ts";
import { groupInUse } from "../../../broker/admin/failures.ts";
import type { PartitionOffsets } from "../../../broker/broker.ts";
import { missingPartition } from "../../../broker/failures.ts";
import { type ReadPlace, readPlace } from "../../../config/values/read_places.ts";
import { partitionNumber } from "../../../config/values/values.ts";
import { positionsAt } from "../../../consume/reading/positions.ts";
import { type Context, interruptible } from "../../context.ts";
import { addJsonFlag, addRunFlag, readFlag } from "../../flags.ts";
import type { Io } from "../../io.ts";
import { confirm, requireAnswerable, YES_FLAG } from "../../terminal/confirm.ts";
import { printList } from "../output.ts";
import { type FoundGroup, groupCommand, onGroup, topicFlag } from "./named_group.ts";
import { isUnchanged, type OffsetChange, offsetChanges } from "./reset_plan.ts";

const log = logger("group");

interface Flags {
  readonly to?: string;
  readonly partition?: string;
  readonly dryRun?: boolean;
  readonly yes?: boolean;
  readonly json?: boolean;
}

/** Where to go, and in which partitions. */
interface Target {
  readonly place: ReadPlace;
  readonly topic: string | undefined;
  readonly partition: number | undefined;
}

/** Adds the command. */
export function addReset(group: Command, io: Io): void {
  const reset = groupCommand(
    group,
    "reset",
    "Set what a group without members has committed: in all topics that it has read, or in that of --topic.",
  );
  addRunFlag(reset, "--to <place>", `Where it goes on to read: ${readPlace.allowed}`);
  addRunFlag(reset, "--partition <number>", "Only this partition of --topic");
  addRunFlag(reset, "--dry-run", "Print what would change, and change nothing");
  addRunFlag(reset, YES_FLAG.flags, YES_FLAG.doc);
  addJsonFlag(reset, "Print one JSON object per partition");
  const confirmation = () => ({ io, isConfirmed: reset.opts<Flags>().yes === true });
  onGroup(reset, io, {
    check: (context) => {
      targetOf(context, reset.opts<Flags>());
      if (reset.opts<Flags>().dryRun !== true) requireAnswerable("Resetting a group", confirmation());
    },
    body: async (found) => {
      const { group: name } = found;
      const flags = reset.opts<Flags>();
      await requireEmpty(found);
      const changes = await changesOf(found, targetOf(found.context, flags));
      await printChanges(io, changes, flags);
      const different = changes.filter((change) => !isUnchanged(change));
      if (different.length === 0) return log.info(`Group ${name} is there already`);
      if (flags.dryRun === true) return log.info(`Nothing was changed (--dry-run)`);
      await confirm(`Reset group ${name} in ${plural(different.length, "partition")}`, {
        ...confirmation(),
        name,
        declined: `Group ${name} was not reset.`,
      });
      await apply(found, different);
      log.info(`Reset group ${name} in ${plural(different.length, "partition")}`);
    },
  });
}

/** @throws {SfcrimeError} USAGE */
function targetOf(context: Context, { to, partition: given }: Flags): Target {
  const place = readFlag("--to", to, readPlace);
  if (place === undefined) {
    throw new SfcrimeError("USAGE", "--to is missing: where does the group go on to read?", {
      hint: `Expected ${readPlace.allowed}.`,
    });
  }
  const partition = readFlag("--partition", given, partitionNumber);
  const topic = topicFlag(context);
  if (partition !== undefined && topic === undefined) {
    throw new SfcrimeError("USAGE", "--partition is of a topic: give --topic as well.");
  }
  return { place, topic, partition };
}

/** A group that does not exist yet can be given offsets to begin with. @throws {SfcrimeError} GROUP_IN_USE */
async function requireEmpty({ group, admin }: FoundGroup): Promise<void> {
  const { members = [] } = await admin.describeGroup(group) ?? {};
  if (members.length > 0) throw groupInUse(group, "reset", members.length);
}

async function changesOf(
  { group, broker, admin, context }: FoundGroup,
  { place, topic: only, partition }: Target,
): Promise<OffsetChange[]> {
  const committed = await admin.groupOffsets(group);
  const topics = only === undefined ? [...committed.keys()] : [only];
  if (topics.length === 0) {
    throw new SfcrimeError("GROUP_MISSING", `Group ${group} has committed nothing that could be reset.`, {
      hint: "With --topic, it is given offsets to begin with.",
    });
  }
  return await interruptible(context.io, async (signal) => {
    const changes = await Promise.all(topics.map(async (topic) => {
      const [earliest, all] = await Promise.all([
        broker.listOffsets(topic, "earliest"),
        broker.listOffsets(topic, "latest"),
      ]);
      const latest = partition === undefined ? all : onlyPartition(topic, all, partition);
      const places = await positionsAt(place, {
        broker,
        topic,
        ends: latest,
        clock: context.io.host,
        signal,
      });
      return offsetChanges({ topic, committed: committed.get(topic) ?? new Map(), earliest, latest, places });
    }));
    return changes.flat();
  });
}

/** @throws {SfcrimeError} TOPIC_MISSING */
function onlyPartition(topic: string, ends: PartitionOffsets, partition: number): PartitionOffsets {
  const end = ends.get(partition);
  if (end === undefined) throw missingPartition(topic, partition);
  return new Map([[partition, end]]);
}

async function printChanges(io: Io, changes: readonly OffsetChange[], { json }: Flags): Promise<void> {
  await printList(io, changes, {
    json,
    object: ({ topic, partition, before, after }) => ({ topic, partition, before: before ?? null, after }),
    columns: [
      { title: "TOPIC", cell: ({ topic }) => topic },
      { title: "PARTITION", cell: ({ partition }) => partition },
      { title: "COMMITTED", cell: ({ before }) => before },
      { title: "NEW", cell: ({ after }) => after },
    ],
  });
  for (const { topic, partition, after, asked } of changes) {
    if (asked !== undefined) {
      log.warn(`${topic}-${partition} has no offset ${asked}; ${after} is the nearest.`);
    }
  }
}

async function apply({ group, admin }: FoundGroup, changes: readonly OffsetChange[]): Promise<void> {
  for (const [topic, ofTopic] of Map.groupBy(changes, ({ topic }) => topic)) {
    const offsets = new Map(ofTopic.map(({ partition, after }) => [partition, after]));
    await admin.resetOffsets(group, topic, offsets);
  }
}
