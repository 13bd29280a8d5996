/** Makes a query ready to run: its checkpoint, and its sink. */
import { UTC } from "../base/time_zone.ts";
import type { BatchTopic } from "../broker/broker.ts";
import { Checkpoint } from "../checkpoint/checkpoint.ts";
import type { QueryIdentity } from "../checkpoint/identity.ts";
import { selectionText, type TopicSelection } from "../config/topic_selection.ts";
import { makeSink } from "../sinks/make_sink.ts";
import type { Sink } from "../sinks/sink.ts";
import type { QueryPlan } from "../sql/plan.ts";
import type { AnalyzeOptions } from "./analyze.ts";
import { type PlannedQuery, selectionsOf } from "./plan_analysis.ts";
import { QueryRun } from "./query_run.ts";
import { QueryState } from "./query_state.ts";
import { columnNamesOf } from "./table_reload.ts";
import { makeIfMissing, requireUnread } from "./sink_topic.ts";

/**
 * Opens a query where it was stopped, or anew.
 *
 * @throws {SfcrimeError} When its sink or its checkpoint cannot be read, or the checkpoint is of another query.
 */
export async function openRun(query: PlannedQuery, options: AnalyzeOptions): Promise<QueryRun> {
  const { plan } = query;
  const { clock, onStep, watermarkPolicy: policy = "min", idleTimeoutMs = Infinity } = options;
  const directory = options.checkpoints?.get(plan.name);
  const { sink: target } = query;
  const selections = selectionsOf(plan, options.planned);
  if (target.kind === "kafka") requireUnread(`The query ${plan.name} would write`, target.topic, selections);
  const checkpoint = directory === undefined
    ? undefined
    : Checkpoint.open(directory, identityOf(plan, selections), clock.nowMs());
  try {
    const sink = sinkOf(query, options);
    return await QueryRun.open({
      plan,
      sink,
      checkpoint,
      clock,
      tableColumns: columnNamesOf(options.planned.tables),
      watermarks: { policy, idleTimeoutMs },
      ...(onStep === undefined ? {} : { onStep }),
    });
  } catch (error) {
    checkpoint?.close();
    throw error;
  }
}

function identityOf(plan: QueryPlan, selections: readonly TopicSelection[]): QueryIdentity {
  return {
    query: plan.name,
    sql: plan.sql,
    outputMode: plan.outputMode,
    reads: selections.map(selectionText).sort(),
    state: new QueryState(plan, UTC).operators.map(({ description }) => description),
  };
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
