/**
 * The queries of an analysis as Spark has to know them. Spark parses the SQL itself; the rest comes from our plan: which
 * streams a query reads, with which columns, watermark and deduplication, and where its rows go.
 */
import { SfcrimeError } from "../base/errors.ts";
import type { TopicSelection } from "../config/values/topic_selection.ts";
import type { TriggerSpec } from "../config/values/values.ts";
import { typeName } from "../records/data_type.ts";
import type { AnalysisPlan, PlannedQuery } from "../plan/analysis_plan.ts";
import type { StreamReading } from "../plan/declared_streams.ts";
import type { SourceColumn } from "../sql/catalog.ts";
import type { ColumnOrigin } from "../records/kafka/kafka_column.ts";
import type { RecordPart, StreamFormat } from "../registry/formats/stream_format.ts";
import type { OutputMode } from "../sql/plan.ts";
import type { RateLimits } from "../stream/time/rate_limit.ts";
import { startOptions } from "./start_options.ts";

/** A column, with its names in SQL and in the record, and its type in Spark's DDL. */
export interface DocumentColumn extends ColumnOrigin {
  readonly name: string;
  readonly field: string;
  readonly type: string;
}

/** How Spark reads the columns of records. */
export interface RecordParsing {
  /** What becomes of a record that does not fit. */
  readonly mode: StreamReading["mode"];
  /** The options of keys and values that are CSV; the others are JSON. */
  readonly csv?: Readonly<Partial<Record<RecordPart, Readonly<Record<string, string>>>>>;
}

/** A stream of a query. */
export interface DocumentStream {
  readonly name: string;
  /** The topics, by the option of Spark's connector. */
  readonly topics: { readonly subscribe: string } | { readonly subscribePattern: string };
  /** Where a new query starts in them, by the options of Spark's connector. */
  readonly start: Readonly<Record<string, string>>;
  readonly columns: readonly DocumentColumn[];
  readonly parsing: RecordParsing;
  readonly watermark?: { readonly column: string; readonly delayMs: number };
  /** Columns to drop duplicates by, within the watermark. */
  readonly deduplicate?: readonly string[];
}

/** Records in Kafka, with the options of Spark's connector that are the same for all streams. */
export interface KafkaSource {
  readonly options: Readonly<Record<string, string>>;
}

/** Where the rows of a query go. */
export type DocumentSink =
  | { readonly kind: "console" | "ndjson" | "none" }
  | {
    readonly kind: "json" | "csv" | "parquet";
    readonly path: string;
    readonly partitionBy: readonly string[];
  }
  | { readonly kind: "kafka"; readonly topic: string; readonly options: Readonly<Record<string, string>> };

/** A query. */
export interface DocumentQuery {
  readonly name: string;
  readonly sql: string;
  readonly outputMode: OutputMode;
  readonly streams: readonly DocumentStream[];
  readonly trigger: TriggerSpec;
  readonly sink: DocumentSink;
  /** Without one, every run starts from scratch. */
  readonly checkpoint?: string;
}

/**
 * The queries of an analysis.
 *
 * @throws {SfcrimeError} CONFIG for a sink that Spark does not support.
 */
export function documentQueries(analysis: AnalysisPlan, source: KafkaSource): DocumentQuery[] {
  return analysis.queries.map((query) => ({
    name: query.plan.name,
    sql: query.plan.sql,
    outputMode: query.plan.outputMode,
    streams: streamsOf(query, analysis),
    trigger: query.trigger,
    sink: documentSink(query, source),
    ...(query.checkpoint === undefined ? {} : { checkpoint: query.checkpoint }),
  }));
}

/** What Spark sets for a whole session is the same for all queries of an analysis. */
export function sessionConf({ queries: [query] }: AnalysisPlan): Readonly<Record<string, string>> {
  return {
    ...(query === undefined ? {} : {
      "spark.sql.session.timeZone": query.plan.timeZone,
      "spark.sql.streaming.multipleWatermarkPolicy": query.watermarks.policy,
    }),
  };
}

