/** The offsets of a place, such as a time, in the partitions of a topic. */
import type { Clock } from "../../base/clock.ts";
import { logger } from "../../base/log.ts";
import type { Broker, PartitionOffsets } from "../../broker/broker.ts";
import type { ReadPlace } from "../../config/values/read_places.ts";
import { offsetBeforeLast } from "./last_records.ts";

/** Where to look. */
export interface PositionOptions {
  readonly broker: Broker;
  readonly topic: string;
  /** The end of each partition of interest. */
  readonly ends: PartitionOffsets;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

const log = logger("consume");

/** Where reading starts; an offset that does not exist is reported, and the nearest one is taken. */
export async function startPositions(from: ReadPlace, options: PositionOptions): Promise<PartitionOffsets> {
  const { topic, ends } = options;
  const positions = await positionsAt(from, options);
  if (typeof from === "string" || !("offset" in from)) return positions;
  const starts = await startsOf(options);
  return new Map([...positions].map(([partition, offset]) => {
    const [start, end] = [starts.get(partition)!, ends.get(partition)!];
    if (offset >= start && offset <= end) return [partition, offset];
    const [near, what] = offset < start ? [start, "first"] : [end, "next"];
    log.warn(`${topic}-${partition} has no offset ${offset}; reading from its ${what} one, ${near}.`);
    return [partition, near];
  }));
}

/** The offset of a place in each partition; an offset may be one that does not exist, or not yet. */
export async function positionsAt(place: ReadPlace, options: PositionOptions): Promise<PartitionOffsets> {
  const { broker, topic, ends, clock } = options;
  if (place === "end") return ends;
  if (place === "beginning") return await startsOf(options);
  if ("offset" in place) return new Map([...ends.keys()].map((partition) => [partition, place.offset]));
  if ("lastRecords" in place) return await beforeLast(place.lastRecords, options);
  const timestampMs = "agoMs" in place ? clock.nowMs() - place.agoMs : place.timestampMs;
  // Kafka has other meanings for negative times.
  const found = await broker.listOffsets(topic, { timestampMs: Math.max(0, timestampMs) });
  return new Map([...ends].map(([partition, end]) => [partition, found.get(partition) ?? end]));
}

async function startsOf({ broker, topic, ends }: PositionOptions): Promise<PartitionOffsets> {
  const starts = await broker.listOffsets(topic, "earliest");
  return new Map([...ends.keys()].map((partition) => [partition, starts.get(partition) ?? 0]));
}

async function beforeLast(count: number, options: PositionOptions): Promise<PartitionOffsets> {
  const { broker, topic, ends, signal } = options;
  const starts = await startsOf(options);
  const reader = await broker.openReader();
  try {
    const positions = new Map<number, number>();
    for (const [partition, to] of ends) {
      const range = { topic, partition, from: starts.get(partition)!, to };
      positions.set(partition, await offsetBeforeLast(count, range, { reader, signal }));
    }
    return positions;
  } finally {
    await reader.close();
  }
}
