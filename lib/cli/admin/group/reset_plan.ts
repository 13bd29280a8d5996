/** What a reset changes: a committed offset for each partition, inside of what the partition has. */
import type { PartitionOffsets } from "../../../broker/broker.ts";

/** A partition, and its committed offset before and after. */
export interface OffsetChange {
  readonly topic: string;
  readonly partition: number;
  readonly before: number | undefined;
  readonly after: number;
  /** The offset that was asked for, if the partition does not have it, and the nearest one is taken. */
  readonly asked?: number;
}

/** What is known of a topic. */
export interface ResetTopic {
  readonly topic: string;
  readonly committed: PartitionOffsets;
  readonly earliest: PartitionOffsets;
  readonly latest: PartitionOffsets;
  /** Where the reset goes, by partition. */
  readonly places: PartitionOffsets;
}

/** The changes in the partitions that have a place. */
export function offsetChanges({ topic, committed, earliest, latest, places }: ResetTopic): OffsetChange[] {
  return [...places].map(([partition, asked]) => {
    const end = latest.get(partition) ?? 0;
    const after = Math.min(Math.max(asked, earliest.get(partition) ?? 0), end);
    const change = { topic, partition, before: committed.get(partition), after };
    return after === asked ? change : { ...change, asked };
  });
}

/** Whether a partition already is where it goes. */
export function isUnchanged({ before, after }: OffsetChange): boolean {
  return before === after;
}
