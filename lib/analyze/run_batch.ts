/**
 * Runs a micro-batch of queries that read the same topics: its steps at each query, as `query_run.ts` has them, around
 * one read at the workers.
 */
import { type BatchProgress, sourceProgress } from "../monitoring/progress/batch_progress.ts";
import type { QueryStatuses } from "../monitoring/query_status.ts";
import type { TopicOffsets } from "../broker/broker.ts";
import type { OffsetsRead } from "../checkpoint/checkpoint_file.ts";
import type { CoordinatedQuery, CoordinatorOptions } from "./coordinator_options.ts";
import type { Moment } from "./next_step.ts";
import type { QueryBatchResult } from "./query/query_run.ts";
import { epochsBefore } from "./source/log_epochs.ts";
import type { LagProbe } from "./source/lag_probe.ts";
import type { BatchPlan } from "./source/source.ts";
import { checkpointOffsets } from "./source/topic_offsets.ts";
import type { PoolResult } from "./workers/running_batch.ts";

/** A triggered batch. */
export interface TriggeredBatch {
  /** The queries that run; the others of the group wait. */
  readonly active: readonly CoordinatedQuery[];
  readonly plan: BatchPlan;
  /** Always true for the first batch of a query. */
  readonly hasData: boolean;
  readonly triggered: Moment;
  /** The end offsets of the topics, and how long it took to get them. */
  readonly latest: TopicOffsets;
  readonly latestOffsetMs: number;
}

/** What a batch runs with. */
export interface BatchContext extends Omit<CoordinatorOptions, "queries"> {
  readonly statuses: QueryStatuses;
  /** Reports the lag in time, if somebody wants to know it. */
  readonly lag: LagProbe | undefined;
  /** When the previous batch of the run was triggered, by the wall clock. */
  readonly previousTriggerMs: number | undefined;
  /** When the previous trigger ended, by the monotonic clock. */
  readonly triggerEndMs: number | undefined;
}

/** The names of queries. */
export function namesOf(queries: readonly CoordinatedQuery[]): string[] {
  return queries.map(({ run }) => run.plan.name);
}

/** See the module's description. @throws {SfcrimeError} If a query fails. */
export async function runBatch(batch: TriggeredBatch, context: BatchContext): Promise<void> {
  const { broker, pool, source, tables, clock, statuses, listener } = context;
  const { active, plan, hasData } = batch;
  const offsets = { from: checkpointOffsets(plan.starts), to: checkpointOffsets(plan.ends) };
  statuses.logging(namesOf(active));
  const epochs = await epochsBefore(broker, plan.ends);
  for (const { run } of active) await run.begin({ ...offsets, topicIds: source.topicIds, epochs });
  statuses.running(namesOf(active), hasData);
  pool.replaceTables(await tables.changed());
  for (const { run } of active) run.useTables(tables.rows);
  const { previousTriggerMs, lag } = context;
  const position = { queries: namesOf(active), latest: batch.latest, ids: source.topicIds };
  // The first batch of a run may take long, as it has all that has gathered.
  if (previousTriggerMs === undefined) lag?.report({ ...position, positions: plan.starts });
  const startMs = clock.monotonicMs();
  const result = await read(batch, context);
  lag?.report({ ...position, positions: plan.ends });
  listener.worked?.({ monotonicMs: clock.monotonicMs(), workers: pool.work });
  for (const query of active) await complete(query, { ...batch, ...result, ...offsets, startMs }, context);
}

/** Reads the records at the workers, whose results go to the queries. */
async function read(
  { active, plan: { ranges } }: TriggeredBatch,
  { pool, listener }: BatchContext,
): Promise<PoolResult> {
  const wantsLate = listener.late !== undefined || listener.badRecords !== undefined;
  const runOf = (index: number) => active.find((query) => query.index === index)!.run;
  return await pool.run({
    ranges,
    queries: active.map(({ index, run }) => ({
      query: index,
      batchId: run.batchId,
      ...(wantsLate && run.lateMs !== undefined ? { lateMs: run.lateMs } : {}),
      ...(run.eventTimeMaxMs === undefined ? {} : { eventTimeMaxMs: run.eventTimeMaxMs }),
      ...(run.timeMs === undefined ? {} : { timeMs: run.timeMs }),
      ...(run.seed === undefined ? {} : { seed: run.seed }),
    })),
    onPartials: (gathered) => {
      for (const partial of gathered) runOf(partial.query).add(partial);
    },
    onLate: async (late) => {
      for (const [index, records] of Map.groupBy(late, ({ query }) => query)) {
        const { plan, batchId } = runOf(index);
        await listener.late?.({ query: plan.name, batchId, records });
      }
    },
    onRows: (index, chunk) => runOf(index).writeRows(chunk),
  });
}

/** A batch whose records were read. */
interface ReadBatch extends TriggeredBatch, PoolResult, OffsetsRead {
  /** When its read began, by the monotonic clock. */
  readonly startMs: number;
}

/** Commits the batch of a query, and reports its progress. */
async function complete(
  { run, index }: CoordinatedQuery,
  { bad, from, to, triggered, latest, latestOffsetMs, startMs, counts, recordsByTopic }: ReadBatch,
  { clock, listener, runId, previousTriggerMs, triggerEndMs }: BatchContext,
): Promise<void> {
  const read = {
    from: run.positions.offsets === undefined ? null : from,
    to,
    latest: checkpointOffsets(latest),
  };
  const late = bad.late.filter(({ query }) => query === index).map(({ query: _index, ...sample }) => sample);
  if (late.length + bad.malformed.length > 0) {
    listener.badRecords?.({ query: run.plan.name, batchId: run.batchId, late, malformed: bad.malformed });
  }
  const progressOf = ({ walCommitMs, commitMs, ...result }: QueryBatchResult): BatchProgress => ({
    ...result,
    query: run.plan.name,
    queryId: run.queryId,
    runId,
    triggeredAtMs: triggered.nowMs,
    previousTriggerMs,
    durationMs: Math.round(clock.monotonicMs() - triggered.monotonicMs),
    sinceTriggerMs: Math.round(clock.monotonicMs() - (triggerEndMs ?? triggered.monotonicMs)),
    inputRecords: counts.records,
    malformedRecords: counts.malformed,
    durations: {
      latestOffset: latestOffsetMs,
      walCommit: walCommitMs,
      addBatch: Math.round(clock.monotonicMs() - startMs) - commitMs,
      commitOffsets: commitMs,
    },
    sources: run.planned.reads.map((selection) => sourceProgress(selection, read, recordsByTopic)),
    sink: run.sink.description,
  });
  // Not as the argument of a call that may be skipped: without a listener it would not be evaluated.
  const progress = await run.complete(progressOf);
  await listener.progress?.(progress);
}
