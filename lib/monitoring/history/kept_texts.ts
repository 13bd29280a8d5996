/**
 * The texts of the history in a checkpoint. They are validated, as the file may be corrupt or edited. A measure that
 * another version did not write is missing: its value is null if it may be, else zero.
 */
import * as z from "zod";
import { messageOf } from "../../base/errors.ts";
import { damaged } from "../../checkpoint/kept_text.ts";
import type { BatchProgress } from "../progress/batch_progress.ts";
import { type BatchPoint, type Measure, MEASURES, OPTIONAL_MEASURES, PHASES } from "./batch_point.ts";
import type { Bucket } from "./bucket.ts";

const count = z.number();
const phases = z.object(each(PHASES, () => count.default(0)));
const watermarkMs = z.number().nullable().default(null);

function isOptional(measure: Measure): boolean {
  return (OPTIONAL_MEASURES as readonly Measure[]).includes(measure);
}

const POINT = z.object({
  batchId: count,
  atMs: count,
  triggeredAtMs: count,
  startsRun: z.boolean(),
  phases,
  watermarkMs,
  ...each(MEASURES, (measure) => isOptional(measure) ? count.nullable().default(null) : count.default(0)),
});

const BUCKET = z.object({
  sinceMs: count,
  spanMs: count,
  batches: count,
  runStarts: count,
  lastBatchId: count,
  phases,
  watermarkMs,
  ...each(
    MEASURES,
    () => z.object({ count, min: count, max: count, sum: count }).nullable().default(null),
  ),
});

/** As far as it is read. */
const PROGRESS = z.looseObject({
  query: z.string(),
  batchId: count,
  triggeredAtMs: count,
  durationMs: count,
  durations: z.looseObject(each(PHASES, () => count)),
  eventTimes: z.looseObject({ count, sumMs: count }),
  state: z.array(z.looseObject({ operatorName: z.string() })),
  sources: z.array(z.looseObject({
    description: z.string(),
    to: z.record(z.string(), z.record(z.string(), count)),
    latest: z.record(z.string(), z.record(z.string(), count)),
    records: count,
  })),
});

/** Reads a batch. @throws {SfcrimeError} CHECKPOINT, with the file, if it is invalid. */
export function readPoint(text: string, path: string): BatchPoint {
  return read(POINT, text, path) as BatchPoint;
}

/** Reads a bucket. @throws {SfcrimeError} CHECKPOINT, with the file, if it is invalid. */
export function readBucket(text: string, path: string): Bucket {
  return read(BUCKET, text, path) as Bucket;
}

/** Reads the progress of a batch. @throws {SfcrimeError} CHECKPOINT, with the file, if it is invalid. */
export function readProgress(text: string, path: string): BatchProgress {
  return read(PROGRESS, text, path) as unknown as BatchProgress;
}

function read<Schema extends z.ZodType>(schema: Schema, text: string, path: string): z.infer<Schema> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw damaged(path, `the history of the query cannot be read: ${messageOf(cause)}`, cause);
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const problem = z.prettifyError(parsed.error).replaceAll("\n", " ");
  throw damaged(path, `the history of the query cannot be read: ${problem}`);
}

function each<Name extends string, Value>(
  names: readonly Name[],
  of: (name: Name) => Value,
): Record<Name, Value> {
  return Object.fromEntries(names.map((name) => [name, of(name)])) as Record<Name, Value>;
}
