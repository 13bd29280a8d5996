/** Makes a query ready to run: its checkpoint, and its sink. */
import { timeZoneOf, UTC } from "../base/time_zone.ts";
import { Checkpoint } from "../checkpoint/checkpoint.ts";
import type { QueryIdentity } from "../checkpoint/identity.ts";
import type { SinkSpec } from "../config/values.ts";
import { ConsoleSink } from "../sinks/console_sink.ts";
import { NdjsonSink } from "../sinks/ndjson_sink.ts";
import { NoneSink } from "../sinks/none_sink.ts";
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

function sinkOf({ plan, sink }: PlannedQuery, options: AnalyzeOptions): Sink {
  const { output, makeSink, planned, withBatch } = options;
  if (makeSink !== undefined) return makeSink(plan);
  const kind: SinkSpec["kind"] = sink.kind;
  switch (kind) {
    case "console":
      return new ConsoleSink(output, plan.output, timeZoneOf(plan.timeZone) ?? UTC);
    case "ndjson":
      return new NdjsonSink(output, withBatch || planned.queries.length > 1);
    case "none":
      return new NoneSink();
  }
}
