/** Where a new query begins to read. */
import { SfcrimeError } from "../base/errors.ts";
import type { Broker, PartitionOffsets } from "../broker/broker.ts";
import type { StartingOffsets, StartingPlace, TimestampStrategy } from "../config/values.ts";

const EARLIEST = -2;
const LATEST = -1;

/** Places by topic and partition, as Spark's JSON names them. */
type PlacesByTopic = Readonly<Record<string, Readonly<Record<string, StartingPlace>>>>;

/** From here on a number is more likely a time in milliseconds than an offset. */
const LIKELY_TIME_MS_MIN = Date.UTC(1990, 0, 1);

/** Where to begin. */
export interface StartOptions {
  readonly start: StartingOffsets;
  /** What to do with a partition that has no record of a time, or later. */
  readonly strategy: TimestampStrategy;
}

/**
 * The first offsets of a topic. A partition that the offsets do not name begins at its earliest one.
 *
 * @throws {SfcrimeError} TOPIC_MISSING; USAGE for a partition or an offset that is not there; QUERY_FAILED for a
 * time that no record has reached.
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
    [...earliest.keys()].map((partition) => [partition, placeOf(start, wanted, partition)]),
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
    if (place > end) throw behindTheEnd(topic, { partition, offset: place, end });
    return [partition, place === EARLIEST ? earliest.get(partition)! : place === LATEST ? end : place];
  }));
  if (strategy === "error" && unmatched.length > 0) throw unmatchedTimes(topic, unmatched, places);
  return offsets;
}

function placeOf(
  start: StartingOffsets,
  wanted: PlacesByTopic[string] | undefined,
  partition: number,
): StartingPlace {
  return wanted === undefined ? start as StartingPlace : wanted[String(partition)] ?? EARLIEST;
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

function isByTopic(start: StartingOffsets): start is PlacesByTopic {
  return typeof start === "object" && !isTime(start as StartingPlace);
}

function isTime(place: StartingPlace): place is { readonly timestampMs: number } {
  return typeof place === "object" && typeof place.timestampMs === "number";
}

function noSuchPartition(topic: string, partition: string): SfcrimeError {
  return new SfcrimeError(
    "USAGE",
    `The starting offsets name partition ${partition}, which ${topic} does not have.`,
  );
}

function behindTheEnd(
  topic: string,
  { partition, offset, end }: { readonly partition: number; readonly offset: number; readonly end: number },
): SfcrimeError {
  const hint = offset < LIKELY_TIME_MS_MIN
    ? `Name an offset up to ${end}, or -1 for the end, whatever it is.`
    : `A time stands in quotes: {"${topic}":{"${partition}":"${new Date(offset).toISOString()}"}}.`;
  return new SfcrimeError(
    "USAGE",
    `The starting offsets name offset ${offset} of ${topic}-${partition}, which ends at ${end}.`,
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
    `The query is to start at a time that no record has reached, in ${named.join(", ")}.`,
    {
      hint:
        "Choose an earlier time, or set [analyze] starting_offsets_by_timestamp_strategy = latest to start such " +
        "partitions at their end.",
    },
  );
}
