/** Prepares queries to run: opens their checkpoints and sinks. */
import { logger } from "../base/log.ts";
import type { BatchTopic, Broker } from "../broker/broker.ts";
import { Checkpoint } from "../checkpoint/checkpoint.ts";
import { changeText } from "../checkpoint/identity.ts";
import { topicFilter } from "../config/values/topic_selection.ts";
import { namingSink } from "../sinks/naming_sink.ts";
import { makeSink } from "../sinks/make_sink.ts";
import type { Sink } from "../sinks/sink.ts";
import type { AnalyzeOptions } from "./analyze_options.ts";
import { columnNamesOf, type PlannedQuery } from "../plan/analysis_plan.ts";
import { newSinkText } from "./query/new_sink.ts";
import { identityOf } from "./query/query_identity.ts";
import { lookAtSink } from "./query/open_sink.ts";
import { QueryRun } from "./query/query_run.ts";
import { ensureTopic } from "../broker/topics/new_topic.ts";

const log = logger("analyze");

/**
 * Opens queries, new or resumed. Nothing is written before it is certain that all of them may run: all
 * checkpoints are locked, and all checkpoints and sinks are checked, before the first of them is modified.
 *
 * @throws {SfcrimeError} If a sink or a checkpoint cannot be opened, or a checkpoint belongs to another
 * query. Everything that was opened is then closed.
 */
export async function openRuns(options: AnalyzeOptions): Promise<QueryRun[]> {
  const { plan: { queries, resuming: { resumeAfterSink } } } = options;
  const checkpoints: (Checkpoint | undefined)[] = [];
  const runs: QueryRun[] = [];
  try {
    const opened = queries.map((query) => ({ query, sink: sinkOf(query, options) }));
    for (const query of opened) checkpoints.push(openCheckpoint(query, options));
    for (const [index, { query: { plan }, sink }] of opened.entries()) {
      const checkpoint = checkpoints[index];
      await lookAtSink(namingSink(sink, plan.name), {
        plan,
        queryId: checkpoint?.queryId ?? "",
        checkpoint,
        resumesAfterSink: resumeAfterSink,
      });
    }
    for (const [index, { query }] of opened.entries()) {
      await requireTopics(query, checkpoints[index], options.broker);
    }
    // Sinks store the id of the query, so it has to be stored in the checkpoint first.
    for (const checkpoint of checkpoints) checkpoint?.begin();
    for (const [index, query] of opened.entries()) {
      runs.push(await openRun(query, checkpoints[index], options));
    }
    for (const run of runs) await run.prepare();
    for (const [index, run] of runs.entries()) {
      const checkpoint = checkpoints[index];
      if (checkpoint !== undefined) resume(run, checkpoint);
    }
    return runs;
  } catch (error) {
    await Promise.allSettled(runs.map((run) => run.close()));
    for (const checkpoint of checkpoints.slice(runs.length)) checkpoint?.close();
    throw error;
  }
}

/** A query, and its sink, which is opened later. */
interface QueryAndSink {
  readonly query: PlannedQuery;
  readonly sink: Sink;
}

function openCheckpoint({ query, sink }: QueryAndSink, options: AnalyzeOptions): Checkpoint | undefined {
  const { host, plan: { resuming } } = options;
  const { checkpoint, reads } = query;
  if (checkpoint === undefined) return undefined;
  const filters = reads.map(topicFilter);
  return Checkpoint.open(checkpoint, {
    now: identityOf(query, sink),
    reads: (topic) => filters.some((selects) => selects(topic)),
    host,
    acceptsChange: resuming.acceptChangedQuery,
  });
}

/**
 * The topics of a new query have to exist; for a resumed one, the settings decide whether they may be gone.
 */
async function requireTopics(
  { reads }: PlannedQuery,
  checkpoint: Checkpoint | undefined,
  broker: Broker,
): Promise<void> {
  const { offsets, pending } = checkpoint?.standing() ?? {};
  if (offsets !== undefined || pending !== undefined) return;
  for (const selection of reads) {
    if (selection.kind !== "names") continue;
    for (const topic of selection.topics) {
      // For a missing topic, this throws an error that lists the existing ones.
      if (await broker.describeTopic(topic) === undefined) await broker.listOffsets(topic, "latest");
    }
  }
}

async function openRun(
  { query: planned, sink }: QueryAndSink,
  checkpoint: Checkpoint | undefined,
  { host, listener, plan: analysis }: AnalyzeOptions,
): Promise<QueryRun> {
  return await QueryRun.open({
    planned,
    sink,
    checkpoint,
    resumesAfterSink: analysis.resuming.resumeAfterSink,
    host,
    tableColumns: columnNamesOf(analysis),
    ...(listener === undefined ? {} : { listener }),
  });
}

/** Stores the current query in the checkpoint, and reports how it has changed. */
function resume(run: QueryRun, checkpoint: Checkpoint): void {
  const { change, query } = checkpoint;
  const { plan: { outputMode }, batchId, offsets, sink, sinkHolds: holds } = run;
  const before = checkpoint.sinkBefore;
  const newSink = newSinkText({ query, outputMode, batchId, offsets, sink, holds, before });
  checkpoint.keepQuery();
  if (newSink !== undefined) log.warn(newSink);
  if (change === undefined) return;
  const { refused, allowed } = change;
  if (refused.length > 0) {
    log.warn(
      `${query} has changed since its last batch, and resumes anyway (--accept-changed-query): ` +
        `${changeText(refused)}. It keeps its state from before the change.`,
    );
  }
  if (allowed.length > 0) {
    log.info(
      `${query} has changed since its last batch: ${changeText(allowed)}. The change applies from now on.`,
    );
  }
}

function sinkOf({ plan, sink }: PlannedQuery, options: AnalyzeOptions): Sink {
  return options.makeSink?.(plan) ?? makeSink({
    ...sink,
    plan,
    output: options.output,
    topics: {
      lastBatch: (topic, queryId) => options.broker.lastBatchOf(topic, queryId),
      open: (topic, queryId) => openSinkTopic(topic, queryId, options),
    },
  });
}

/** Opens a topic, and creates it if it is missing. */
async function openSinkTopic(topic: string, queryId: string, options: AnalyzeOptions): Promise<BatchTopic> {
  const { broker, plan } = options;
  await ensureTopic(broker, topic, plan.sinkTopics);
  return await broker.openBatchTopic(topic, queryId);
}
