/** Creates the sink that the settings name. Only its modules are loaded. */
import type { Output } from "../base/files/output.ts";
import { timeZoneOf, UTC } from "../base/time_zone.ts";
import type { SinkSpec } from "../config/values/values.ts";
import type { QueryPlan } from "../sql/plan.ts";
import { groupKeyOf } from "./rows/group_key.ts";
import type { BatchTopics } from "./kafka_sink.ts";
import type { Sink } from "./sink.ts";
import { aggregatesOf } from "../sql/planning/plan_sources.ts";

/** Where the rows of a query go, and in which form; plain data. */
export interface SinkPlan {
  readonly spec: SinkSpec;
  /** Whether other queries share the sink, so that rows and files have to include the name of the query. */
  readonly hasOthers: boolean;
  /** Whether rows of NDJSON always include their query and batch. */
  readonly withBatch: boolean;
  /** The columns to partition files by. */
  readonly partitionBy: readonly string[];
  /** Whether tombstones are written for groups that were removed. */
  readonly tombstones: boolean;
}

/** What a sink is created from. */
export interface SinkOptions extends SinkPlan {
  readonly plan: QueryPlan;
  readonly output: Output;
  readonly topics: BatchTopics;
}

/** Discards rows: for benchmarks, and for queries that are only monitored. */
export const NO_SINK: Sink = {
  description: "none",
  format: { kind: "values", rowsMax: 0 },
  write: () => Promise.resolve(),
};

/** Creates a sink; `checkSink` has to accept it first. */
export async function makeSink(options: SinkOptions): Promise<Sink> {
  const { spec, plan, hasOthers, partitionBy, tombstones, topics } = options;
  const zone = timeZoneOf(plan.timeZone) ?? UTC;
  const { output: schema, outputMode, name } = plan;
  switch (spec.kind) {
    case "console":
    case "ndjson":
      return await makePrintingSink(options);
    case "none":
      return NO_SINK;
    case "json":
    case "csv":
    case "parquet": {
      const { makeFileSink } = await import("./files/make_file_sink.ts");
      return makeFileSink({ kind: spec.kind, path: spec.path, plan, hasOthers, partitionBy });
    }
    case "sqlite": {
      const { SqliteSink } = await import("./sqlite_sink.ts");
      const keyColumns = (groupKeyOf(plan) ?? []).map(({ column }) => column);
      return new SqliteSink({
        path: spec.path,
        table: name,
        schema,
        // Without groups, rows never change.
        outputMode: aggregatesOf(plan).length === 0 ? "append" : outputMode,
        zone,
        keyColumns,
      });
    }
    case "kafka": {
      const { KafkaSink } = await import("./kafka_sink.ts");
      return new KafkaSink({
        topic: spec.topic,
        query: hasOthers ? name : undefined,
        schema,
        zone,
        key: groupKeyOf(plan) ?? [],
        tombstones,
        topics,
      });
    }
  }
}

/** Creates a sink that prints rows, whoever has made them: console or NDJSON. */
export async function makePrintingSink(
  { spec, plan, hasOthers, withBatch, output }: Omit<SinkOptions, "topics">,
): Promise<Sink> {
  if (spec.kind === "ndjson") {
    const { ndjsonSink } = await import("./ndjson_sink.ts");
    return ndjsonSink(output, withBatch || hasOthers);
  }
  const { ConsoleSink } = await import("./console_sink.ts");
  return new ConsoleSink(output, plan.output, timeZoneOf(plan.timeZone) ?? UTC);
}
