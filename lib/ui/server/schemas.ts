/** The shapes of the answers in JSON, from which the description of the interface is made. */
import * as z from "zod";
import type { BatchPoint } from "../../monitoring/history/batch_point.ts";
import type { Bucket } from "../../monitoring/history/bucket.ts";
import type { HistorySnapshot } from "../../monitoring/history/history_snapshot.ts";
import type { QueryView } from "../../monitoring/view/query_view.ts";

const count = z.int().nonnegative();
const ms = z.number();
const orNull = z.nullable;

/** An error. */
export const failure = z.strictObject({
  error: z.strictObject({ code: z.string(), message: z.string(), hint: z.string().optional() }),
});

/** The server. */
export const info = z.strictObject({
  version: z.string(),
  broker: z.string().describe("The broker, for people."),
  startedAtMs: ms.describe("When the server started, in milliseconds since the epoch."),
  nowMs: ms.describe("The time by the server's clock."),
  canStop: z.boolean().describe("Whether this client may stop queries."),
});

/** Health. */
export const health = z.strictObject({ status: z.literal("ok") });

/** Readiness. */
export const readiness = z.strictObject({
  status: z.enum(["ready", "unready"]),
  queries: z.array(z.strictObject({ name: z.string(), reason: z.string() })).optional()
    .describe("The queries that are not ready; only for clients that may see them."),
});

const measure = {
  inputRows: count,
  inputRowsPerSecond: orNull(z.number()),
  processedRowsPerSecond: z.number(),
  durationMs: ms,
  watermarkGapMs: orNull(ms),
  stateRows: count,
  stateRowsUpdated: count,
  stateBytes: count,
  rowsDroppedByWatermark: count,
  lateRows: count,
  rowsAhead: count,
  malformed: count,
  outputRows: count,
  lagRecords: count,
  lagMs: orNull(ms),
};

const phases = z.strictObject({ latestOffset: ms, walCommit: ms, addBatch: ms, commitOffsets: ms });

const batch = z.strictObject({
  batchId: count,
  atMs: ms.describe("When the batch ended."),
  triggeredAtMs: ms,
  startsRun: z.boolean(),
  ...measure,
  phases,
  watermarkMs: orNull(ms),
}) satisfies z.ZodType<BatchPoint>;

const spread = orNull(z.strictObject({
  count,
  min: z.number(),
  max: z.number(),
  sum: z.number(),
}));

const spreads = Object.fromEntries(Object.keys(measure).map((name) => [name, spread])) as Record<
  keyof typeof measure,
  typeof spread
>;

const bucket = z.strictObject({
  sinceMs: ms,
  spanMs: ms,
  batches: count,
  runStarts: count,
  lastBatchId: count,
  ...spreads,
  phases,
  watermarkMs: orNull(ms),
}) satisfies z.ZodType<Bucket>;

/** The history of a query. */
export const history = z.strictObject({
  sequence: count.describe("The number of batches in all; events of later ones have greater numbers."),
  batches: z.array(batch),
  minutes: z.array(bucket),
  hours: z.array(bucket),
  earlier: orNull(bucket),
}) satisfies z.ZodType<HistorySnapshot>;

const offset = count;

const sample = z.strictObject({
  topic: z.string(),
  partition: count,
  offset,
  timestampMs: orNull(ms),
  reason: z.string(),
  value: orNull(z.string()),
});

/** A query. */
export const query = z.strictObject({
  name: z.string(),
  queryId: z.string(),
  runId: orNull(z.string()),
  sql: z.string(),
  outputMode: z.enum(["append", "update", "complete"]),
  trigger: orNull(z.string()),
  sink: z.string(),
  columns: z.array(z.strictObject({ name: z.string(), type: z.string() })),
  isRunning: z.boolean(),
  status: z.strictObject({
    message: z.string(),
    isDataAvailable: z.boolean(),
    isTriggerActive: z.boolean(),
  }),
  health: z.enum(["starting", "running", "behind", "failed", "ended"]),
  startedAtMs: orNull(ms),
  endedAtMs: orNull(ms),
  batchId: orNull(count),
  totals: z.strictObject({
    batches: count,
    inputRecords: count,
    malformedRecords: count,
    outputRows: count,
    lateRows: count,
    rowsAhead: count,
  }),
  watermarkMs: orNull(ms),
  watermarkGapMs: orNull(ms),
  inputRowsPerSecond: orNull(z.number()),
  stateRows: orNull(count),
  lagRecords: orNull(count),
  lagMs: orNull(ms),
  partitions: z.array(z.strictObject({
    topic: z.string(),
    partition: count,
    start: orNull(offset),
    end: offset,
    latest: offset,
    lag: count,
    lagMs: orNull(ms),
  })),
  workers: z.array(z.strictObject({ id: count, recordsPerSecond: z.number(), busyShare: z.number() })),
  lateSamples: z.array(sample),
  malformedSamples: z.array(sample),
  error: orNull(z.strictObject({
    code: orNull(z.string()),
    message: z.string(),
    hint: orNull(z.string()),
    text: z.string(),
  })),
  plan: orNull(z.strictObject({
    nodes: z.array(z.strictObject({ id: z.string(), name: z.string(), detail: z.string() })),
    edges: z.array(z.strictObject({ from: z.string(), to: z.string() })),
  })),
}) satisfies z.ZodType<QueryView>;

/** All queries. */
export const queries = z.array(query);

/** The progress of a batch, by Spark's names. */
export const progress = z.array(z.looseObject({ id: z.string(), name: z.string(), batchId: count }));

/** The current rows of a query. */
export const rows = z.strictObject({
  batchId: orNull(count).describe("The batch that left them."),
  kind: z.enum(["result", "state", "recent"]),
  total: count.describe("How many rows there are for which the condition holds."),
  truncated: z.boolean(),
  columns: z.array(z.strictObject({ name: z.string(), type: z.string() })),
  rows: z.array(z.array(z.unknown())).describe("The values of each row, in the order of the columns."),
});

/** A query that was stopped. */
export const stopping = z.strictObject({ status: z.literal("stopping") });
