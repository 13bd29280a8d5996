/**
 * What Spark runs for an analysis, as plain data in Spark's own terms: options of its sources and sinks, expressions and
 * statements. Spark Connect (`cluster/`) and the job for spark-submit (`job/`) only carry it out, so they cannot differ.
 */
import { timeZoneOf, UTC } from "../base/time_zone.ts";
import type { TriggerSpec } from "../config/values/values.ts";
import type { AnalysisPlan, PlannedQuery } from "../plan/analysis_plan.ts";
import type { LoadedTable } from "../plan/declared_tables.ts";
import { jsonValueWriter } from "../stream/values/json_text.ts";
import type { OutputMode } from "../sql/plan.ts";
import { quotedText, recordSteps, type Steps } from "./record_steps.ts";
import {
  documentColumn,
  documentQueries,
  type DocumentQuery,
  type DocumentStream,
  type KafkaSource,
  sessionConf,
} from "./query_documents.ts";

/** Options of a source or a sink, by Spark's names. */
type Options = Readonly<Record<string, string>>;

/** A stream of records in Kafka. */
export interface SparkStream {
  /** The name of its view. */
  readonly name: string;
  readonly options: Options;
  readonly steps: Steps;
  readonly watermark?: { readonly column: string; readonly delay: string };
  /** Columns to drop duplicates by, within the watermark. */
  readonly deduplicate?: readonly string[];
}

/** A static table. */
export interface SparkTable {
  /** The name of its view. */
  readonly name: string;
  /** Its rows: a column `value` of JSON. */
  readonly records: readonly string[];
  readonly steps: Steps;
}

/** Where the rows of a query go. */
export interface SparkSink {
  /** A format of Spark's, or `ndjson` for lines of JSON on stdout. */
  readonly format: "kafka" | "json" | "csv" | "parquet" | "noop" | "console" | "ndjson";
  readonly options: Options;
  readonly partitionBy: readonly string[];
  /** What the rows become for it. */
  readonly steps: Steps;
}

/** A trigger, by the names of PySpark. */
export type SparkTrigger =
  | { readonly processingTime: string }
  | { readonly once: true }
  | { readonly availableNow: true };

/** A query. */
export interface SparkQuery {
  readonly name: string;
  readonly sql: string;
  readonly outputMode: OutputMode;
  readonly streams: readonly SparkStream[];
  readonly trigger: SparkTrigger;
  readonly sink: SparkSink;
  /** Whether rows that are printed include their query and batch. */
  readonly withBatch: boolean;
}

/** See the module's description. */
export interface SparkPlan {
  /** Settings of the session. */
  readonly conf: Options;
  readonly tables: readonly SparkTable[];
  readonly queries: readonly SparkQuery[];
}

/**
 * What Spark runs for an analysis.
 *
 * @throws {SfcrimeError} CONFIG for a sink that Spark does not support.
 */
export function sparkPlan(plan: AnalysisPlan, source: KafkaSource): SparkPlan {
  return {
    conf: sessionConf(plan),
    tables: Object.entries(plan.tables).map(([name, table]) => sparkTable(name, table)),
    queries: documentQueries(plan, source).map((query, index) => ({
      name: query.name,
      sql: query.sql,
      outputMode: query.outputMode,
      streams: query.streams.map((stream) => sparkStream(source, stream)),
      trigger: sparkTrigger(query.trigger),
      sink: sparkSink(query, plan.queries[index]!.sink.hasOthers),
      withBatch: isTagged(plan.queries[index]!),
    })),
  };
}

function isTagged({ sink: { withBatch, hasOthers } }: PlannedQuery): boolean {
  return withBatch || hasOthers;
}

/** A stream, for Spark. */
function sparkStream(source: KafkaSource, stream: DocumentStream): SparkStream {
  const { name, topics, start, columns, parsing, watermark, deduplicate } = stream;
  return {
    name,
    options: {
      ...source.options,
      ...topics,
      ...start,
      ...columns.some(({ kafka }) => kafka === "headers") ? { includeHeaders: "true" } : {},
    },
    steps: recordSteps(columns, parsing),
    ...(watermark === undefined
      ? {}
      : { watermark: { column: watermark.column, delay: `${watermark.delayMs} milliseconds` } }),
    ...(deduplicate === undefined ? {} : { deduplicate }),
  };
}

/** A table, for Spark. */
function sparkTable(name: string, { file: { columns, timeZone }, rows }: LoadedTable): SparkTable {
  const fields = columns.map(({ field, type }) => ({ name: field, type }));
  return {
    name,
    records: rows.map(jsonValueWriter({ kind: "STRUCT", fields }, timeZoneOf(timeZone) ?? UTC)),
    steps: recordSteps(columns.map(documentColumn), { mode: "failfast" }),
  };
}

/** A trigger, for Spark. */
function sparkTrigger(trigger: TriggerSpec): SparkTrigger {
  switch (trigger.kind) {
    case "processing-time":
      return { processingTime: `${trigger.intervalMs} milliseconds` };
    case "once":
      return { once: true };
    case "available-now":
      return { availableNow: true };
  }
}

/** Rows in their form for Kafka: JSON that also says which values are NULL, and which query they are of if there are others. */
function jsonRows(query: string | undefined): Steps {
  const row = query === undefined ? "struct(*)" : `struct(*, ${quotedText(query)} AS query)`;
  return [[`to_json(${row}, map('ignoreNullFields', 'false')) AS value`]];
}

/** Where the rows of a query go, for Spark; with others, if other queries have the same sink. */
function sparkSink({ name, sink, checkpoint }: DocumentQuery, hasOthers: boolean): SparkSink {
  const location: Options = checkpoint === undefined ? {} : { checkpointLocation: checkpoint };
  switch (sink.kind) {
    case "kafka":
      return {
        format: "kafka",
        options: { ...location, ...sink.options, topic: sink.topic },
        partitionBy: [],
        steps: jsonRows(hasOthers ? name : undefined),
      };
    case "json":
    case "csv":
    case "parquet": {
      const { kind: format, path, partitionBy } = sink;
      return { format, options: { ...location, path }, partitionBy, steps: [] };
    }
    case "none":
      return { format: "noop", options: location, partitionBy: [], steps: [] };
    case "console":
    case "ndjson":
      return { format: sink.kind, options: location, partitionBy: [], steps: [] };
  }
}
