/** Prepares queries to run: opens their checkpoints and sinks. */
import { logger } from "../base/log.ts";
import type { BatchTopic } from "../broker/writing/batch_topic.ts";
import type { Broker } from "../broker/broker.ts";
import type { Checkpoint } from "../checkpoint/checkpoint.ts";
import { changeText } from "../checkpoint/identity.ts";
import { topicFilter } from "../config/values/topic_selection.ts";
import { namingSink } from "../sinks/naming_sink.ts";
import { makeSink } from "../sinks/make_sink.ts";
import type { Sink } from "../sinks/sink.ts";
import type { KeptHistory } from "../monitoring/history/kept_history.ts";
import type { AnalyzeOptions } from "./analyze_options.ts";
import { columnNamesOf, type PlannedQuery } from "../plan/analysis_plan.ts";
import { newSinkText } from "./query/new_sink.ts";
import { identityOf } from "./query/query_identity.ts";
import { inspectSink } from "./query/open_sink.ts";
import type { TableReload } from "./table_reload.ts";
import { QueryRun } from "./query/query_run.ts";

const log = logger("analyze");

/**
 * Opens queries, new or resumed. Nothing is written before it is certain that all of them may run: all
 * checkpoints are locked, and all checkpoints and sinks are checked, before the first of them is modified.
 *
 * @throws {SfcrimeError} If a sink or a checkpoint cannot be opened, or a checkpoint belongs to another
 * query. Everything that was opened is then closed.
 */
export async function openRuns(options: AnalyzeOptions, reload: TableReload): Promise<QueryRun[]> {
  const { plan: analysis, broker, host, listener, keepsRows } = options;
  const resumesAfterSink = analysis.resuming.resumeAfterSink;
  const opened: QueryToRun[] = [];
  for (const planned of analysis.queries) {
    const sink = await sinkOf(planned, options);
    opened.push({ planned, sink, checkpoint: undefined, history: undefined });
  }
  const runs: QueryRun[] = [];
  try {
    for (const query of opened) query.checkpoint = await openCheckpoint(query, options);
    for (const { planned: { plan }, sink, checkpoint } of opened) {
      const queryId = checkpoint?.queryId ?? "";
      await inspectSink(namingSink(sink, plan.name), { plan, queryId, checkpoint, resumesAfterSink });
    }
    for (const query of opened) await requireTopics(query, broker);
    // Sinks store the id of the query, so it has to be stored in the checkpoint first.
    for (const query of opened) await begin(query);
    const tables = reload.rows;
    const tableColumns = columnNamesOf(analysis);
    for (const query of opened) {
      const common = { resumesAfterSink, host, tables, tableColumns, listener, keepsRows };
      runs.push(await QueryRun.open({ ...query, ...common }));
    }
    for (const { sink } of runs) await sink.prepare?.();
    for (const [index, { checkpoint }] of opened.entries()) {
      if (checkpoint !== undefined) resume(runs[index]!, checkpoint);
    }
    return runs;
  } catch (error) {
    await Promise.allSettled(runs.map((run) => run.close()));
    for (const { checkpoint } of opened.slice(runs.length)) checkpoint?.close();
    throw error;
  }
}

/** A query, its sink, which is opened later, and its checkpoint and history, once they are open. */
interface QueryToRun {
  readonly planned: PlannedQuery;
  readonly sink: Sink;
  checkpoint: Checkpoint | undefined;
  history: KeptHistory | undefined;
}

/** Opens the checkpoint of a query for writing, and its history. */
async function begin(query: QueryToRun): Promise<void> {
  if (query.checkpoint === undefined) return;
  query.checkpoint.begin();
  const { KeptHistory } = await import("../monitoring/history/kept_history.ts");
  query.history = new KeptHistory(query.checkpoint.history);
}

async function openCheckpoint(
  { planned, sink }: QueryToRun,
  options: AnalyzeOptions,
): Promise<Checkpoint | undefined> {
  const { host, plan: { resuming } } = options;
  const { checkpoint, reads } = planned;
  if (checkpoint === undefined) return undefined;
  const filters = reads.map(topicFilter);
  const { Checkpoint } = await import("../checkpoint/checkpoint.ts");
  return Checkpoint.open(checkpoint, {
    now: identityOf(planned, sink),
    reads: (topic) => filters.some((selects) => selects(topic)),
    host,
    acceptsChange: resuming.acceptChangedQuery,
  });
}

/**
 * The topics of a new query have to exist; for a resumed one, the settings decide whether they may be gone.
 */
async function requireTopics({ planned: { reads }, checkpoint }: QueryToRun, broker: Broker): Promise<void> {
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

/** Stores the current query in the checkpoint, and reports how it has changed. */
function resume(run: QueryRun, checkpoint: Checkpoint): void {
  const { change, query } = checkpoint;
  const { plan: { outputMode }, batchId, positions: { offsets }, sink, sinkHolds: holds } = run;
  const before = checkpoint.sinkBefore;
  const newSink = newSinkText({ query, outputMode, batchId, offsets, sink, holds, before });
  checkpoint.keepQuery();
  run.history?.begin();
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

async function sinkOf({ plan, sink }: PlannedQuery, options: AnalyzeOptions): Promise<Sink> {
  return options.makeSink?.(plan) ?? await makeSink({
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
  const { ensureTopic } = await import("../broker/topics/new_topic.ts");
  await ensureTopic(broker, topic, plan.sinkTopics);
  return await broker.openBatchTopic(topic, queryId);
}