/** A Kafka cluster. */
export interface KafkaCluster {
  readonly servers: readonly string[];
  /** Kafka client properties, by the names of the Java client. */
  readonly properties: Readonly<Record<string, string>>;
}

/** What of a plan decides which records a Kafka source reads. */
export type ReadingPlan = Pick<AnalysisPlan, "limits" | "failOnDataLoss">;

/** The records of a Kafka cluster. */
export function kafkaSource(
  { servers, properties }: KafkaCluster,
  { limits, failOnDataLoss }: ReadingPlan,
): KafkaSource {
  return {
    options: {
      "kafka.bootstrap.servers": servers.join(","),
      ...Object.fromEntries(Object.entries(properties).map(([name, value]) => [`kafka.${name}`, value])),
      ...limitOptions(limits),
      failOnDataLoss: String(failOnDataLoss),
    },
  };
}

function limitOptions(
  { maxOffsetsPerTrigger: most, minOffsetsPerTrigger: least, maxTriggerDelayMs }: RateLimits,
): Record<string, string> {
  return {
    ...(most === undefined ? {} : { maxOffsetsPerTrigger: `${most}` }),
    ...(least === undefined
      ? {}
      : { minOffsetsPerTrigger: `${least}`, maxTriggerDelay: `${maxTriggerDelayMs}ms` }),
  };
}

/** A column, with its type in Spark's DDL. */
export function documentColumn({ type, ...column }: SourceColumn): DocumentColumn {
  return { ...column, type: typeName(type) };
}

function streamsOf(
  { plan, declared, start }: PlannedQuery,
  { streams, timestampStrategy }: AnalysisPlan,
): DocumentStream[] {
  const byName = new Map(plan.branches.map((branch) => [branch.stream, branch]));
  return [...byName].map(([name, { watermark }]) => {
    const { columns, deduplicate } = declared.streams[name]!;
    const { topics, corruptRecord, mode, format, key } = streams[name]!;
    return {
      name,
      parsing: { mode, csv: { ...csvOf("value", format), ...csvOf("key", key?.format) } },
      topics: subscriptionOf(topics),
      start: startOptions(start, { topics, strategy: timestampStrategy }),
      // Spark does not fill a column for corrupt records, so a query that reads it has to fail.
      columns: columns.filter(({ field }) => field !== corruptRecord).map(documentColumn),
      ...(watermark === undefined
        ? {}
        : { watermark: { column: watermark.column, delayMs: watermark.delayMs } }),
      ...(deduplicate === undefined ? {} : { deduplicate }),
    };
  });
}

function csvOf(part: RecordPart, format: StreamFormat | undefined): RecordParsing["csv"] {
  return format?.kind === "csv" ? { [part]: format.options ?? {} } : {};
}

function subscriptionOf(topics: TopicSelection): DocumentStream["topics"] {
  return topics.kind === "names"
    ? { subscribe: topics.topics.join(",") }
    : { subscribePattern: topics.pattern };
}

/** Of several queries that write to a directory, each has its own below it. */
function documentSink(
  { plan: { name }, sink: { spec: sink, partitionBy, hasOthers } }: PlannedQuery,
  { options }: KafkaSource,
): DocumentSink {
  switch (sink.kind) {
    case "console":
    case "ndjson":
    case "none":
      return { kind: sink.kind };
    case "json":
    case "csv":
    case "parquet":
      return { kind: sink.kind, path: hasOthers ? `${sink.path}/${name}` : sink.path, partitionBy };
    case "kafka":
      return {
        kind: "kafka",
        topic: sink.topic,
        options: clientOptions(options),
      };
    case "sqlite":
      throw new SfcrimeError("CONFIG", `The sink sqlite:${sink.path} is not supported by Spark.`, {
        hint: "Use console, ndjson, json:PATH, csv:PATH, parquet:PATH, kafka:TOPIC or none.",
      });
  }
}

function clientOptions(options: KafkaSource["options"]): Record<string, string> {
  return Object.fromEntries(Object.entries(options).filter(([name]) => name.startsWith("kafka.")));
}
