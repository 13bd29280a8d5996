/** Splits ranges of offsets into tasks of a bounded size. */
import { TASK_OFFSETS_MAX } from "../../base/bounds.ts";
import type { OffsetRange } from "../../broker/broker.ts";

/** The tasks of a range, in order; none for an empty one. */
export function splitRange({ from, to, ...partition }: OffsetRange): OffsetRange[] {
  const count = Math.ceil((to - from) / TASK_OFFSETS_MAX);
  const size = Math.ceil((to - from) / Math.max(1, count));
  return Array.from({ length: count }, (_, index) => ({
    ...partition,
    from: from + index * size,
    to: Math.min(to, from + (index + 1) * size),
  }));
}
