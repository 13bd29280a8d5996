/** Offsets by topic and partition, and the errors for offsets that no longer exist. */
import { SfcrimeError } from "../../base/errors.ts";
import { rangeText } from "../../base/text/positions.ts";
import type { OffsetRange, TopicOffsets } from "../../broker/broker.ts";
import type { CheckpointOffsets } from "../../checkpoint/checkpoint_file.ts";

/** Topic ids by name. */
export type TopicIds = Readonly<Record<string, string>>;

/** Offsets in the form in which a checkpoint stores them. */
export function checkpointOffsets(offsets: TopicOffsets): CheckpointOffsets {
  return Object.fromEntries(
    [...offsets].map(([topic, partitions]) => [topic, Object.fromEntries(partitions)]),
  );
}

/** Offsets from a checkpoint. */
export function topicOffsets(kept: CheckpointOffsets): TopicOffsets {
  return new Map(
    Object.entries(kept).map(([topic, partitions]) => [
      topic,
      new Map(Object.entries(partitions).map(([partition, offset]) => [Number(partition), offset])),
    ]),
  );
}

const CONTINUE_HINT = "Set fail_on_data_loss = false to continue without them.";

/** A partition no longer exists. */
export function partitionGone({ topic, partition, from }: Omit<OffsetRange, "to">): SfcrimeError {
  return new SfcrimeError(
    "DATA_LOSS",
    `Partition ${topic}-${partition} no longer exists; it was read up to offset ${from}.`,
    { hint: "Set fail_on_data_loss = false to continue without it." },
  );
}

/** Records were deleted before they were read. */
export function deletedUnread(range: OffsetRange): SfcrimeError {
  return new SfcrimeError(
    "DATA_LOSS",
    `Data was deleted before it was read: ${rangeText(range)}.`,
    { hint: CONTINUE_HINT },
  );
}

/** A partition ends before the offset up to which it was read. */
export function movedBack({ topic, partition, from, to }: OffsetRange): SfcrimeError {
  return new SfcrimeError(
    "DATA_LOSS",
    `${topic}-${partition} was read up to offset ${from}, but now ends at offset ${to}: its log was truncated.`,
    {
      hint:
        "Restart the query with a new checkpoint to read the topic from its start, or set fail_on_data_loss = false " +
        "to continue from its end.",
    },
  );
}
