/** Makes a query ready to run: its checkpoint, and its sink. */
import { SfcrimeError } from "../base/errors.ts";
import { UTC } from "../base/time_zone.ts";
import { Checkpoint } from "../checkpoint/checkpoint.ts";
import type { QueryIdentity } from "../checkpoint/identity.ts";
import { makeSink } from "../sinks/make_sink.ts";
import type { Sink } from "../sinks/sink.ts";
import type { QueryPlan } from "../sql/plan.ts";
import type { AnalyzeOptions } from "./analyze.ts";
import { type PlannedQuery, topicsOf } from "./plan_analysis.ts";
import { QueryRun } from "./query_run.ts";
import { QueryState } from "./query_state.ts";

/**
 * Opens a query where it was stopped, or anew.
 *
 * @throws {SfcrimeError} When its sink or its checkpoint cannot be read, or the checkpoint is of another query.
 */
export async function openRun(query: PlannedQuery, options: AnalyzeOptions): Promise<QueryRun> {
  const { plan } = query;
  const { clock, onStep } = options;
  const directory = options.checkpoints?.get(plan.name);
  if (query.sink.kind === "kafka" && topicsOf(plan, options.planned).includes(query.sink.topic)) {
    throw new SfcrimeError(
      "CONFIG",
      `The query ${plan.name} would write to ${query.sink.topic}, which it reads.`,
      {
        hint: "It would read its own rows without end. Choose another topic for its sink.",
      },
    );
  }
  const checkpoint = directory === undefined
    ? undefined
    : Checkpoint.open(directory, await identityOf(plan, options), clock.nowMs());
  try {
    const sink = sinkOf(query, options);
    return await QueryRun.open({
      plan,
      sink,
      checkpoint,
      clock,
      ...(onStep === undefined ? {} : { onStep }),
    });
  } catch (error) {
    checkpoint?.close();
    throw error;
  }
}

async function identityOf(plan: QueryPlan, { broker, planned }: AnalyzeOptions): Promise<QueryIdentity> {
  const topics: Record<string, string> = {};
  for (const topic of topicsOf(plan, planned)) {
    const description = await broker.describeTopic(topic);
    // A topic that is missing is told of by whoever reads it.
    if (description !== undefined) topics[topic] = description.id;
  }
  return {
    query: plan.name,
    sql: plan.sql,
    outputMode: plan.outputMode,
    topics,
    state: new QueryState(plan, UTC).operators.map(({ description }) => description),
  };
}

function sinkOf({ plan, sink, partitionBy }: PlannedQuery, options: AnalyzeOptions): Sink {
  const { broker, output, planned, withBatch } = options;
  return options.makeSink?.(plan) ?? makeSink({
    spec: sink,
    plan,
    hasOthers: planned.queries.length > 1,
    withBatch,
    partitionBy,
    output,
    openTopic: (topic, queryId) => broker.openBatchTopic(topic, queryId),
  });
}
