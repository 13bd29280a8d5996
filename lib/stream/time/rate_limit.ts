/**
 * The size of a micro-batch: Spark's `maxOffsetsPerTrigger`, distributed by backlog, and a rate limit per
 * partition.
 */

/** Offsets by partition. */
export type Offsets = ReadonlyMap<number, number>;

/** The limits of a batch; undefined means no limit. */
export interface BatchLimits {
  /** Records over all partitions. */
  readonly maxOffsets: number | undefined;
  /** Records of one partition. */
  readonly maxOffsetsPerPartition: number | undefined;
}

/**
 * The end offsets of a batch.
 *
 * Each partition gets a share of the limit in proportion to its backlog. A share of less than one record is
 * rounded up, so that small partitions are not starved; others are rounded down. So the limit is exceeded if
 * there are more partitions with a backlog than it allows records. Source: Spark's KafkaMicroBatchStream.
 *
 * @example
 * ```ts
 * import { deepEqual } from "assert";
 * const limits = { maxOffsets: 10, maxOffsetsPerPartition: undefined };
 * const ends = limitOffsets(new Map([[0, 0], [1, 0]]), new Map([[0, 90], [1, 10]]), limits);
 * deepEqual(ends, new Map([[0, 9], [1, 1]]));
 * ```
 */
export function limitOffsets(begin: Offsets, latest: Offsets, limits: BatchLimits): Map<number, number> {
  const { maxOffsets, maxOffsetsPerPartition } = limits;
  const backlogOf = (partition: number, end: number) => Math.max(0, end - (begin.get(partition) ?? 0));
  const total = [...latest].reduce((sum, [partition, end]) => sum + backlogOf(partition, end), 0);
  const ends = new Map<number, number>();
  for (const [partition, end] of latest) {
    const start = begin.get(partition) ?? 0;
    const backlog = backlogOf(partition, end);
    let share = backlog;
    if (maxOffsets !== undefined && total > 0) {
      const prorated = maxOffsets * (backlog / total);
      share = prorated < 1 ? Math.ceil(prorated) : Math.floor(prorated);
    }
    if (maxOffsetsPerPartition !== undefined) share = Math.min(share, maxOffsetsPerPartition);
    ends.set(partition, Math.min(end, start + share));
  }
  return ends;
}

/** What decides whether a batch is delayed. */
export interface BatchBacklog {
  /** Records available to read. */
  readonly records: number;
  /** The minimum number of records for a batch. */
  readonly minOffsets: number;
  /** Time since the last batch that was not delayed. */
  readonly waitedMs: number;
  /** The maximum delay. */
  readonly maxDelayMs: number;
}

/**
 * Whether a batch is delayed until there are more records: Spark's `minOffsetsPerTrigger` and
 * `maxTriggerDelay`. Source: Spark's KafkaMicroBatchStream.
 *
 * @example
 * ```ts
 * import { equal } from "assert";
 * const backlog = { records: 9, minOffsets: 10, maxDelayMs: 900_000 };
 * equal(isPutOff({ ...backlog, waitedMs: 1_000 }), true);
 * equal(isPutOff({ ...backlog, waitedMs: 900_000 }), false);
 * equal(isPutOff({ ...backlog, waitedMs: 1_000, records: 10 }), false);
 * ```
 */
export function isPutOff({ records, minOffsets, waitedMs, maxDelayMs }: BatchBacklog): boolean {
  return waitedMs < maxDelayMs && records < minOffsets;
}
