/** Errors of both brokers for topics, partitions and offsets that do not exist. */
import { SfcrimeError } from "../base/errors.ts";
import { nearest } from "../base/text/nearest.ts";
import { positionsText, rangeText } from "../base/text/positions.ts";
import type { OffsetRange, PartitionOffsets } from "./broker.ts";

/** How many of the existing topics a message lists. */
const TOPICS_NAMED_MAX = 10;

/** A topic does not exist; the hint lists those that do. */
export function missingTopic(topic: string, existing: readonly string[]): SfcrimeError {
  const near = nearest(topic, existing);
  const list = existing.length === 0
    ? "The broker has no topics yet."
    : `Topics: ${existing.slice(0, TOPICS_NAMED_MAX).join(", ")}${
      existing.length > TOPICS_NAMED_MAX ? ", …" : ""
    }.`;
  return new SfcrimeError("TOPIC_MISSING", `Topic ${topic} does not exist.`, {
    hint: `${
      near === undefined ? "" : `Did you mean ${near}? `
    }${list} To create it: sfcrime topic create ${topic}, or sfcrime produce.`,
  });
}

/** A topic has no such partition. */
export function missingPartition(topic: string, partition: number): SfcrimeError {
  return new SfcrimeError("TOPIC_MISSING", `Topic ${topic} has no partition ${partition}.`, {
    hint: `sfcrime topic describe ${topic} lists its partitions.`,
  });
}

/** Some of the requested offsets do not exist. */
export function outOfRange(
  range: OffsetRange,
  { start, end, retriable = false }: {
    readonly start: number;
    readonly end: number;
    /** Whether they may exist later. */
    readonly retriable?: boolean;
  },
): SfcrimeError {
  const held = start < end ? `offsets ${start} to ${end - 1}` : `no records (next offset ${end})`;
  return new SfcrimeError(
    "OFFSET_OUT_OF_RANGE",
    `Cannot read ${rangeText(range)}: the partition has ${held}.`,
    { hint: "Records were deleted by retention, or the log was truncated.", retriable },
  );
}

/** A topic was deleted, and possibly created again. */
export function topicReplaced(
  topic: string,
  { before, now, read, retriable = false }: {
    readonly before: string;
    readonly now: string | undefined;
    /** The offsets up to which it was read. */
    readonly read: PartitionOffsets;
    /** Whether this is still in doubt. */
    readonly retriable?: boolean;
  },
): SfcrimeError {
  const what = now === undefined
    ? `Topic ${topic} was deleted`
    : `Topic ${topic} was deleted and created again (its ID was ${before}, and is now ${now})`;
  return new SfcrimeError(
    "DATA_LOSS",
    `${what}. It was read up to ${positionsText({ [topic]: Object.fromEntries(read) })}.`,
    {
      hint:
        "Restart the query with a new checkpoint, or set fail_on_data_loss = false to read the new topic from its beginning.",
      retriable,
    },
  );
}

/** The error of a batch writer that was fenced off by another one. */
export function takenOver(topic: string, cause?: unknown): SfcrimeError {
  return new SfcrimeError("BROKER", `Another run of the same query is now writing to topic ${topic}.`, {
    hint:
      "Stop one of the two. If there is only one, a batch took so long that Kafka aborted its transaction: " +
      "limit the size of batches with max_offsets_per_trigger.",
    cause,
  });
}
