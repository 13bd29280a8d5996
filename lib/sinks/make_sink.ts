/** Makes the sink that settings name. */
import type { Output } from "../base/output.ts";
import { timeZoneOf, UTC } from "../base/time_zone.ts";
import { join } from "node:path";
import { SfcrimeError } from "../base/errors.ts";
import type { SinkSpec } from "../config/values.ts";
import type { OutputMode, QueryPlan } from "../sql/plan.ts";
import { ConsoleSink } from "./console_sink.ts";
import { FileSink } from "./file_sink.ts";
import { KafkaSink, type OpenTopic } from "./kafka_sink.ts";
import { NdjsonSink } from "./ndjson_sink.ts";
import { NoneSink } from "./none_sink.ts";
import { partFormat } from "./part_format.ts";
import { partitioningBy } from "./partitioning.ts";
import type { Sink } from "./sink.ts";
import { SqliteSink } from "./sqlite_sink.ts";

/** What a sink is made from. */
export interface SinkOptions {
  readonly spec: SinkSpec;
  readonly plan: QueryPlan;
  /** Whether other queries run beside this one, so that rows and files have to name theirs. */
  readonly hasOthers: boolean;
  /** Whether rows of NDJSON name their query and batch in any case. */
  readonly withBatch: boolean;
  /** The columns by whose values files are divided. */
  readonly partitionBy: readonly string[];
  readonly output: Output;
  readonly openTopic: OpenTopic;
}

/** @throws {SfcrimeError} CONFIG for what the sink cannot do with the query. */
export function makeSink(options: SinkOptions): Sink {
  const { spec, plan, hasOthers, withBatch, output, partitionBy, openTopic } = options;
  const zone = timeZoneOf(plan.timeZone) ?? UTC;
  const { output: schema, outputMode, name } = plan;
  switch (spec.kind) {
    case "console":
      return new ConsoleSink(output, schema, zone);
    case "ndjson":
      return new NdjsonSink(output, withBatch || hasOthers);
    case "none":
      return new NoneSink();
    case "json":
    case "csv":
    case "parquet": {
      const partitioning = partitionBy.length === 0 ? undefined : partitioningBy(partitionBy, schema, zone);
      return new FileSink({
        directory: hasOthers ? join(spec.path, name) : spec.path,
        outputMode,
        format: partFormat(spec.kind, partitioning?.schema ?? schema, zone),
        ...(partitioning === undefined ? {} : { partitioning }),
      });
    }
    case "sqlite": {
      const keyColumns = outputMode === "update" ? requireKeyColumns(plan, "sqlite") : [];
      return new SqliteSink({ path: spec.path, table: name, schema, outputMode, zone, keyColumns });
    }
    case "kafka":
      return new KafkaSink({
        topic: spec.topic,
        query: hasOthers ? name : undefined,
        schema,
        zone,
        keyColumns: keyColumnsOf(plan) ?? [],
        openTopic,
      });
  }
}

/**
 * The columns of the result that are the keys of its groups, where all keys are among them; undefined where
 * one is not, or the query has no groups.
 */
export function keyColumnsOf({ aggregate, finish }: QueryPlan): number[] | undefined {
  if (aggregate === undefined || finish === undefined) return undefined;
  const columns = aggregate.keys.map((_type, key) =>
    finish.output.findIndex((expression) => expression.kind === "slot" && expression.slot === key)
  );
  return columns.includes(-1) ? undefined : columns;
}

function requireKeyColumns(plan: QueryPlan, sink: string): number[] {
  const columns = keyColumnsOf(plan);
  if (columns !== undefined && columns.length > 0) return columns;
  const mode: OutputMode = plan.outputMode;
  throw new SfcrimeError(
    "CONFIG",
    `The sink ${sink} cannot tell the rows of ${plan.name} apart in ${mode} mode: not all GROUP BY columns are selected.`,
    { hint: "Select them all, or take another output_mode." },
  );
}
