/**
 * A bucket as numbers in one array: a history has thousands of them, and as objects they would take several times as
 * much memory. A value that is missing is NaN.
 */
import { type BatchPoint, type Measure, MEASURES, type Phase, PHASES } from "./batch_point.ts";
import type { Bucket, Spread } from "./bucket.ts";

/** See the module's description. */
export type PackedBucket = Float64Array;

/** The spans of buckets. */
export const MINUTE_MS = 60_000;
export const HOUR_MS = 3_600_000;

/** Where the numbers are. */
const [SINCE, SPAN, BATCHES, RUN_STARTS, LAST_BATCH, WATERMARK, PHASE_SUMS] = [0, 1, 2, 3, 4, 5, 6];
const SPREADS = PHASE_SUMS + PHASES.length;
/** The numbers of a spread: count, minimum, maximum, sum. */
const SPREAD_SIZE = 4;
const SIZE = SPREADS + MEASURES.length * SPREAD_SIZE;

/** A bucket without batches. */
function emptyBucket(sinceMs: number, spanMs: number): PackedBucket {
  const bucket = new Float64Array(SIZE);
  bucket[SINCE] = sinceMs;
  bucket[SPAN] = spanMs;
  bucket[WATERMARK] = NaN;
  return bucket;
}

/** The start of a bucket, in milliseconds since the epoch. */
export function sinceMsOf(bucket: PackedBucket): number {
  return bucket[SINCE]!;
}

/** The last of some buckets, if that is the one of a time; else a new one, which is added. */
export function bucketAt(buckets: PackedBucket[], atMs: number, spanMs: number): PackedBucket {
  const sinceMs = Math.floor(atMs / spanMs) * spanMs;
  const last = buckets.at(-1);
  if (last !== undefined && sinceMsOf(last) === sinceMs) return last;
  const bucket = emptyBucket(sinceMs, spanMs);
  buckets.push(bucket);
  return bucket;
}

/** Adds a batch, which is later than those in it. */
export function addPoint(bucket: PackedBucket, point: BatchPoint): void {
  bucket[BATCHES]!++;
  if (point.startsRun) bucket[RUN_STARTS]!++;
  bucket[LAST_BATCH] = point.batchId;
  bucket[WATERMARK] = point.watermarkMs ?? NaN;
  PHASES.forEach((phase, index) => bucket[PHASE_SUMS + index]! += point.phases[phase]);
  MEASURES.forEach((measure, index) => {
    const value = point[measure];
    if (value !== null) addSpread(bucket, index, { count: 1, min: value, max: value, sum: value });
  });
}

/** Adds a bucket, which is later than those that were added before; the result spans both. */
export function addBucket(bucket: PackedBucket, later: PackedBucket): void {
  const endMs = Math.max(bucket[SINCE]! + bucket[SPAN]!, later[SINCE]! + later[SPAN]!);
  bucket[SPAN] = endMs - bucket[SINCE]!;
  bucket[BATCHES]! += later[BATCHES]!;
  bucket[RUN_STARTS]! += later[RUN_STARTS]!;
  bucket[LAST_BATCH] = later[LAST_BATCH]!;
  bucket[WATERMARK] = later[WATERMARK]!;
  PHASES.forEach((_, index) => bucket[PHASE_SUMS + index]! += later[PHASE_SUMS + index]!);
  MEASURES.forEach((_, index) => {
    const spread = spreadOf(later, index);
    if (spread !== null) addSpread(bucket, index, spread);
  });
}

function addSpread(bucket: PackedBucket, index: number, { count, min, max, sum }: Spread): void {
  const at = SPREADS + index * SPREAD_SIZE;
  const isEmpty = bucket[at] === 0;
  bucket[at]! += count;
  bucket[at + 1] = isEmpty ? min : Math.min(bucket[at + 1]!, min);
  bucket[at + 2] = isEmpty ? max : Math.max(bucket[at + 2]!, max);
  bucket[at + 3]! += sum;
}

function spreadOf(bucket: PackedBucket, index: number): Spread | null {
  const at = SPREADS + index * SPREAD_SIZE;
  const [count, min, max, sum] = bucket.subarray(at, at + SPREAD_SIZE) as unknown as number[];
  return count === 0 ? null : { count: count!, min: min!, max: max!, sum: sum! };
}

/** The bucket as an object. */
export function unpacked(bucket: PackedBucket): Bucket {
  const watermarkMs = bucket[WATERMARK]!;
  return {
    sinceMs: bucket[SINCE]!,
    spanMs: bucket[SPAN]!,
    batches: bucket[BATCHES]!,
    runStarts: bucket[RUN_STARTS]!,
    lastBatchId: bucket[LAST_BATCH]!,
    watermarkMs: Number.isNaN(watermarkMs) ? null : watermarkMs,
    phases: recordOf(PHASES, (_: Phase, index) => bucket[PHASE_SUMS + index]!),
    ...recordOf(MEASURES, (_: Measure, index) => spreadOf(bucket, index)),
  };
}

/** An object as a bucket. */
export function packed(bucket: Bucket): PackedBucket {
  const result = emptyBucket(bucket.sinceMs, bucket.spanMs);
  result[BATCHES] = bucket.batches;
  result[RUN_STARTS] = bucket.runStarts;
  result[LAST_BATCH] = bucket.lastBatchId;
  result[WATERMARK] = bucket.watermarkMs ?? NaN;
  PHASES.forEach((phase, index) => result[PHASE_SUMS + index] = bucket.phases[phase]);
  MEASURES.forEach((measure, index) => {
    const spread = bucket[measure];
    if (spread !== null) addSpread(result, index, spread);
  });
  return result;
}

function recordOf<Name extends string, Value>(
  names: readonly Name[],
  value: (name: Name, index: number) => Value,
): Record<Name, Value> {
  return Object.fromEntries(names.map((name, index) => [name, value(name, index)])) as Record<Name, Value>;
}
