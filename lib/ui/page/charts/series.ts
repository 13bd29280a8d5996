/**
 * From the history of a query to what a chart draws: hours, then minutes, then batches, in order of time. A bucket is
 * drawn at its middle, with the mean of its batches.
 */
import type { BatchPoint, Measure, Phase } from "../../../monitoring/history/batch_point.ts";
import { PHASES } from "../../../monitoring/history/batch_point.ts";
import type { Bucket } from "../../../monitoring/history/bucket.ts";
import type { HistorySnapshot } from "../../../monitoring/history/history_snapshot.ts";

/** A moment of a chart. A value is null if there is none, so that the line has a gap there. */
export interface Sample {
  readonly atMs: number;
  readonly value: number | null;
  /** The batches that it stands for: the first and the last. */
  readonly batches: readonly [number, number];
  /** The extremes of a bucket; the value itself for a batch. */
  readonly min: number | null;
  readonly max: number | null;
}

/** How far back charts go. */
export const RANGES = {
  "recent": { name: "Recent batches", spanMs: 0 },
  "hour": { name: "1 hour", spanMs: 3_600_000 },
  "day": { name: "24 hours", spanMs: 86_400_000 },
  "all": { name: "All", spanMs: Infinity },
} as const;

/** See {@link RANGES}. */
export type Range = keyof typeof RANGES;

/** What of a history is within a range: buckets and batches, oldest first. The range ends with the last batch. */
export function within(
  { batches, minutes, hours, earlier }: HistorySnapshot,
  range: Range,
): readonly (Bucket | BatchPoint)[] {
  if (range === "recent") return batches;
  const buckets = [...earlier === null ? [] : [earlier], ...hours, ...minutes];
  const endMs = batches.at(-1)?.atMs ?? 0;
  const sinceMs = endMs - RANGES[range].spanMs;
  return [...buckets, ...batches].filter((part) => startOf(part) >= sinceMs);
}

/** The line of a measure. */
export function samplesOf(parts: readonly (Bucket | BatchPoint)[], measure: Measure): readonly Sample[] {
  return parts.flatMap((part, index) => {
    const atMs = timeAt(parts, index);
    const sample = isBucket(part) ? bucketSample(part, { atMs, measure }) : pointSample(part, measure);
    return startsAfterGap(part, index) ? [gapBefore(sample), sample] : [sample];
  });
}

/** The phases of each part, in milliseconds per batch. */
export function phasesOf(
  parts: readonly (Bucket | BatchPoint)[],
): readonly { readonly atMs: number; readonly phases: Readonly<Record<Phase, number>> | null }[] {
  return parts.flatMap((part, index) => {
    const batches = isBucket(part) ? part.batches : 1;
    const phases = Object.fromEntries(PHASES.map((phase) => [phase, part.phases[phase] / batches]));
    const sample = { atMs: timeAt(parts, index), phases: phases as Record<Phase, number> };
    return startsAfterGap(part, index) ? [{ atMs: sample.atMs - 1, phases: null }, sample] : [sample];
  });
}

/** Whether a part is a minute, an hour, or what was before. */
export function isBucket(part: Bucket | BatchPoint): part is Bucket {
  return "spanMs" in part;
}

function startOf(part: Bucket | BatchPoint): number {
  return isBucket(part) ? part.sinceMs : part.atMs;
}

/** Where a part is drawn: a bucket in its middle, or in that of its beginning, if what follows has its end. */
function timeAt(parts: readonly (Bucket | BatchPoint)[], index: number): number {
  const part = parts[index]!;
  if (!isBucket(part)) return part.atMs;
  const next = parts[index + 1];
  const endMs = part.sinceMs + part.spanMs;
  return (part.sinceMs + (next === undefined ? endMs : Math.min(endMs, startOf(next)))) / 2;
}

/** Between two runs nothing is known. */
function startsAfterGap(part: Bucket | BatchPoint, index: number): boolean {
  return index > 0 && !isBucket(part) && part.startsRun;
}

function gapBefore({ atMs, batches }: Sample): Sample {
  return { atMs: atMs - 1, value: null, min: null, max: null, batches };
}

function pointSample(point: BatchPoint, measure: Measure): Sample {
  const value = point[measure];
  return { atMs: point.atMs, value, min: value, max: value, batches: [point.batchId, point.batchId] };
}

function bucketSample(
  bucket: Bucket,
  { atMs, measure }: { readonly atMs: number; readonly measure: Measure },
): Sample {
  const spread = bucket[measure];
  const batches = [bucket.lastBatchId - bucket.batches + 1, bucket.lastBatchId] as const;
  if (spread === null) return { atMs, value: null, min: null, max: null, batches };
  const { sum, count, min, max } = spread;
  return { atMs, value: sum / count, min, max, batches };
}
