/** Offsets by topic and partition, and what makes some of them useless. */
import { SfcrimeError } from "../base/errors.ts";
import type { OffsetRange, PartitionOffsets } from "../broker/broker.ts";
import type { CheckpointOffsets } from "../checkpoint/checkpoint_file.ts";

/** Offsets of some topics. */
export type TopicOffsets = ReadonlyMap<string, PartitionOffsets>;

/** Offsets as a checkpoint keeps them. */
export function checkpointOffsets(offsets: TopicOffsets): CheckpointOffsets {
  return Object.fromEntries(
    [...offsets].map(([topic, partitions]) => [topic, Object.fromEntries(partitions)]),
  );
}

/** Offsets that a checkpoint has kept. */
export function topicOffsets(kept: CheckpointOffsets): TopicOffsets {
  return new Map(
    Object.entries(kept).map(([topic, partitions]) => [
      topic,
      new Map(Object.entries(partitions).map(([partition, offset]) => [Number(partition), offset])),
    ]),
  );
}

/** A position in a partition, and what the partition holds now; undefined where it is no more. */
export interface Position {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly first: number | undefined;
  readonly end: number | undefined;
}

const GO_ON_HINT = "Set fail_on_data_loss = false to go on without them.";

/** Why a position is of no use any more, where it is not. */
export function lossAt({ topic, partition, offset, first, end }: Position): SfcrimeError | undefined {
  if (first === undefined || end === undefined) {
    return new SfcrimeError(
      "DATA_LOSS",
      `${topic} has no partition ${partition} any more; it was read up to offset ${offset}.`,
      { hint: "Set fail_on_data_loss = false to go on without it." },
    );
  }
  if (offset > end) return movedBack({ topic, partition, from: offset, to: end });
  if (offset >= first) return undefined;
  return new SfcrimeError(
    "DATA_LOSS",
    `Offsets ${offset} to ${first - 1} of ${topic}-${partition} were deleted before they were read.`,
    { hint: GO_ON_HINT },
  );
}

/** A partition ends before the next offset to read. */
export function movedBack({ topic, partition, from, to }: OffsetRange): SfcrimeError {
  return new SfcrimeError(
    "DATA_LOSS",
    `${topic}-${partition} is to be read from offset ${from}, but ends at ${to}.`,
    {
      hint:
        "The topic was deleted and created again, or its log was cut off. Start the query anew to read it as it is.",
    },
  );
}

/** A topic is another one than it was, or gone. */
export function topicReplaced(
  topic: string,
  { before, now, read }: {
    readonly before: string;
    readonly now: string | undefined;
    readonly read: PartitionOffsets;
  },
): SfcrimeError {
  const offsets = [...read].map(([partition, offset]) => `${partition}: ${offset}`).join(", ");
  const what = now === undefined
    ? `The topic ${topic} was deleted`
    : `The topic ${topic} was deleted and created again: its id was ${before} and is ${now}`;
  return new SfcrimeError("DATA_LOSS", `${what}. It was read up to the offsets (${offsets}).`, {
    hint: "Start the query anew, or set fail_on_data_loss = false to read what is there from its beginning.",
  });
}
