/** Where a new query begins to read. */
import { SfcrimeError } from "../base/errors.ts";
import type { Broker, PartitionOffsets } from "../broker/broker.ts";
import type { StartingOffsets } from "../config/values.ts";

const EARLIEST = -2;
const LATEST = -1;

/** Offsets by topic and partition, as Spark's JSON names them. */
type OffsetsByTopic = Readonly<Record<string, Readonly<Record<string, number>>>>;

/**
 * The first offsets of a topic. A partition that the offsets do not name begins at its earliest one.
 *
 * @throws {SfcrimeError} TOPIC_MISSING; USAGE for a partition that is not there.
 */
export async function startOf(
  broker: Broker,
  topic: string,
  start: StartingOffsets,
): Promise<PartitionOffsets> {
  if (start === "earliest" || start === "latest") return await broker.listOffsets(topic, start);
  if (!isByTopic(start)) {
    const [found, latest] = [
      await broker.listOffsets(topic, start),
      await broker.listOffsets(topic, "latest"),
    ];
    return new Map([...latest].map(([partition, end]) => [partition, found.get(partition) ?? end]));
  }
  const [earliest, latest] = await Promise.all([
    broker.listOffsets(topic, "earliest"),
    broker.listOffsets(topic, "latest"),
  ]);
  const wanted = start[topic] ?? {};
  for (const partition of Object.keys(wanted)) {
    if (latest.has(Number(partition))) continue;
    throw new SfcrimeError(
      "USAGE",
      `The starting offsets name partition ${partition}, which ${topic} does not have.`,
    );
  }
  return new Map([...earliest].map(([partition, first]) => {
    const offset = wanted[String(partition)] ?? EARLIEST;
    return [partition, offset === EARLIEST ? first : offset === LATEST ? latest.get(partition)! : offset];
  }));
}

/** @throws {SfcrimeError} USAGE for starting offsets of a topic that is not read. */
export function requireReadTopics(start: StartingOffsets, topics: readonly string[]): void {
  if (!isByTopic(start)) return;
  const other = Object.keys(start).find((topic) => !topics.includes(topic));
  if (other === undefined) return;
  throw new SfcrimeError("USAGE", `The starting offsets name the topic ${other}, which is not read.`, {
    hint: `Topics that are read: ${topics.join(", ")}.`,
  });
}

function isByTopic(start: StartingOffsets): start is OffsetsByTopic {
  return typeof start === "object" && typeof (start as { timestampMs?: unknown }).timestampMs !== "number";
}
