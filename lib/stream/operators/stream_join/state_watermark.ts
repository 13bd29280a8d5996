/**
 * Up to which time a join removes the rows of a side. That follows from the watermark of the query and from the
 * join condition: with `left.time >= right.time - INTERVAL 10 MINUTES`, and right rows being later than the
 * watermark, left rows are of no use from ten minutes behind the watermark on. Source: Spark's StreamingJoinHelper.
 */
import type { Row } from "../../../records/data_type.ts";
import { type Micros, MICROS_PER_MILLI } from "../../../records/values/micros.ts";
import type { StreamJoinPlan, TimeSlot, WatermarkBound } from "../../../sql/plan.ts";

/** The watermark of the state of a side, in milliseconds. */
export function stateWatermarkMs(bounds: readonly WatermarkBound[], watermarkMs: number): number {
  return Math.min(
    ...bounds.map(({ offsetMicros, exclusive }) =>
      Math.trunc((watermarkMs * MICROS_PER_MILLI + offsetMicros) / MICROS_PER_MILLI) - (exclusive ? 1 : 0)
    ),
  );
}

/**
 * The watermark that rows of a join have: it removes rows of either side up to its state's watermark, so a row that
 * it returns later may have a time right after that.
 */
export function outputWatermarkMs({ left, right }: StreamJoinPlan, watermarkMs: number): number {
  return Math.min(
    watermarkMs,
    ...[left, right].flatMap(({ expiry }) =>
      expiry === undefined ? [] : [stateWatermarkMs(expiry.bounds, watermarkMs)]
    ),
  );
}

/** The watermark of the input at which that of the rows of a join reaches a time. */
export function inputWatermarkMs({ left, right }: StreamJoinPlan, outputMs: number): number {
  return Math.max(
    outputMs,
    ...[left, right].flatMap(({ expiry }) =>
      expiry === undefined ? [] : [watermarkMsFor(expiry.bounds, outputMs)]
    ),
  );
}

/** The watermark of the query at which the state's watermark reaches a time. */
export function watermarkMsFor(bounds: readonly WatermarkBound[], timeMs: number): number {
  return Math.max(
    ...bounds.map(({ offsetMicros, exclusive }) =>
      timeMs + (exclusive ? 1 : 0) - Math.floor(offsetMicros / MICROS_PER_MILLI)
    ),
  );
}

/** Reads the time of a row; NULL is never late, and never removed. */
export function timeOf({ slot, of }: TimeSlot): (row: Readonly<Row>) => Micros | null {
  return of === "time"
    ? (row) => row[slot] as Micros | null
    : (row) => (row[slot] as readonly Micros[] | null)?.[1] ?? null;
}
