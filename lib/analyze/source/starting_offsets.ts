/** The starting offsets of a new query. */
import { SfcrimeError } from "../../base/errors.ts";
import type { Broker, PartitionOffsets } from "../../broker/broker.ts";
import type {
  PlacesByTopic,
  StartingOffsets,
  StartingPlace,
  TimestampStrategy,
} from "../../config/values/values.ts";

const EARLIEST = -2;
const LATEST = -1;

/** Larger numbers are more likely times in milliseconds than offsets. */
const LIKELY_TIME_MS_MIN = Date.UTC(1990, 0, 1);

/** The options for starting offsets. */
export interface StartOptions {
  readonly start: StartingOffsets;
  /** What to do with a partition that has no record at or after a time. */
  readonly strategy: TimestampStrategy;
}

/**
 * The starting offsets of a topic. Partitions that are not listed start at their earliest offset.
 *
 * @throws {SfcrimeError} TOPIC_MISSING; USAGE for a partition or an offset that does not exist; QUERY_FAILED
 * if there is no record at or after a time.
 */
export async function startOf(
  broker: Broker,
  topic: string,
  { start, strategy }: StartOptions,
): Promise<PartitionOffsets> {
  if (start === "earliest" || start === "latest") return await broker.listOffsets(topic, start);
  const wanted = isByTopic(start) ? start[topic] ?? {} : undefined;
  const earliest = await broker.listOffsets(topic, "earliest");
  for (const partition of Object.keys(wanted ?? {})) {
    if (!earliest.has(Number(partition))) throw noSuchPartition(topic, partition);
  }
  const places = new Map(
    [...earliest.keys()].map((partition) => [
      partition,
      wanted === undefined ? start as StartingPlace : wanted[String(partition)] ?? EARLIEST,
    ]),
  );
  const times = new Set([...places.values()].flatMap((place) => isTime(place) ? [place.timestampMs] : []));
  const found = new Map<number, PartitionOffsets>();
  for (const timestampMs of times) found.set(timestampMs, await broker.listOffsets(topic, { timestampMs }));
  const latest = await broker.listOffsets(topic, "latest");
  const unmatched: number[] = [];
  const offsets = new Map([...places].map(([partition, place]) => {
    const end = latest.get(partition) ?? 0;
    if (isTime(place)) {
      const offset = found.get(place.timestampMs)!.get(partition);
      if (offset === undefined) unmatched.push(partition);
      return [partition, offset ?? end];
    }
    if (place > end) throw afterTheEnd(topic, { partition, offset: place, end });
    return [partition, place === EARLIEST ? earliest.get(partition)! : place === LATEST ? end : place];
  }));
  if (strategy === "error" && unmatched.length > 0) throw unmatchedTimes(topic, unmatched, places);
  return offsets;
}

/** @throws {SfcrimeError} USAGE for starting offsets of a topic that is not read. */
export function requireReadTopics(start: StartingOffsets, topics: readonly string[]): void {
  if (!isByTopic(start)) return;
  const other = Object.keys(start).find((topic) => !topics.includes(topic));
  if (other === undefined) return;
  throw new SfcrimeError("USAGE", `starting_offsets lists topic ${other}, which is not read.`, {
    hint: `Topics that are read: ${topics.join(", ")}.`,
  });
}

function isByTopic(start: StartingOffsets): start is PlacesByTopic {
  return typeof start === "object" && !isTime(start as StartingPlace);
}

function isTime(place: StartingPlace): place is { readonly timestampMs: number } {
  return typeof place === "object" && typeof place.timestampMs === "number";
}

function noSuchPartition(topic: string, partition: string): SfcrimeError {
  return new SfcrimeError(
    "USAGE",
    `starting_offsets lists partition ${partition}, but topic ${topic} has no such partition.`,
  );
}

function afterTheEnd(
  topic: string,
  { partition, offset, end }: { readonly partition: number; readonly offset: number; readonly end: number },
): SfcrimeError {
  const hint = offset < LIKELY_TIME_MS_MIN
    ? `Use an offset up to ${end}, or -1 for the end.`
    : `Put a time in quotes: {"${topic}":{"${partition}":"${new Date(offset).toISOString()}"}}.`;
  return new SfcrimeError(
    "USAGE",
    `starting_offsets has offset ${offset} of ${topic}-${partition}, but the partition ends at offset ${end}.`,
    { hint },
  );
}

function unmatchedTimes(
  topic: string,
  partitions: readonly number[],
  places: ReadonlyMap<number, StartingPlace>,
): SfcrimeError {
  const named = partitions.map((partition) => {
    const place = places.get(partition)!;
    const time = isTime(place) ? new Date(place.timestampMs).toISOString() : "";
    return `${topic}-${partition} (${time})`;
  });
  return new SfcrimeError(
    "QUERY_FAILED",
    `No record at or after the starting time in ${named.join(", ")}.`,
    {
      hint:
        "Use an earlier time, or set [analyze] starting_offsets_by_timestamp_strategy = latest to start such " +
        "partitions at their end.",
    },
  );
}
