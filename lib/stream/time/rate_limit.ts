/**
 * The size of a micro-batch: Spark's `maxOffsetsPerTrigger`, distributed by backlog, a rate limit per partition, and
 * `minOffsetsPerTrigger`.
 */

/** The limits of an analysis, by Spark's names; undefined means no limit. */
export interface RateLimits {
  /** Records of a batch, over all partitions. */
  readonly maxOffsetsPerTrigger: number | undefined;
  /** Records per second and partition. */
  readonly maxRatePerPartition: number | undefined;
  /** The minimum number of records for a batch. */
  readonly minOffsetsPerTrigger: number | undefined;
  /** How long a batch waits for that number. */
  readonly maxTriggerDelayMs: number;
}

/** No limits. */
export const NO_LIMITS: RateLimits = {
  maxOffsetsPerTrigger: undefined,
  maxRatePerPartition: undefined,
  minOffsetsPerTrigger: undefined,
  maxTriggerDelayMs: Infinity,
};

/** Offsets by partition. */
export type Offsets = ReadonlyMap<number, number>;

/** The limits of a batch; undefined means no limit. */
export interface BatchLimits {
  /** Records over all partitions. */
  readonly maxOffsetsPerTrigger: number | undefined;
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
 * const limits = { maxOffsetsPerTrigger: 10, maxOffsetsPerPartition: undefined };
 * const ends = limitOffsets(new Map([[0, 0], [1, 0]]), new Map([[0, 90], [1, 10]]), limits);
 * deepEqual(ends, new Map([[0, 9], [1, 1]]));
 * ```
 */
export function limitOffsets(begin: Offsets, latest: Offsets, limits: BatchLimits): Map<number, number> {
  const { maxOffsetsPerTrigger, maxOffsetsPerPartition } = limits;
  const backlogOf = (partition: number, end: number) => Math.max(0, end - (begin.get(partition) ?? 0));
  const total = [...latest].reduce((sum, [partition, end]) => sum + backlogOf(partition, end), 0);
  const ends = new Map<number, number>();
  for (const [partition, end] of latest) {
    const start = begin.get(partition) ?? 0;
    const backlog = backlogOf(partition, end);
    let share = backlog;
    if (maxOffsetsPerTrigger !== undefined && total > 0) {
      const prorated = maxOffsetsPerTrigger * (backlog / total);
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
  /** Time since the last batch that was not delayed. */
  readonly waitedMs: number;
}

/**
 * Whether a batch is delayed until there are more records: Spark's `minOffsetsPerTrigger` and
 * `maxTriggerDelay`. Source: Spark's KafkaMicroBatchStream.
 *
 * @example
 * ```ts
 * import { equal } from "assert";
 * const limits = { minOffsetsPerTrigger: 10, maxTriggerDelayMs: 900_000 };
 * equal(isDelayed({ records: 9, waitedMs: 1_000 }, limits), true);
 * equal(isDelayed({ records: 9, waitedMs: 900_000 }, limits), false);
 * equal(isDelayed({ records: 10, waitedMs: 1_000 }, limits), false);
 * ```
 */
export function isDelayed(
  { records, waitedMs }: BatchBacklog,
  { minOffsetsPerTrigger = 0, maxTriggerDelayMs }: Pick<
    RateLimits,
    "minOffsetsPerTrigger" | "maxTriggerDelayMs"
  >,
): boolean {
  return waitedMs < maxTriggerDelayMs && records < minOffsetsPerTrigger;
}
