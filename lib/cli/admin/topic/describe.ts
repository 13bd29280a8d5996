/** `sfcrime topic describe`. */
import type { Command } from "commander";
import { formatBytes, plural } from "../../../base/text/format.ts";
import { logger } from "../../../base/log.ts";
import { printable } from "../../../base/text/printable.ts";
import type { Broker, PartitionDescription, TopicDescription } from "../../../broker/broker.ts";
import { missingTopic } from "../../../broker/failures.ts";
import { isShown, retentionDefaultText, type TopicSetting } from "../../../broker/topics/topic_config.ts";
import { addJsonFlag } from "../../flags.ts";
import type { Io } from "../../io.ts";
import { inColumns } from "../../terminal/columns.ts";
import { jsonLines, printText } from "../output.ts";
import { onTopic, topicCommand } from "./named_topic.ts";

const log = logger("topic");

/** A partition with what is in it; undefined where nobody can tell. */
interface PartitionReport extends PartitionDescription {
  readonly earliest: number | undefined;
  readonly latest: number | undefined;
  readonly bytes: number | undefined;
}

/** Adds the command. */
export function addDescribe(topic: Command, io: Io): void {
  const describe = topicCommand(
    topic,
    "describe",
    "Print the settings of a topic, and the replicas, offsets and size of each partition.",
  );
  addJsonFlag(describe);
  onTopic(describe, io, {
    body: async (name, broker) => {
      const description = await broker.describeTopic(name);
      if (description === undefined) throw missingTopic(name, await broker.listTopics());
      const settings = await broker.topicConfig(name) ?? new Map<string, TopicSetting>();
      const partitions = await reportsOf(broker, description);
      const isJson = describe.opts<{ readonly json?: boolean }>().json === true;
      await printText(
        io,
        isJson
          ? jsonLines([objectOf(description, { settings, partitions })])
          : textOf(description, { settings, partitions }),
      );
      warnOfReplicas(description);
    },
  });
}

async function reportsOf(
  broker: Broker,
  { name, partitions }: TopicDescription,
): Promise<readonly PartitionReport[]> {
  // Of a partition without a leader nobody knows the offsets, and the broker would be asked until it has one.
  const isLed = partitions.every(({ leader }) => leader >= 0);
  const [earliest, latest, sizes] = await Promise.all([
    isLed ? broker.listOffsets(name, "earliest") : undefined,
    isLed ? broker.listOffsets(name, "latest") : undefined,
    broker.admin().then((admin) => admin.partitionSizes(name)),
  ]);
  return partitions.map((partition) => ({
    ...partition,
    earliest: earliest?.get(partition.partition),
    latest: latest?.get(partition.partition),
    bytes: sizes?.get(partition.partition),
  }));
}

/** What is known of a topic besides its description. */
interface Known {
  readonly settings: ReadonlyMap<string, TopicSetting>;
  readonly partitions: readonly PartitionReport[];
}

function textOf({ name, id }: TopicDescription, { settings, partitions }: Known): string {
  const size = sum(partitions.map(({ bytes }) => bytes));
  const facts = [
    plural(partitions.length, "partition"),
    plural(Math.min(...partitions.map(({ replicas }) => replicas.length)), "replica"),
    ...size === undefined ? [] : [formatBytes(size)],
    `id ${id}`,
  ];
  const head = [`Topic ${name}, ${facts.join(", ")}`, ...settingLines(settings)].map(printable);
  const list = inColumns(partitions, [
    { title: "PARTITION", cell: ({ partition }) => partition },
    { title: "LEADER", cell: ({ leader }) => leader < 0 ? undefined : leader },
    { title: "REPLICAS", cell: ({ replicas }) => replicas.join(",") },
    { title: "IN SYNC", cell: ({ inSync }) => inSync.join(",") },
    { title: "EARLIEST", cell: ({ earliest }) => earliest },
    { title: "LATEST", cell: ({ latest }) => latest },
    { title: "OFFSETS", cell: countOf },
    { title: "SIZE", cell: ({ bytes }) => bytes === undefined ? undefined : formatBytes(bytes) },
  ]);
  return `${head.join("\n")}\n${list}`;
}

/** The retention, and all settings that differ from Kafka's own defaults. */
function settingLines(settings: ReadonlyMap<string, TopicSetting>): string[] {
  const config = Object.fromEntries([...settings].map(([name, { value }]) => [name, value]));
  const others = [...settings].filter(([name, { isDefault }]) => !isDefault && !isShown(name, config));
  return [
    ...[retentionDefaultText(config) ?? []].flat(),
    ...others.map(([name, { value, isOwn }]) => `${name}=${value}${isOwn ? "" : " (set on the broker)"}`),
  ].map((line) => `  ${line}`);
}

function objectOf({ name, id }: TopicDescription, { settings, partitions }: Known): unknown {
  const changed = [...settings].filter(([, { isDefault }]) => !isDefault);
  return {
    topic: name,
    id,
    config: Object.fromEntries(changed.map(([name, { value, isOwn }]) => [name, { value, own: isOwn }])),
    partitions: partitions.map(({ partition, leader, replicas, inSync, earliest, latest, bytes }) => ({
      partition,
      leader: leader < 0 ? null : leader,
      replicas,
      inSync,
      earliest: earliest ?? null,
      latest: latest ?? null,
      bytes: bytes ?? null,
    })),
  };
}

/** As many as there are records, unless some were compacted or belong to transactions. */
function countOf({ earliest, latest }: PartitionReport): number | undefined {
  return earliest === undefined || latest === undefined ? undefined : latest - earliest;
}

function sum(numbers: readonly (number | undefined)[]): number | undefined {
  return numbers.reduce<number | undefined>(
    (total, number) => total === undefined || number === undefined ? undefined : total + number,
    0,
  );
}

function warnOfReplicas({ partitions }: TopicDescription): void {
  for (const { partition, leader, replicas, inSync } of partitions) {
    if (leader < 0) log.warn(`Partition ${partition} has no leader: it cannot be written to or read.`);
    else if (inSync.length < replicas.length) {
      const missing = replicas.filter((replica) => !inSync.includes(replica));
      log.warn(`Partition ${partition} is under-replicated: ${missing.join(", ")} not in sync.`);
    }
  }
}
