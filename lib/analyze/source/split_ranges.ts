/** Splits ranges of offsets into tasks of a bounded size. */
import { TASK_OFFSETS_MAX, TASK_OFFSETS_MIN, TASKS_MIN } from "../../base/bounds.ts";
import type { OffsetRange } from "../../broker/broker.ts";

/** The most offsets in a task of a batch that has so many. */
function taskOffsetsOf(batchOffsets: number): number {
  return Math.min(TASK_OFFSETS_MAX, Math.max(TASK_OFFSETS_MIN, Math.ceil(batchOffsets / TASKS_MIN)));
}

/** The tasks of the ranges of a batch, in order; none for an empty range. */
export function splitRanges(ranges: readonly OffsetRange[]): OffsetRange[] {
  const sizeMax = taskOffsetsOf(ranges.reduce((sum, { from, to }) => sum + to - from, 0));
  return ranges.flatMap((range) => splitRange(range, sizeMax));
}

/** Splits a range into parts of about the same size. */
function splitRange({ from, to, ...partition }: OffsetRange, sizeMax: number): OffsetRange[] {
  const count = Math.ceil((to - from) / sizeMax);
  const size = Math.ceil((to - from) / Math.max(1, count));
  return Array.from({ length: count }, (_, index) => ({
    ...partition,
    from: from + index * size,
    to: Math.min(to, from + (index + 1) * size),
  }));
}
