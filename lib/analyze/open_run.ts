/** Makes queries ready to run: their checkpoints, and their sinks. */
import { logger } from "../base/log.ts";
import type { BatchTopic } from "../broker/broker.ts";
import { Checkpoint } from "../checkpoint/checkpoint.ts";
import { changeText } from "../checkpoint/identity.ts";
import { topicFilter } from "../config/topic_selection.ts";
import { makeSink } from "../sinks/make_sink.ts";
import type { Sink } from "../sinks/sink.ts";
import type { AnalyzeOptions } from "./analyze.ts";
import { type PlannedQuery, selectionsOf } from "./plan_analysis.ts";
import { identityOf } from "./query_identity.ts";
import { QueryRun } from "./query_run.ts";
import { makeIfMissing, requireUnread } from "./sink_topic.ts";
import { columnNamesOf } from "./table_reload.ts";

const log = logger("analyze");

/**
 * Opens queries where they were stopped, or anew. Nothing is written before it is sure that each of them may run:
 * all checkpoints are locked and looked at before the first sink is opened.
 *
 * @throws {SfcrimeError} When a sink or a checkpoint cannot be opened, or a checkpoint is of another query. All
 * that was opened is closed again.
 */
export async function openRuns(options: AnalyzeOptions): Promise<QueryRun[]> {
  const { planned: { queries } } = options;
  const checkpoints: (Checkpoint | undefined)[] = [];
  const runs: QueryRun[] = [];
  try {
    for (const query of queries) checkpoints.push(openCheckpoint(query, options));
    for (const [index, query] of queries.entries()) {
      runs.push(await openRun(query, checkpoints[index], options));
    }
    for (const checkpoint of checkpoints) if (checkpoint !== undefined) goOn(checkpoint);
    return runs;
  } catch (error) {
    await Promise.allSettled(runs.map((run) => run.close()));
    for (const checkpoint of checkpoints.slice(runs.length)) checkpoint?.close();
    throw error;
  }
}

function openCheckpoint(query: PlannedQuery, options: AnalyzeOptions): Checkpoint | undefined {
  const { plan: { name }, sink } = query;
  const { clock, planned, checkpoints, acceptChangedQuery = false } = options;
  const selections = selectionsOf(query.plan, planned);
  if (sink.kind === "kafka") requireUnread(`The query ${name} would write`, sink.topic, selections);
  const directory = checkpoints?.get(name);
  if (directory === undefined) return undefined;
  const filters = selections.map(topicFilter);
  return Checkpoint.open(directory, {
    now: identityOf(query, selections),
    reads: (topic) => filters.some((selects) => selects(topic)),
    nowMs: clock.nowMs(),
    acceptsChange: acceptChangedQuery,
  });
}

async function openRun(
  query: PlannedQuery,
  checkpoint: Checkpoint | undefined,
  options: AnalyzeOptions,
): Promise<QueryRun> {
  const { clock, onStep, watermarkPolicy: policy = "min", idleTimeoutMs = Infinity } = options;
  return await QueryRun.open({
    plan: query.plan,
    sink: sinkOf(query, options),
    checkpoint,
    clock,
    tableColumns: columnNamesOf(options.planned.tables),
    watermarks: { policy, idleTimeoutMs },
    ...(onStep === undefined ? {} : { onStep }),
  });
}

/** Takes the query as it is now for that of the checkpoint, and says what of it has changed. */
function goOn(checkpoint: Checkpoint): void {
  const { change, query } = checkpoint;
  checkpoint.begin();
  if (change === undefined) return;
  const { refused, allowed } = change;
  if (refused.length > 0) {
    log.warn(
      `${query} has changed since its last batch, and goes on as --accept-changed-query says: ` +
        `${changeText(refused)}. Its state holds what it gathered before.`,
    );
  }
  if (allowed.length > 0) {
    log.info(`${query} has changed since its last batch: ${changeText(allowed)}. This holds from now on.`);
  }
}

function sinkOf(query: PlannedQuery, options: AnalyzeOptions): Sink {
  const { plan, sink, partitionBy, tombstones } = query;
  const { output, planned, withBatch } = options;
  const place = JSON.stringify(sink);
  return options.makeSink?.(plan) ?? makeSink({
    spec: sink,
    plan,
    hasOthers: planned.queries.some((other) => other !== query && JSON.stringify(other.sink) === place),
    withBatch,
    partitionBy,
    tombstones,
    output,
    openTopic: (topic, queryId) => openSinkTopic(topic, queryId, options),
  });
}

/** Opens a topic, and makes it when it is missing. */
async function openSinkTopic(topic: string, queryId: string, options: AnalyzeOptions): Promise<BatchTopic> {
  const { broker, sinkTopics } = options;
  await makeIfMissing(broker, topic, sinkTopics);
  return await broker.openBatchTopic(topic, queryId);
}
