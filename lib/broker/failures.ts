/** What both brokers say of topics, partitions and offsets that are not there. */
import { SfcrimeError } from "../base/errors.ts";
import { nearest } from "../base/nearest.ts";
import type { OffsetRange, PartitionOffsets } from "./broker.ts";

/** How many of the existing topics a message names. */
const TOPICS_NAMED_MAX = 10;

/** A topic is missing; the message says which there are. */
export function missingTopic(topic: string, existing: readonly string[]): SfcrimeError {
  const near = nearest(topic, existing);
  const list = existing.length === 0
    ? "The broker has no topics yet."
    : `Topics: ${existing.slice(0, TOPICS_NAMED_MAX).join(", ")}${
      existing.length > TOPICS_NAMED_MAX ? ", …" : ""
    }.`;
  return new SfcrimeError("TOPIC_MISSING", `There is no topic ${topic}.`, {
    hint: `${
      near === undefined ? "" : `Did you mean ${near}? `
    }${list} sfcrime produce makes its topic, and so does sfcrime topic create.`,
  });
}

/** A topic has no such partition. */
export function missingPartition(topic: string, partition: number): SfcrimeError {
  return new SfcrimeError("TOPIC_MISSING", `Topic ${topic} has no partition ${partition}.`, {
    hint: `sfcrime topic describe ${topic} shows its partitions.`,
  });
}

/** Some of the wanted offsets are not there. */
export function outOfRange(
  { topic, partition, from, to }: OffsetRange,
  { start, end, retriable = false }: {
    readonly start: number;
    readonly end: number;
    /** Whether it may be there later. */
    readonly retriable?: boolean;
  },
): SfcrimeError {
  return new SfcrimeError(
    "OFFSET_OUT_OF_RANGE",
    `Offsets ${from} to ${to} of ${topic}-${partition} are wanted, but it holds ${start} to ${end}.`,
    { hint: "Records were deleted by retention, or the end of the log was cut off.", retriable },
  );
}

/** A topic is gone, or another one of the same name has taken its place. */
export function topicReplaced(
  topic: string,
  { before, now, read, retriable = false }: {
    readonly before: string;
    readonly now: string | undefined;
    /** How far it was read. */
    readonly read: PartitionOffsets;
    /** Whether it is still in doubt. */
    readonly retriable?: boolean;
  },
): SfcrimeError {
  const offsets = [...read].map(([partition, offset]) => `${partition}: ${offset}`).join(", ");
  const what = now === undefined
    ? `The topic ${topic} was deleted`
    : `The topic ${topic} was deleted and created again: its id was ${before} and is ${now}`;
  return new SfcrimeError("DATA_LOSS", `${what}. It was read up to the offsets (${offsets}).`, {
    hint: "Start the query anew, or set fail_on_data_loss = false to read the new topic from its beginning.",
    retriable,
  });
}

/** The error for a writer of batches whose place another one has taken. */
export function takenOver(topic: string, cause?: unknown): SfcrimeError {
  return new SfcrimeError("BROKER", `Another run of the same query writes to the topic ${topic} now.`, {
    hint:
      "End one of the two. If there is no other, a batch took so long that Kafka gave its transaction up: " +
      "limit the batches by max_offsets_per_trigger.",
    ...(cause === undefined ? {} : { cause }),
  });
}
