/**
 * The texts of the history in a checkpoint. They are validated, as the file may be corrupt or edited. A measure that
 * another version did not write is missing: its value is null if it may be, else zero.
 */
import * as z from "zod";
import { messageOf } from "../../base/errors.ts";
import { damaged } from "../../checkpoint/kept_text.ts";
import type { FailureRow, HistoryRow } from "../../checkpoint/history_table.ts";
import type { ErrorView } from "../error_view.ts";
import { type BatchProgress, processedPerSecond } from "../progress/batch_progress.ts";
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

/** What is measured after a batch was added: its commit is over then. */
const MEASURED = z.object({
  atMs: count,
  durationMs: count,
  sinceTriggerMs: count,
  durations: z.object(each(PHASES, () => count)),
  lagMs: count.nullable(),
});

/** What is measured after a batch was added. */
export type Measured = Readonly<z.infer<typeof MEASURED>>;

/** An error that ended a run. */
const ERROR = z.object({
  code: z.string().nullable(),
  message: z.string(),
  hint: z.string().nullable(),
  text: z.string(),
});

/** Reads a batch. @throws {SfcrimeError} CHECKPOINT, with the file, if it is invalid. */
export function readPoint({ point, measured }: HistoryRow, path: string): BatchPoint {
  const added = read(POINT, point, path) as BatchPoint;
  if (measured === null) return added;
  const { atMs, durationMs, durations, lagMs } = read(MEASURED, measured, path);
  return {
    ...added,
    atMs,
    durationMs,
    processedRowsPerSecond: processedPerSecond(added.inputRows, durationMs),
    phases: durations,
    lagMs: added.lagRecords === 0 ? 0 : lagMs,
  };
}

/** Reads a bucket. @throws {SfcrimeError} CHECKPOINT, with the file, if it is invalid. */
export function readBucket(text: string, path: string): Bucket {
  return read(BUCKET, text, path) as Bucket;
}

/**
 * Reads the progress of a batch; undefined if it is not kept any more.
 *
 * @throws {SfcrimeError} CHECKPOINT, with the file, if it is invalid.
 */
export function readProgress({ progress, measured }: HistoryRow, path: string): BatchProgress | undefined {
  if (progress === null) return undefined;
  const added = read(PROGRESS, progress, path) as unknown as BatchProgress;
  if (measured === null) return added;
  const { durationMs, sinceTriggerMs, durations } = read(MEASURED, measured, path);
  return { ...added, durationMs, sinceTriggerMs, durations };
}

/** Reads an error. @throws {SfcrimeError} CHECKPOINT, with the file, if it is invalid. */
export function readError({ error }: FailureRow, path: string): ErrorView {
  return read(ERROR, error, path);
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
