/** Offsets by topic and partition, and what makes some of them useless. */
import { SfcrimeError } from "../base/errors.ts";
import type { OffsetRange, TopicOffsets } from "../broker/broker.ts";
import type { CheckpointOffsets } from "../checkpoint/checkpoint_file.ts";

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

const GO_ON_HINT = "Set fail_on_data_loss = false to go on without them.";

/** A partition is no more. */
export function partitionGone({ topic, partition, from }: Omit<OffsetRange, "to">): SfcrimeError {
  return new SfcrimeError(
    "DATA_LOSS",
    `${topic} has no partition ${partition} any more; it was read up to offset ${from}.`,
    { hint: "Set fail_on_data_loss = false to go on without it." },
  );
}

/** The records of a range were deleted. */
export function deletedUnread({ topic, partition, from, to }: OffsetRange): SfcrimeError {
  return new SfcrimeError(
    "DATA_LOSS",
    `Offsets ${from} to ${to - 1} of ${topic}-${partition} were deleted before they were read.`,
    { hint: GO_ON_HINT },
  );
}

/** A partition has reached up to an offset, and ends before it. */
export function movedBack({ topic, partition, from, to }: OffsetRange): SfcrimeError {
  return new SfcrimeError(
    "DATA_LOSS",
    `${topic}-${partition} has reached up to offset ${from}, but ends at ${to}: its log was cut off.`,
    {
      hint:
        "Start the query anew to read the topic as it is, or set fail_on_data_loss = false to go on from its end.",
    },
  );
}
